import { isUtf8 } from 'node:buffer'
import { afterByteOrderMark } from '../../contract/json-values.ts'
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
  /** Bytes that wait for the end of their line, or of their document. */
  readonly waiting: number
  end(): LineCounts
}

/** Counts to be counted up. */
export function noLines(): { -readonly [Kind in keyof LineCounts]: number } {
  return { header: 0, blank: 0, records: 0, continuation: 0, rejected: 0 }
}

/**
 * A splitter that holds what is left of a piece until the next one. `consume` takes what is whole, from `at` on, and says
 * how far it came; with `last` nothing follows. A byte order mark before line 1 is passed over.
 */
export function pieceSplitter(
  counts: LineCounts,
  firstLine: number,
  consume: (bytes: Buffer, at: number, last: boolean) => number,
): Splitter {
  let held: Buffer = Buffer.alloc(0)
  let begun = firstLine > 1
  /** A line of nothing but the mark. */
  let onlyMark = 0
  const begin = (bytes: Buffer, last: boolean): number => {
    if (begun) return consume(bytes, 0, last)
    if (bytes.length < 4 && !last) return 0
    begun = true
    const at = afterByteOrderMark(bytes)
    if (at > 0 && at === bytes.length) onlyMark = 1
    return consume(bytes, at, last)
  }
  return {
    push(piece) {
      const bytes = held.length === 0 ? piece : Buffer.concat([held, piece])
      held = Buffer.from(bytes.subarray(begin(bytes, false)))
    },
    get waiting() {
      return held.length
    },
    end() {
      begin(held, true)
      return { ...counts, blank: counts.blank + onlyMark }
    },
  }
}

/** The end of the line at `from`, before the LF, CR LF or CR that ends it; -1 when it has not come yet. */
export function lineEnd(bytes: Buffer, from: number, last: boolean): number {
  const feed = bytes.indexOf(10, from)
  const stop = feed < 0 ? bytes.length : feed
  const back = bytes.subarray(from, stop).indexOf(13)
  if (back >= 0 && (from + back + 1 < bytes.length || last)) return from + back
  if (feed >= 0) return feed
  return last ? bytes.length : -1
}

/** Where the next line begins. */
export function afterLineEnd(bytes: Buffer, end: number): number {
  return bytes[end] === 13 && bytes[end + 1] === 10 ? end + 2 : Math.min(end + 1, bytes.length)
}

/** A longer record is a reject: the engine's own limit of a line, less what numbering adds. */
export const longestRecordBytes = 1_999_000

/** A longer line is not even kept as a reject: what holds it is no text of lines, and is refused as a whole. */
export const longestKeptBytes = 8_000_000

/** A JSON document is held whole until its end has come; a larger one is refused as a whole. */
export const longestDocumentBytes = 256_000_000

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
