import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
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
import { directPart, numberedPart, stagedDialect } from './parts.ts'
import type { RecordSink, Splitter } from './records.ts'
import { type Scan, scanner } from './scan.ts'
import { StagedFile } from './staging.ts'

/** Smaller files are gathered into one for the engine: to open them one by one costs more. */
const directBytes = 8 * 1024 * 1024

/** Files of a glob as text. DIALECT_INVALID, ENCODING_UNKNOWN. */
export function fileReader(options: FilesOptions): FileReader {
  checkOptions(options)
  return {
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
  for await (const piece of contentOf(file.absolute, compression, context.signal)) reading.push(piece)
  return reading.end()
}

function contentOfScan(scan: Scan, lines = scan.lines): Content {
  const { digest, contentBytes, prefixDigest, endsLine } = scan
  return { digest, contentBytes, lines, endsLine, ...(prefixDigest !== undefined && { prefixDigest }) }
}

async function direct(file: FoundFile, options: FilesOptions): Promise<DirectReading | undefined> {
  if (file.sizeBytes < directBytes) return undefined
  const layout = await layoutOf(file, options)
  const { format, header, fields } = layout
  if ((format !== 'csv' && format !== 'ndjson') || layout.encoding !== 'utf-8') return undefined
  if (format === 'csv' && fields.length < 2) return undefined
  const headers = format === 'csv' && header ? 1 : 0
  return {
    part: directPart(file, layout, options.pathColumns),
    async scan(context) {
      const quote = layout.format === 'csv' && layout.quote !== '' ? layout.quote.charCodeAt(0) : -1
      const scan = await scanFile(file, layout.compression, { quote }, context)
      const records = scan.lines - scan.blank - headers
      const counts = { header: headers, blank: scan.blank, records, continuation: 0, rejected: 0 }
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

/** Files with the same fields: their records stand in one staged file. */
interface Shape {
  readonly layout: Layout
  readonly staged: StagedFile
  readonly files: { readonly index: number; readonly file: FoundFile }[]
}

async function numbered(
  toRead: readonly FileToRead[],
  folder: string,
  reject: (reject: LineReject) => void,
  options: FilesOptions,
  context: Context,
): Promise<NumberedReading> {
  const { pathColumns } = options
  const stack = new AsyncDisposableStack()
  try {
    const shapes = new Map<string, Shape>()
    const files: NumberedReading['files'][number][] = []
    for (const [index, each] of toRead.entries()) {
      const layout = await layoutOf(each.file, options, context.signal)
      const key = JSON.stringify([layout.format === 'csv', stagedDialect(layout), layout.fields])
      let shape = shapes.get(key)
      if (!shape) {
        const path = join(folder, `staged-${shapes.size}.txt`)
        shape = { layout, files: [], staged: stack.use(await StagedFile.create(path, stagedDialect(layout).delimiter)) }
        shapes.set(key, shape)
      }
      shape.files.push({ index, file: each.file })
      files.push(await stageFile(each, index, layout, shape.staged, reject, context))
    }
    for (const { staged } of shapes.values()) await staged.flush()
    const parts = [...shapes.values()]
    const relations = parts.map((shape) => numberedPart(shape.staged.path, shape.files, shape.layout, pathColumns))
    const owned = stack.move()
    return {
      parts: relations,
      files,
      text: ({ part, at, bytes }) => (parts[part] as (typeof parts)[number]).staged.read(at, bytes),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    }
  } finally {
    await stack.disposeAsync()
  }
}

async function stageFile(
  { file, after }: FileToRead,
  index: number,
  layout: Layout,
  staged: StagedFile,
  reject: (reject: LineReject) => void,
  context: Context,
): Promise<NumberedReading['files'][number]> {
  const sink: RecordSink = {
    record: (line, bytes, start, end) => staged.add(index, line, bytes, start, end),
    reject: (found) => reject({ file: index, ...found }),
  }
  const splitter = splitterOf(layout, after === undefined ? 1 : after.lines + 1, sink)
  const whole = scanner(after === undefined ? {} : { prefixBytes: after.contentBytes })
  const text = layout.encoding === 'utf-8' ? undefined : scanner()
  async function* scanned() {
    let passed = 0
    const skip = after?.contentBytes ?? 0
    for await (const piece of contentOf(file.absolute, layout.compression, context.signal, pieceBytes(file))) {
      whole.push(piece)
      const rest = passed >= skip ? piece : piece.subarray(Math.min(piece.length, skip - passed))
      passed += piece.length
      if (rest.length > 0) yield rest
    }
  }
  for await (const piece of asUtf8(scanned(), layout.encoding)) {
    text?.push(piece)
    splitter.push(piece)
    await staged.flushFull()
  }
  const counts = splitter.end()
  await staged.flushFull()
  const scan = whole.end()
  const lines = layout.format === 'json' ? counts.records + counts.rejected : (text?.end() ?? scan).lines
  const fields = layout.format === 'csv' ? layout.fields : undefined
  return { content: contentOfScan(scan, lines), counts, ...(fields && { fields }) }
}

function pieceBytes(file: FoundFile): number {
  return Math.max(4096, Math.min(1 << 20, file.sizeBytes + 1))
}

function splitterOf(layout: Layout, firstLine: number, sink: RecordSink): Splitter {
  const transcoded = layout.encoding !== 'utf-8'
  switch (layout.format) {
    case 'csv': {
      const { delimiter, quote, header, fields } = layout
      const skipLines = header && firstLine === 1 ? 1 : 0
      return csvSplitter({ delimiter, quote, fields: fields.length, skipLines, transcoded, firstLine }, sink)
    }
    case 'json':
      return jsonDocumentSplitter({ transcoded }, sink)
    default:
      return ndjsonSplitter({ transcoded, firstLine }, sink)
  }
}
