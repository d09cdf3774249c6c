import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Engine } from '../../engines/engine.ts'
import type {
  Content,
  DirectReading,
  FileReader,
  FileToRead,
  FoundFile,
  LineReject,
  NumberedReading,
} from '../../sources/reader.ts'
import { compressionOf, contentOf, readHead } from './content.ts'
import { csvSplitter } from './csv-records.ts'
import { asUtf8 } from './encoding.ts'
import { describeFile, findFiles } from './glob.ts'
import { jsonDocumentSplitter, ndjsonSplitter } from './json-records.ts'
import { type Layout, layoutOf } from './layout.ts'
import { checkOptions, type FilesOptions } from './options.ts'
import { describeParquet, type ParquetFile, parquetPart } from './parquet.ts'
import { directPart, numberedPart, stagedDialect } from './parts.ts'
import { longestDocumentBytes, longestKeptBytes, type RecordSink, type Splitter } from './records.ts'
import { type Scan, scanner } from './scan.ts'
import { StagedFile } from './staging.ts'

/** Smaller files are gathered into one for the engine: to open them one by one costs more. */
const directBytes = 8 * 1024 * 1024

/** Files of a glob as text. DIALECT_INVALID, ENCODING_UNKNOWN. */
export function fileReader(options: FilesOptions): FileReader {
  checkOptions(options)
  return {
    globs: [options.glob].flat(),
    find: () => findFiles(options.glob, options.root),
    contentSize,
    measure: async (file, prefixBytes, context) =>
      contentOfScan(await scanFile(file, await compressionOf(file.absolute), { prefixBytes }, context)),
    direct: (file) => direct(file, options),
    numbered: (files, folder, reject, context) => numbered(files, folder, reject, options, context),
    unchanged: async (file) => (await describeFile(file.absolute, options.root))?.stamp === file.stamp,
  }
}

/** A gzip file ends with the size of its last member modulo 2^32; a zstd frame may begin with its size. */
async function contentSize(file: FoundFile): Promise<{ bytes: number; exact: boolean } | undefined> {
  switch (await compressionOf(file.absolute)) {
    case 'none':
      return { bytes: file.sizeBytes, exact: true }
    case 'gzip': {
      const tail = Buffer.alloc(4)
      await using handle = await open(file.absolute)
      await handle.read(tail, 0, 4, Math.max(0, file.sizeBytes - 4))
      return { bytes: tail.readUInt32LE(0), exact: false }
    }
    case 'zstd':
      return zstdContentSize(await readHead(file.absolute, 18))
  }
}

/** RFC 8878, 3.1.1.1: descriptor, window, dictionary, content size. */
function zstdContentSize(head: Buffer): { bytes: number; exact: boolean } | undefined {
  const descriptor = head[4]
  if (descriptor === undefined) return undefined
  const single = (descriptor >> 5) & 1
  const width = [single, 2, 4, 8][descriptor >> 6] as number
  const at = 5 + (1 - single) + ([0, 1, 2, 4][descriptor & 3] as number)
  if (width === 0 || head.length < at + width) return undefined
  const bytes = width === 8 ? Number(head.readBigUInt64LE(at)) : head.readUIntLE(at, width)
  return { bytes: width === 2 ? bytes + 256 : bytes, exact: false }
}

async function scanFile(
  file: FoundFile,
  compression: Layout['compression'],
  options: { readonly quote?: number; readonly prefixBytes?: number | undefined },
  context: Context,
): Promise<Scan> {
  const { quote, prefixBytes } = options
  const reading = scanner({ ...(quote !== undefined && { quote }), ...(prefixBytes !== undefined && { prefixBytes }) })
  const progress = progressOf(file, compression, context)
  for await (const piece of contentOf(file.absolute, compression, context.signal)) {
    reading.push(piece)
    progress(piece.length)
  }
  return reading.end()
}

