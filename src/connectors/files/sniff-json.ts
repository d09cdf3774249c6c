import type { SampledField } from '../../contract/infer.ts'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { FoundFile } from '../../sources/reader.ts'
import { contentOf } from './content.ts'
import { asUtf8 } from './encoding.ts'
import { jsonDocumentSplitter, ndjsonSplitter, tryParse } from './json-records.ts'
import type { Layout } from './layout.ts'
import type { RecordSink } from './records.ts'

const sampleBytes = 16 << 20
const sampleRecords = 20_000

/**
 * The fields of the first objects of NDJSON or of a JSON document, with their values. What breaks off after them, as in a
 * file that is still being written, says nothing. FILE_UNREADABLE where there is no object.
 */
export async function sniffJson(file: FoundFile, layout: Layout, context: Context): Promise<readonly SampledField[]> {
  const { format, compression, encoding } = layout
  const records: object[] = []
  let fault: string | undefined
  const sink: RecordSink = {
    record: (_, bytes, start, end) => {
      if (records.length < sampleRecords) records.push(tryParse(bytes.toString('utf8', start, end)).value as object)
    },
    reject: ({ line, message }) => {
      fault ??= `line ${line}: ${message}`
    },
  }
  const splitter = (format === 'ndjson' ? ndjsonSplitter : jsonDocumentSplitter)(
    { transcoded: encoding !== 'utf-8' },
    sink,
  )
  let bytes = 0
  for await (const piece of asUtf8(contentOf(file.absolute, compression, context.signal), encoding)) {
    splitter.push(piece)
    bytes += piece.length
    if (bytes >= sampleBytes || records.length >= sampleRecords) break
  }
  splitter.end()
  if (records.length === 0 && fault !== undefined)
    throw new MillraceError('FILE_UNREADABLE', { path: file.path, reason: fault })
  return fieldsOf(records)
}

/** By name, in the order in which they came first. */
function fieldsOf(records: readonly object[]): readonly SampledField[] {
  const fields = new Map<string, (string | null)[]>()
  for (const [index, record] of records.entries())
    for (const [name, item] of Object.entries(record)) {
      const values = fields.get(name) ?? new Array<string | null>(records.length).fill(null)
      fields.set(name, values)
      values[index] = item === null ? null : typeof item === 'string' ? item : JSON.stringify(item)
    }
  return [...fields].map(([name, values]) => ({ name, values }))
}
