import type { Scan } from './scan-state.ts'

/** Bytes that are to stand for those from `start` to before `end`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const encoder = new TextEncoder()
const nothing = encoder.encode('null')
const empty = new Uint8Array(0)

/** The bytes that are kept of an event: on one line, bare NaN and infinities null, edited. */
export function payloadOf(scan: Scan, first: number, last: number, edits: readonly Edit[]): Uint8Array {
  const { bytes, breaks, notFinite } = scan
  const slice = bytes.subarray(first, last)
  if (!breaks && notFinite.length === 0 && edits.length === 0) return slice
  const texts = edits
    .map(({ start, end, text }) => ({ start, end, text: encoder.encode(text) }))
    .sort((a, b) => a.start - b.start)
  const more = texts.reduce((sum, { text }) => sum + text.length, notFinite.length)
  const room = new Uint8Array(slice.length + more)
  let [from, to, next] = [first, 0, 0]
  const put = (start: number, end: number, text: Uint8Array): void => {
    room.set(bytes.subarray(from, start), to)
    to += start - from
    room.set(text, to)
    to += text.length
    from = end
  }
  const putTexts = (before: number): void => {
    for (let edit = texts[next]; edit && edit.start <= before; edit = texts[++next])
      put(edit.start, edit.end, edit.text)
  }
  for (let index = 0; index < notFinite.length; index += 2) {
    const start = notFinite[index] as number
    putTexts(start)
    // an id can have taken its place
    if (start >= from) put(start, notFinite[index + 1] as number, nothing)
  }
  putTexts(last)
  put(last, last, empty)
  const kept = room.subarray(0, to)
  // control characters stand between tokens only, where a space means the same
  if (breaks) for (let place = 0; place < kept.length; place++) if ((kept[place] as number) < 0x20) kept[place] = 0x20
  return kept
}
