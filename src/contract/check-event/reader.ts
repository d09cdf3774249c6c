import type { Content } from './content.ts'

/** What became of a text. */
export const outcome = { value: 0, nothing: 1, refused: 2 } as const

/**
 * Reads the text of a scalar, bytes `start` to `end`, as the form of its type does in SQL, and writes its value as
 * `contentSql` does. `nothing`: the text means NULL. What is written of a text that is refused is of no use.
 */
export type Reader = (bytes: Uint8Array, start: number, end: number, content: Content) => number

const [space, tab] = [0x20, 0x09]

export function trimStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === space || bytes[at] === tab)) at++
  return at
}

export function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && (bytes[at - 1] === space || bytes[at - 1] === tab)) at--
  return at
}

/** Bytes as text, each a character: of ASCII the text itself, and no other text is a number, a date or a UUID. */
export function latin(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number)
  return text
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