/** Tells how many bytes of the content were read; of how many, where the file's size says so. */
function progressOf(file: FoundFile, compression: Layout['compression'], context: Context): (bytes: number) => void {
  const total = compression === 'none' ? { total: file.sizeBytes } : {}
  let done = 0
  return (bytes) => {
    done += bytes
    context.emit({ kind: 'pulse', type: 'task.progress', task: `reading ${file.path}`, done, ...total, unit: 'bytes' })
  }
}

function contentOfScan(scan: Scan, lines = scan.lines): Content {
  const { digest, contentBytes, prefixDigest, endsLine } = scan
  return { digest, contentBytes, lines, endsLine, ...(prefixDigest !== undefined && { prefixDigest }) }
}

async function direct(file: FoundFile, options: FilesOptions): Promise<DirectReading | undefined> {
  if (file.sizeBytes < directBytes) return undefined
  const layout = await layoutOf(file, options)
  if (layout.format !== 'csv' || layout.encoding !== 'utf-8' || layout.fields.length < 2) return undefined
  const header = layout.header ? 1 : 0
  return {
    part: directPart(file, layout, options.pathColumns),
    async scan(context) {
      const quote = layout.quote === '' ? -1 : layout.quote.charCodeAt(0)
      const scan = await scanFile(file, layout.compression, { quote }, context)
      const records = scan.lines - scan.blank - header
      const counts = { header, blank: scan.blank, records, continuation: 0, rejected: 0 }
      const doubt = doubtOf(scan)
      return { content: contentOfScan(scan), counts, ...(doubt !== undefined && { doubt }) }
    },
  }
}

/** What makes the engine's own reading of lines differ from ours, or fail. */
function doubtOf(scan: Scan): string | undefined {
  if (scan.nul) return 'it holds NUL bytes'
  if (scan.loneCr || (scan.crLf && scan.bareLf)) return 'its lines end in different ways'
  if (scan.oddQuotes) return 'a line holds an odd number of quotes'
  return undefined
}

interface IndexedFile {
  readonly index: number
  readonly file: FoundFile
}

/** Files with the same fields: their records stand in one staged file. */
interface TextShape {
  readonly layout: Layout
  readonly staged: StagedFile
  readonly keys: Set<string>
  readonly files: IndexedFile[]
}

interface ParquetShape {
  readonly parquet: ParquetFile
  readonly files: IndexedFile[]
}

