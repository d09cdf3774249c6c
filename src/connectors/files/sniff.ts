import { isUtf8 } from 'node:buffer'
import { inferColumns, type SampledField } from '../../contract/infer.ts'
import type { Context } from '../../core/context.ts'
import type { FoundFile } from '../../sources/reader.ts'
import { compressionOf, contentOf } from './content.ts'
import { csvSplitter } from './csv-records.ts'
import { asUtf8 } from './encoding.ts'
import { fieldNames, parseFields } from './header.ts'
import { layoutOf } from './layout.ts'
import type { FileFormatName, FilesOptions } from './options.ts'
import { sniffJson } from './sniff-json.ts'

/** How a file seems to be written, and what its first records hold. */
export interface Sniffed {
  /** What `files()` has to say of it; nothing that is the default. */
  readonly options: Pick<FilesOptions, 'delimiter' | 'header' | 'encoding'>
  readonly format: FileFormatName
  /** With their values; none of Parquet. */
  readonly fields: readonly SampledField[]
}

const sampleBytes = 1 << 20
const sampleRecords = 10_000
const delimiters = [',', ';', '\t', '|', ' ']

/** Looks at the beginning of a file, for `init --from`. FILE_UNREADABLE. */
export async function sniffFile(file: FoundFile, context: Context): Promise<Sniffed> {
  const layout = await layoutOf(file, { glob: file.path, root: '/' }, context.signal)
  const { format } = layout
  if (format === 'parquet') return { options: {}, format, fields: [] }
  if (format !== 'csv') return { options: {}, format, fields: await sniffJson(file, layout, context) }
  const { text, encoding } = await beginning(file, context)
  const lines = text
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '')
    .slice(0, 200)
  const delimiter = likelyDelimiter(lines)
  const first = parseFields(lines[0] ?? '', delimiter, '"')
  const rest = recordsOf(Buffer.from(text), delimiter, first.length, true)
  const header = looksLikeNames(first) || standsOut(first, rest)
  const records = header ? rest : recordsOf(Buffer.from(text), delimiter, first.length, false)
  const names = header ? fieldNames(first) : []
  const fields = first.map((_, index) => ({
    name: names[index],
    values: records.map((record) => record[index] ?? null),
  }))
  const options = {
    ...(delimiter !== ',' && { delimiter }),
    ...(!header && { header }),
    ...(encoding !== 'utf-8' && { encoding }),
  }
  return { options, format, fields }
}

/** UTF-16 by its mark, UTF-8 where it is that, else the code page of most files that are neither. */
async function beginning(file: FoundFile, context: Context): Promise<{ text: string; encoding: string }> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of contentOf(file.absolute, await compressionOf(file.absolute), context.signal)) {
    pieces.push(Buffer.from(piece))
    bytes += piece.length
    if (bytes >= sampleBytes) break
  }
  const whole = Buffer.concat(pieces)
  // what was cut off in the middle of a line, or of a character, says nothing
  const end = bytes >= sampleBytes ? whole.lastIndexOf(10) + 1 || whole.length : whole.length
  const { encoding: marked } = await layoutOf(file, { glob: file.path, root: '/' }, context.signal)
  const encoding = marked === 'utf-8' && !isUtf8(whole.subarray(0, end)) ? 'windows-1252' : marked
  async function* single() {
    yield whole.subarray(0, end)
  }
  const decoded: Buffer[] = []
  for await (const piece of asUtf8(single(), encoding)) decoded.push(Buffer.from(piece))
  return {
    text: Buffer.concat(decoded)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
    encoding,
  }
}

/** The one by which most lines have as many fields as the first; of equals the one with more fields. */
function likelyDelimiter(lines: readonly string[]): string {
  let best = { delimiter: ',', agree: 0, fields: 1 }
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => parseFields(line, delimiter, '"').length)
    const fields = counts[0] ?? 1
    const agree = counts.filter((count) => count === fields).length
    if (fields < 2) continue
    if (agree > best.agree || (agree === best.agree && fields > best.fields && delimiter !== ' '))
      best = { delimiter, agree, fields }
  }
  return best.delimiter
}

/** True for fields that are all there, all different, and none of them a number, a date or a sign. */
function looksLikeNames(fields: readonly string[]): boolean {
  const names = fields.map((field) => field.trim().toLowerCase())
  const isValue = (text: string): boolean => !/\p{L}/u.test(text) || /^\d/.test(text) || /@/.test(text)
  return new Set(names).size === names.length && !names.some((text) => text === '' || isValue(text))
}

/**
 * True for a first record that has words where all others have numbers, dates or the like, in more columns than it is
 * like them: so a header is told that lacks a name, has one twice, or has a number for one.
 */
function standsOut(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  if (rest.length === 0) return false
  let [words, values] = [0, 0]
  for (const [index, field] of first.entries()) {
    const others = rest.map((record) => record[index] ?? null)
    if (field.trim() === '' || !hasType(others)) continue
    if (hasType([field, ...others])) values++
    else if (/\p{L}/u.test(field)) words++
  }
  return words > values
}

function hasType(values: readonly (string | null)[]): boolean {
  return inferColumns([{ name: undefined, values }])[0]?.type !== 'varchar'
}

function recordsOf(text: Buffer, delimiter: string, fields: number, header: boolean): string[][] {
  const records: string[][] = []
  const splitter = csvSplitter(
    { delimiter, quote: '"', fields, skipLines: header ? 1 : 0 },
    {
      record: (_, bytes, start, end) => {
        if (records.length < sampleRecords)
          records.push(parseFields(bytes.toString('utf8', start, end), delimiter, '"'))
      },
      reject: () => {},
    },
  )
  splitter.push(text)
  splitter.end()
  return records
}
