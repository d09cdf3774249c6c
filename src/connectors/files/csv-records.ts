import { isUtf8 } from 'node:buffer'
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

const [lf, cr, space, nul] = [10, 13, 32, 0]

export interface CsvShape {
  readonly delimiter: string
  /** One ASCII character, or empty: then nothing is quoted. */
  readonly quote: string
  /** How many fields a record has. */
  readonly fields: number
  /** Lines before the first record: 1 with a header. */
  readonly skipLines: number
  /** The bytes were decoded from another encoding: U+FFFD stands for what could not be. */
  readonly transcoded?: boolean
  /** The number of the first line that is pushed; more than 1 when what comes before was loaded already. */
  readonly firstLine?: number
}

/** What lies at a position: a record up to `end`, the next at `next`; a fault; or more bytes are needed to tell. */
type Found = Framed | Fault | { readonly kind: 'more' }

interface Framed {
  readonly kind: 'record'
  readonly end: number
  readonly next: number
  readonly fields: number
}

const more: Found = { kind: 'more' }
const unclosed: Fault = { kind: 'fault', code: 'unclosed_quote', message: 'a quote is not closed' }
const misplaced: Fault = { kind: 'fault', code: 'misplaced_quote', message: 'text follows a closing quote' }

function wrongFields(found: number, expected: number): Fault {
  const code = found < expected ? 'missing_fields' : 'extra_fields'
  return { kind: 'fault', code, message: `${found} fields instead of ${expected}` }
}

/**
 * Cuts delimited text into records, line by line:
 *
 *     file   = *(record eol) [record]        eol = LF / CR LF / CR
 *     record = field *(delimiter field)
 *     field  = quoted / *(any byte but delimiter, CR, LF)
 *     quoted = *SP quote *(any byte but quote / quote quote) quote *SP
 *
 * A line that is no record is set aside by itself and reading goes on with the next line, so that an unclosed quote
 * costs its own line and none of its neighbours. A quote that closes only after lines that have, quotes aside, as many
 * delimiters as a record is taken for an unclosed one too.
 */
