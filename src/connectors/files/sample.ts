import { open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { FoundFile } from '../../sources/reader.ts'
import { seededRandom } from '../../sources/seeded-random.ts'
import { replaceFile } from '../../storage/replace-file.ts'
import { contentOf } from './content.ts'
import { csvSplitter } from './csv-records.ts'
import { asUtf8 } from './encoding.ts'
import { parseFields } from './header.ts'
import { type Layout, layoutOf } from './layout.ts'
import { checkOptions, type FilesOptions } from './options.ts'

export interface SampleOptions extends Pick<FilesOptions, 'delimiter' | 'quote' | 'encoding'> {
  /** The column whose every value keeps its share. */
  readonly by: string
  /** Between 0 and 1. */
  readonly fraction: number
  readonly seed: number
}

/** How many records each value of the column has, and how many of them are in the sample. */
export type Strata = ReadonlyMap<string, { readonly records: number; readonly kept: number }>

/**
 * A stratified sample of delimited text with a header: of the records with each value of a column the same share, to the
 * nearest one, chosen by the seed, in their order and byte by byte as they are. The same seed gives the same sample.
 * Lines that are no records are left out. NAME_UNKNOWN, FILE_UNREADABLE; USAGE for a target that is the file itself.
 */
export async function sampleFile(
  file: FoundFile,
  target: string,
  options: SampleOptions,
  context: Context,
): Promise<Strata> {
  const { by, fraction, seed, ...dialect } = options
  const given = { glob: file.path, root: '/', ...dialect }
  checkOptions(given)
  if ((await realpath(target).catch(() => target)) === (await realpath(file.absolute)))
    throw new MillraceError('USAGE', {
      reason: `${target} is the file that the sample is taken from`,
      hint: 'give the sample another name',
    })
  const layout = await layoutOf(file, given, context.signal)
  const column = layout.fields.findIndex((field) => field.toLowerCase() === by.trim().toLowerCase())
  if (column < 0)
    throw new MillraceError('NAME_UNKNOWN', { what: 'column', name: by, suggestion: suggest(by, layout.fields) })
  const strata = new Map<string, { records: number; kept: number; left: number; wanted: number }>()
  await eachRecord(file, layout, column, context, (value) => {
    const known = strata.get(value)
    if (known) known.records++
    else strata.set(value, { records: 1, kept: 0, left: 0, wanted: 0 })
  })
  for (const stratum of strata.values()) {
    stratum.left = stratum.records
    stratum.wanted = Math.round(stratum.records * fraction)
  }
  const random = seededRandom(seed)
  await replaceFile(target, async (folder) => {
    await using output = await open(join(folder, 'sample'), 'wx', 0o600)
    let text: Buffer[] = [
      Buffer.from(`${layout.fields.map((field) => quoted(field, layout)).join(layout.delimiter)}\n`),
    ]
    const flush = async (): Promise<void> => {
      const pieces = text
      text = []
      await output.appendFile(Buffer.concat(pieces))
    }
    await eachRecord(
      file,
      layout,
      column,
      context,
      (value, record) => {
        // selection sampling (Knuth, The Art of Computer Programming 2, algorithm S)
        const stratum = strata.get(value)
        if (!stratum) throw new MillraceError('FILE_CHANGING', { path: file.path })
        if (random() * stratum.left < stratum.wanted - stratum.kept) {
          stratum.kept++
          text.push(Buffer.from(record), Buffer.from('\n'))
        }
        stratum.left--
      },
      flush,
    )
    await flush()
    return 'sample'
  })
  return strata
}

async function eachRecord(
  file: FoundFile,
  layout: Layout,
  column: number,
  context: Context,
  take: (value: string, record: Buffer) => void,
  afterPiece: () => Promise<void> = async () => {},
): Promise<void> {
  const { delimiter, quote, fields, encoding, compression } = layout
  const splitter = csvSplitter(
    { delimiter, quote, fields: fields.length, skipLines: 1, transcoded: encoding !== 'utf-8' },
    {
      record: (_, bytes, start, end) => {
        const record = bytes.subarray(start, end)
        take(parseFields(record.toString('utf8'), delimiter, quote)[column] ?? '', record)
      },
      reject: () => {},
    },
  )
  for await (const piece of asUtf8(contentOf(file.absolute, compression, context.signal), encoding)) {
    splitter.push(piece)
    await afterPiece()
  }
  splitter.end()
}

function quoted(field: string, { delimiter, quote }: Layout): string {
  if (quote === '' || !(field.includes(delimiter) || field.includes(quote) || /[\r\n]/.test(field))) return field
  return `${quote}${field.replaceAll(quote, `${quote}${quote}`)}${quote}`
}
