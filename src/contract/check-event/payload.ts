import type { Scan } from './scan.ts'

/** Bytes that are to stand for those from `start` to before `end`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The bytes that are kept of an event: on one line, bare NaN and infinities null, edited. */
export function payloadOf(scan: Scan, first: number, last: number, edits: readonly Edit[]): Uint8Array {
  const { bytes, breaks, notFinite } = scan
  const slice = bytes.subarray(first, last)
  if (!breaks && notFinite.length === 0 && edits.length === 0) return slice
  const all = [...edits]
  for (let index = 0; index < notFinite.length; index += 2) {
    const [start, end] = [notFinite[index] as number, notFinite[index + 1] as number]
    if (!edits.some((edit) => edit.start <= start && end <= edit.end)) all.push({ start, end, text: 'null' })
  }
  all.sort((a, b) => a.start - b.start)
  const encoder = new TextEncoder()
  const pieces: Uint8Array[] = []
  let from = first
  for (const { start, end, text } of all) {
    pieces.push(bytes.subarray(from, start), encoder.encode(text))
    from = end
  }
  pieces.push(bytes.subarray(from, last))
  const kept = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    kept.set(piece, at)
    at += piece.length
  }
  // control characters stand between tokens only, where a space means the same
  if (breaks) for (let place = 0; place < kept.length; place++) if ((kept[place] as number) < 0x20) kept[place] = 0x20
  return kept
}
