import { isUtf8 } from 'node:buffer'
import type { LineCounts } from '../../sources/reader.ts'

/** A line that is no record: kept whole. */
interface Reject {
  /** Counted from 1 in the file. */
  readonly line: number
  readonly code: LineFault
  readonly message: string
  readonly bytes: Buffer
}

/** Why a line is no record. */
export type LineFault =
  | 'missing_fields'
  | 'extra_fields'
  | 'unclosed_quote'
  | 'misplaced_quote'
  | 'bad_encoding'
  | 'nul_byte'
  | 'line_too_long'
  | 'bad_json'
  | 'not_an_object'

/** Takes what a splitter finds, in the order of the file. The bytes are the splitter's: copy what is to be kept. */
export interface RecordSink {
  record(line: number, bytes: Buffer, start: number, end: number): void
  reject(reject: Reject): void
}

/** Cuts bytes that come in pieces into records. */
export interface Splitter {
  push(piece: Buffer): void
  end(): LineCounts
}

/** A longer record is a reject: the engine's own limit of a line, less what numbering adds. */
export const longestRecordBytes = 1_999_000

/** The line ends in a text: LF, CR LF, and CR alone. */
export function lineEnds(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === 10 || (byte === 13 && !(at + 1 < end && bytes[at + 1] === 10))) count++
  }
  return count
}

/** What is wrong with a line. */
export interface Fault {
  readonly kind: 'fault'
  readonly code: LineFault
  readonly message: string
}

export const tooLong: Fault = { kind: 'fault', code: 'line_too_long', message: 'the line is longer than 2 MB' }

/** NUL and bytes that are no text; in decoded text, U+FFFD for what could not be decoded. */
export function byteFault(bytes: Buffer, start: number, end: number, transcoded: boolean): Fault | undefined {
  const part = bytes.subarray(start, end)
  if (part.includes(0)) return { kind: 'fault', code: 'nul_byte', message: 'the line holds a NUL byte' }
  if (isUtf8(part) && !(transcoded && part.includes('\ufffd'))) return undefined
  return { kind: 'fault', code: 'bad_encoding', message: 'the line holds bytes that the encoding does not have' }
}
