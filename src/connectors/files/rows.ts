import { isSpace } from '../../contract/json-values.ts'
import { csvSplitter } from './csv-records.ts'
import { parseFields } from './header.ts'
import { jsonDocumentSplitter } from './json-records.ts'
import type { Layout } from './layout.ts'
import { afterLineEnd, lineEnd, noLines, pieceSplitter, type RecordSink, type Splitter } from './records.ts'

/** A record of a file as the JSON of an event, or what is none. The bytes are the splitter's: copy what is to be kept. */
export interface FileRow {
  /** Counted from 1 in the file. */
  readonly line: number
  /** As it stands in the file. */
  readonly raw: Buffer
  /** Of delimited text an object of texts, fields that mean NULL left out; of JSON what stands there, unjudged. */
  readonly json: Buffer
  /** Why it is no record; then `json` is `raw`. */
  readonly fault?: { readonly code: string; readonly message: string }
}

export interface RowShape {
  readonly layout: Layout
  /** The number of the first line that is pushed: a header is in line 1 alone. */
  readonly firstLine?: number
  /** Whether a text of a field means NULL. */
  readonly isNull: (field: string, text: string) => boolean
}

/** Cuts text into rows, in the grammar in which files are loaded. */
export function rowSplitter({ layout, firstLine = 1, isNull }: RowShape, take: (row: FileRow) => void): Splitter {
  const { format, delimiter, quote, fields, header, encoding } = layout
  const transcoded = encoding !== 'utf-8'
  const reject: RecordSink['reject'] = ({ line, code, message, bytes }) =>
    take({ line, raw: bytes, json: bytes, fault: { code, message } })
  if (format === 'ndjson') return lineSplitter(firstLine, take)
  if (format === 'json') {
    const record: RecordSink['record'] = (line, bytes, start, end) => {
      const raw = bytes.subarray(start, end)
      take({ line, raw, json: raw })
    }
    return jsonDocumentSplitter({ transcoded }, { record, reject })
  }
  const skipLines = header && firstLine === 1 ? 1 : 0
  const keys = fields.map((field) => `${JSON.stringify(field)}:`)
  return csvSplitter(
    { delimiter, quote, fields: fields.length, skipLines, transcoded, firstLine },
    {
      record: (line, bytes, start, end) => {
        const raw = bytes.subarray(start, end)
        const texts = parseFields(raw.toString('utf8'), delimiter, quote)
        const members = texts.flatMap((text, at) =>
          isNull(fields[at] as string, text) ? [] : [keys[at] + JSON.stringify(text)],
        )
        take({ line, raw, json: Buffer.from(`{${members.join(',')}}`) })
      },
      reject,
    },
  )
}

/** One event a line, whatever it holds; blank lines are none. */
function lineSplitter(firstLine: number, take: (row: FileRow) => void): Splitter {
  const counts = noLines()
  let line = firstLine
  return pieceSplitter(counts, firstLine, (bytes, from, last) => {
    let at = from
    while (at < bytes.length) {
      const stop = lineEnd(bytes, at, last)
      if (stop < 0) break
      let [start, end] = [at, stop]
      while (start < end && isSpace(bytes[start] as number)) start++
      while (end > start && isSpace(bytes[end - 1] as number)) end--
      const raw = bytes.subarray(start, end)
      if (start === end) counts.blank++
      else {
        counts.records++
        take({ line, raw, json: raw })
      }
      line++
      at = afterLineEnd(bytes, stop)
    }
    return at
  })
}
