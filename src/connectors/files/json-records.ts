import { afterByteOrderMark, isSpace, skipSpace, valueEnd } from '../../contract/json-values.ts'
import type { LineCounts } from '../../sources/reader.ts'
import {
  afterLineEnd,
  byteFault,
  type Fault,
  lineEnd,
  lineEnds,
  longestRecordBytes,
  noLines,
  pieceSplitter,
  type RecordSink,
  type Splitter,
  tooLong,
} from './records.ts'

const [lf, cr] = [10, 13]

export interface JsonShape {
  /** The bytes were decoded from another encoding. */
  readonly transcoded?: boolean
  readonly firstLine?: number
  /** Takes the top-level keys that occur. */
  readonly keys?: Set<string>
}

/** Cuts NDJSON into records: one object a line, blank lines between them allowed. */
export function ndjsonSplitter(shape: JsonShape, sink: RecordSink): Splitter {
  const counts = noLines()
  const { firstLine = 1 } = shape
  let line = firstLine

  const takeLine = (bytes: Buffer, from: number, stop: number): void => {
    let [start, end] = [from, stop]
    while (start < end && isSpace(bytes[start] as number)) start++
    while (end > start && isSpace(bytes[end - 1] as number)) end--
    const fault = start === end ? undefined : objectFault(bytes, start, end, shape)
    if (start === end) counts.blank++
    else if (fault) {
      counts.rejected++
      const { code, message } = fault
      sink.reject({ line, code, message, bytes: Buffer.from(bytes.subarray(from, stop)) })
    } else {
      counts.records++
      sink.record(line, bytes, start, end)
    }
    line++
  }

  return pieceSplitter(counts, firstLine, (bytes, from, last) => {
    let at = from
    while (at < bytes.length) {
      const end = lineEnd(bytes, at, last)
      if (end < 0) break
      takeLine(bytes, at, end)
      at = afterLineEnd(bytes, end)
    }
    return at
  })
}

/**
 * Cuts a JSON document into records: the elements of the array that the file holds, or the values that follow one
 * another in it. Its lines mean little, so what is counted are values: one `records` each. An element that is no object
 * is a reject; where the text stops being a document, the rest of it is one.
 */
export function jsonDocumentSplitter(shape: JsonShape, sink: RecordSink): Splitter {
  const pieces: Buffer[] = []
  let waiting = 0
  return {
    push(piece) {
      pieces.push(Buffer.from(piece))
      waiting += piece.length
    },
    get waiting() {
      return waiting
    },
    end() {
      return splitDocument(Buffer.concat(pieces), shape, sink)
    },
  }
}

function splitDocument(bytes: Buffer, shape: JsonShape, sink: RecordSink): LineCounts {
  const counts = noLines()
  let [line, counted] = [1, 0]
  const lineOf = (at: number): number => {
    line += lineEnds(bytes, counted, at)
    counted = at
    return line
  }
  const take = (start: number, end: number, fault: Fault | undefined): void => {
    if (fault) {
      counts.rejected++
      const { code, message } = fault
      sink.reject({ line: lineOf(start), code, message, bytes: Buffer.from(bytes.subarray(start, end)) })
    } else {
      counts.records++
      sink.record(lineOf(start), onOneLine(bytes.subarray(start, end)), 0, end - start)
    }
  }
  let at = skipSpace(bytes, afterByteOrderMark(bytes))
  const inArray = bytes[at] === 0x5b
  if (inArray) at = skipSpace(bytes, at + 1)
  let closed = !inArray
  while (at < bytes.length) {
    if (inArray && bytes[at] === 0x5d && !closed) {
      closed = true
      at = skipSpace(bytes, at + 1)
      continue
    }
    const end = inArray && closed ? -1 : valueEnd(bytes, at)
    if (end < 0) {
      take(
        at,
        bytes.length,
        byteFault(bytes, at, bytes.length, false) ?? notJson('this is where the document breaks off'),
      )
      return counts
    }
    take(at, end, objectFault(bytes, at, end, shape))
    at = skipSpace(bytes, end)
    if (inArray && bytes[at] === 0x2c) at = skipSpace(bytes, at + 1)
    else if (inArray && bytes[at] !== 0x5d) break
  }
  if (!closed) take(at, bytes.length, notJson('the array is not closed'))
  return counts
}

/** Line breaks stand between the tokens of JSON only, where a space means the same. */
function onOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(lf) && !bytes.includes(cr)) return bytes
  const line = Buffer.from(bytes)
  for (let at = 0; at < line.length; at++) if (line[at] === lf || line[at] === cr) line[at] = 0x20
  return line
}

/** What keeps text from being one JSON object as the engine reads them. */
function objectFault(
  bytes: Buffer,
  start: number,
  end: number,
  { transcoded = false, keys }: JsonShape,
): Fault | undefined {
  if (end - start > longestRecordBytes) return tooLong
  const fault = byteFault(bytes, start, end, transcoded)
  if (fault) return fault
  const parsed = tryParse(bytes.toString('utf8', start, end))
  if (parsed.reason !== undefined) return notJson(parsed.reason)
  const { value } = parsed
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (keys) for (const key of Object.keys(value)) keys.add(key)
    return undefined
  }
  return { kind: 'fault', code: 'not_an_object', message: 'the line is JSON, but not an object' }
}

/** The engine takes bare NaN and Infinity and one comma after the last element. */
const liberties = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|Inf)\b|,(?=\s*[}\]])(?<![[{,]\s*,)/gi

/** The value of a text as the engine reads it, or why it is none. */
export function tryParse(text: string): { readonly value?: unknown; readonly reason?: string } {
  try {
    const value: unknown = JSON.parse(text)
    return loneSurrogate.test(text) && /\\ud[89a-f]/.test(JSON.stringify(value).replaceAll('\\\\', ''))
      ? { reason: 'half a character' }
      : { value }
  } catch (error) {
    const strict = text.replace(liberties, (token) => (token === ',' ? '' : token.startsWith('"') ? token : 'null'))
    if (strict === text) return { reason: (error as Error).message }
    return tryParse(strict)
  }
}

const loneSurrogate = /\\u[dD][89a-fA-F]/

function notJson(message: string): Fault {
  return { kind: 'fault', code: 'bad_json', message }
}