async function numbered(
  toRead: readonly FileToRead[],
  folder: string,
  reject: (reject: LineReject) => void,
  options: FilesOptions,
  context: Context,
): Promise<NumberedReading> {
  const { pathColumns } = options
  const texts = new Map<string, TextShape>()
  const parquets = new Map<string, ParquetShape>()
  const files: NumberedReading['files'][number][] = []
  await using stack = new AsyncDisposableStack()
  for (const [index, each] of toRead.entries()) {
    const { file } = each
    const layout = await layoutOf(file, options, context.signal)
    if (layout.format === 'parquet') {
      const parquet = await describeParquet(engineOf(options), file, context)
      const key = JSON.stringify(parquet.fields)
      const shape = parquets.get(key) ?? { parquet, files: [] }
      parquets.set(key, shape)
      shape.files.push({ index, file })
      const { digest, contentBytes, endsLine } = await scanFile(file, 'none', {}, context)
      const counts = { header: 0, blank: 0, records: parquet.rows, continuation: 0, rejected: 0 }
      files.push({ content: { digest, contentBytes, endsLine, lines: parquet.rows }, counts })
      continue
    }
    const dialect = stagedDialect(layout)
    const key = JSON.stringify([layout.format === 'csv', dialect, layout.fields])
    let shape = texts.get(key)
    if (!shape) {
      const staged = await StagedFile.create(join(folder, `staged-${texts.size}`), dialect.delimiter)
      shape = { layout, staged: stack.use(staged), keys: new Set(), files: [] }
      texts.set(key, shape)
    }
    shape.files.push({ index, file })
    files.push(await stageFile(each, index, layout, shape, reject, context))
  }
  const shapes = [...texts.values()]
  for (const { staged } of shapes) await staged.flush()
  const parts = [
    ...shapes.map(({ staged, files: of, layout, keys }) =>
      numberedPart(staged.path, of, layout, [...keys], pathColumns),
    ),
    ...[...parquets.values()].map(({ files: of, parquet }) => parquetPart(of, parquet, pathColumns)),
  ]
  const owned = stack.move()
  return {
    parts,
    files,
    text: ({ part, at, bytes }) => (shapes[part] as TextShape).staged.read(at, bytes),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function engineOf({ engine }: FilesOptions): Engine {
  if (engine) return engine
  throw new MillraceError('INTERNAL', { reason: 'a Parquet file is read without an engine' })
}

async function stageFile(
  { file, after }: FileToRead,
  index: number,
  layout: Layout,
  { staged, keys }: TextShape,
  reject: (reject: LineReject) => void,
  context: Context,
): Promise<NumberedReading['files'][number]> {
  const sink: RecordSink = {
    record: (line, bytes, start, end) => staged.add(index, line, bytes, start, end),
    reject: (found) => {
      if (found.bytes.length > longestKeptBytes) throw overlong(file, `from line ${found.line} on, ${found.message}`)
      reject({ file: index, ...found })
    },
  }
  checkDocument(file.sizeBytes, file, layout)
  const splitter = splitterOf(layout, after === undefined ? 1 : after.lines + 1, keys, sink)
  const whole = scanner(after === undefined ? {} : { prefixBytes: after.contentBytes })
  const text = layout.encoding === 'utf-8' ? undefined : scanner()
  async function* scanned() {
    let passed = 0
    const progress = progressOf(file, layout.compression, context)
    const skip = after?.contentBytes ?? 0
    for await (const piece of contentOf(file.absolute, layout.compression, context.signal, pieceBytes(file))) {
      whole.push(piece)
      progress(piece.length)
      const rest = passed >= skip ? piece : piece.subarray(Math.min(piece.length, skip - passed))
      passed += piece.length
      if (rest.length > 0) yield rest
    }
  }
  for await (const piece of asUtf8(scanned(), layout.encoding)) {
    text?.push(piece)
    splitter.push(piece)
    checkDocument(splitter.waiting, file, layout)
    if (layout.format !== 'json' && splitter.waiting > longestKeptBytes)
      throw overlong(file, 'a line or its header does not end')
    await staged.flushFull()
  }
  const counts = splitter.end()
  await staged.flushFull()
  const scan = whole.end()
  const lines = layout.format === 'json' ? counts.records + counts.rejected : (text?.end() ?? scan).lines
  const fields = layout.format === 'csv' ? layout.fields : undefined
  return { content: contentOfScan(scan, lines), counts, ...(fields && { fields }) }
}

/** DOCUMENT_TOO_LARGE, before more of it is held. */
function checkDocument(bytes: number, { path }: FoundFile, { format }: Layout): void {
  if (format === 'json' && bytes > longestDocumentBytes)
    throw new MillraceError('DOCUMENT_TOO_LARGE', { path, limit: `${longestDocumentBytes / 1_000_000} MB` })
}

/** To keep all of it as one reject would take memory without bound. */
function overlong({ path }: FoundFile, what: string): MillraceError {
  const reason = `${what}, for more than ${longestKeptBytes / 1_000_000} MB; is it text, and is the quote right?`
  return new MillraceError('FILE_UNREADABLE', { path, reason })
}

function pieceBytes(file: FoundFile): number {
  return Math.max(4096, Math.min(1 << 20, file.sizeBytes + 1))
}

function splitterOf(layout: Layout, firstLine: number, keys: Set<string>, sink: RecordSink): Splitter {
  const transcoded = layout.encoding !== 'utf-8'
  switch (layout.format) {
    case 'csv': {
      const { delimiter, quote, header, fields } = layout
      const skipLines = header && firstLine === 1 ? 1 : 0
      return csvSplitter({ delimiter, quote, fields: fields.length, skipLines, transcoded, firstLine }, sink)
    }
    case 'json':
      return jsonDocumentSplitter({ transcoded, keys }, sink)
    default:
      return ndjsonSplitter({ transcoded, firstLine, keys }, sink)
  }
}