export function csvSplitter(shape: CsvShape, sink: RecordSink): Splitter {
  const delimiter = Buffer.from(shape.delimiter)
  const [first] = delimiter as unknown as [number]
  const single = delimiter.length === 1
  const quote = shape.quote === '' ? -1 : shape.quote.charCodeAt(0)
  const counts = noLines()
  const { firstLine = 1 } = shape
  let line = firstLine
  let skip = shape.skipLines

  const isDelimiter = (bytes: Buffer, at: number): boolean =>
    bytes[at] === first && (single || bytes.compare(delimiter, 0, delimiter.length, at, at + delimiter.length) === 0)

  const skipSpaces = (bytes: Buffer, from: number): number => {
    if (first === space) return from
    let at = from
    while (bytes[at] === space) at++
    return at
  }

  /** Reads the record at `from` by the grammar above. */
  const readRecord = (bytes: Buffer, from: number, last: boolean): Found => {
    let fields = 1
    let at = from
    let fieldStart = true
    for (;;) {
      if (fieldStart) {
        fieldStart = false
        const open = skipSpaces(bytes, at)
        if (open >= bytes.length && !last) return more
        if (bytes[open] === quote) {
          const close = closingQuote(bytes, open + 1)
          if (close < 0) return last ? unclosed : more
          at = skipSpaces(bytes, close + 1)
          if (at >= bytes.length && !last) return more
          if (at < bytes.length && bytes[at] !== lf && bytes[at] !== cr && !isDelimiter(bytes, at))
            return lineEnds(bytes, open, close) > 0 ? unclosed : misplaced
        }
      }
      if (at >= bytes.length) return last ? { kind: 'record', end: at, next: at, fields } : more
      const byte = bytes[at]
      if (byte === lf || byte === cr) {
        if (byte === cr && at + 1 >= bytes.length && !last) return more
        return { kind: 'record', end: at, next: afterLineEnd(bytes, at), fields }
      }
      if (isDelimiter(bytes, at)) {
        fields++
        at += delimiter.length
        fieldStart = true
      } else at++
    }
  }

  /** The quote that ends the field, doubled ones passed over; -1 when there is none yet. */
  const closingQuote = (bytes: Buffer, from: number): number => {
    let at = bytes.indexOf(quote, from)
    while (at >= 0 && bytes[at + 1] === quote) at = bytes.indexOf(quote, at + 2)
    return at
  }

  /** True when every line of a record, or one inside it, could be a record of its own. */
  const looksLikeRecords = (bytes: Buffer, start: number, end: number): boolean => {
    if (shape.fields < 3) return false
    let [delimiters, lines, alike] = [0, 0, 0]
    for (let at = start; at <= end; at++) {
      if (at === end || bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] !== lf)) {
        const whole = delimiters === shape.fields - 1
        if (whole) alike++
        if (whole && lines > 0 && at < end && shape.fields > 3) return true
        lines++
        delimiters = 0
      } else if (isDelimiter(bytes, at)) delimiters++
    }
    return alike === lines
  }

  const faultOf = (bytes: Buffer, from: number, { end, fields }: Framed, breaks: number): Fault | undefined => {
    if (end - from > longestRecordBytes) return tooLong
    if (fields === shape.fields && breaks > 0 && looksLikeRecords(bytes, from, end)) return unclosed
    const fault = byteFault(bytes, from, end, shape.transcoded ?? false)
    if (fault || fields === shape.fields) return fault
    return breaks > 0 ? unclosed : wrongFields(fields, shape.fields)
  }

  /** Sets the line at `from` aside; where the next begins, or -1 when it has not ended yet. */
  const rejectLine = (bytes: Buffer, from: number, last: boolean, fault: Fault): number => {
    const end = lineEnd(bytes, from, last)
    if (end < 0) return -1
    sink.reject({
      line,

      code: fault.code,
      message: fault.message,
      bytes: Buffer.from(bytes.subarray(from, end)),
    })
    counts.rejected++
    line++
    return afterLineEnd(bytes, end)
  }

  /** Takes one record or line; where the next begins, or -1 when more bytes are needed. */
  const takeOne = (bytes: Buffer, from: number, last: boolean): number => {
    const found = readRecord(bytes, from, last)
    if (found.kind === 'more') {
      if (bytes.length - from <= longestRecordBytes) return -1
      return rejectLine(bytes, from, last, bytes.indexOf(lf, from) < 0 ? tooLong : unclosed)
    }
    if (found.kind === 'fault') return rejectLine(bytes, from, last, found)
    if (found.end === from) {
      counts.blank++
      line++
      return found.next
    }
    const breaks = lineEnds(bytes, from, found.end)
    const fault = faultOf(bytes, from, found, breaks)
    if (fault) return rejectLine(bytes, from, last, fault)
    sink.record(line, bytes, from, found.end)
    counts.records++
    counts.continuation += breaks
    line += 1 + breaks
    return found.next
  }

  /** The common case, a line without quotes or odd bytes, in one pass; -1 when `takeOne` has to look at it. */
  const takePlain = (bytes: Buffer, from: number): number => {
    const end = bytes.indexOf(lf, from)
    if (end < 0) return -1
    let fields = 1
    let wide = 0
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === first) {
        if (!single && !isDelimiter(bytes, at)) continue
        fields++
      } else if (byte === quote || byte === nul || (byte === cr && at + 1 < end)) return -1
      wide |= byte
    }
    const textEnd = end > from && bytes[end - 1] === cr ? end - 1 : end
    if (fields !== shape.fields || textEnd === from || end - from > longestRecordBytes) return -1
    if (wide >= 128 && (shape.transcoded || !isUtf8(bytes.subarray(from, textEnd)))) return -1
    sink.record(line++, bytes, from, textEnd)
    counts.records++
    return end + 1
  }

  return pieceSplitter(counts, firstLine, (bytes, from, last) => {
    let at = from
    while (at < bytes.length) {
      let next = -1
      if (skip > 0) {
        const found = readRecord(bytes, at, last)
        const end = found.kind === 'record' ? found.end : lineEnd(bytes, at, last)
        if (found.kind === 'more' || end < 0) return at
        const breaks = lineEnds(bytes, at, end)
        if (end > at) skip--
        if (end > at) counts.header++
        else counts.blank++
        counts.continuation += breaks
        line += 1 + breaks
        next = afterLineEnd(bytes, end)
      } else {
        next = takePlain(bytes, at)
        if (next < 0) next = takeOne(bytes, at, last)
      }
      if (next < 0) return at
      at = next
    }
    return at
  })
}
