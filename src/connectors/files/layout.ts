import { extname } from 'node:path'
import { MillraceError } from '../../core/errors.ts'
import type { FoundFile } from '../../sources/reader.ts'
import { type Compression, compressionOf, contentOf } from './content.ts'
import { asUtf8, encodingName } from './encoding.ts'
import { fieldNames, firstRecord, parseFields } from './header.ts'
import type { FileFormatName, FilesOptions } from './options.ts'

/** How one file is to be read. */
export interface Layout {
  readonly format: FileFormatName
  readonly compression: Compression
  readonly encoding: string
  readonly delimiter: string
  readonly quote: string
  readonly header: boolean
  /** The fields of delimited text; none where there is no header because the file is empty. */
  readonly fields: readonly string[]
}

/** Enough to hold a header, or the first object of NDJSON. */
const headBytes = 1 << 20

/** Looks at the beginning of a file. FILE_UNREADABLE, ENCODING_UNKNOWN. */
export async function layoutOf(file: FoundFile, options: FilesOptions, signal?: AbortSignal): Promise<Layout> {
  const compression = await compressionOf(file.absolute)
  if (options.compression !== undefined && options.compression !== compression)
    throw new MillraceError('FILE_UNREADABLE', {
      path: file.path,
      reason: `its compression is ${compression}, and the source says ${options.compression}`,
    })
  const bare = file.path.replace(/\.(gz|gzip|zst|zstd)$/i, '')
  const named = options.format ?? formatOfName(bare)
  const delimiter = options.delimiter ?? (/\.tsv$/i.test(bare) ? '\t' : ',')
  const quote = options.quote ?? '"'
  const header = options.header ?? true
  const given = { compression, delimiter, quote, header, fields: options.columns ?? [] }
  if (named === 'parquet') return { ...given, format: 'parquet', encoding: 'utf-8' }
  const { text, encoding, last } = await beginning(file, compression, options.encoding, quote, signal)
  const format = named === 'json' && options.format === undefined ? jsonKind(text) : named
  if (format !== 'csv' || !header) return { ...given, format, encoding }
  const first = firstRecord(text, quote, last)
  const fields = first === undefined ? [] : fieldNames(parseFields(first, delimiter, quote))
  return { ...given, format, encoding, fields }
}

function formatOfName(name: string): FileFormatName {
  switch (extname(name).toLowerCase()) {
    case '.parquet':
      return 'parquet'
    case '.ndjson':
    case '.jsonl':
      return 'ndjson'
    case '.json':
      return 'json'
    default:
      return 'csv'
  }
}

/** NDJSON when the first line is a JSON object by itself, else a document. */
function jsonKind(text: Buffer): 'ndjson' | 'json' {
  const line = firstRecord(text, '', true)?.trim() ?? ''
  if (!line.startsWith('{')) return 'json'
  try {
    JSON.parse(line)
    return 'ndjson'
  } catch {
    return 'json'
  }
}

async function beginning(
  file: FoundFile,
  compression: Compression,
  encoding: string | undefined,
  quote: string,
  signal?: AbortSignal,
): Promise<{ readonly text: Buffer; readonly encoding: string; readonly last: boolean }> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of contentOf(file.absolute, compression, signal, 1 << 16)) {
    pieces.push(Buffer.from(piece))
    bytes += piece.length
    if (bytes >= headBytes || firstRecord(Buffer.concat(pieces), quote, false) !== undefined) break
  }
  const head = Buffer.concat(pieces)
  const name = encodingName(encoding ?? markedEncoding(head))
  async function* single() {
    yield head
  }
  const decoded: Buffer[] = []
  for await (const piece of asUtf8(single(), name)) decoded.push(piece)
  return { text: Buffer.concat(decoded), encoding: name, last: bytes < headBytes }
}

/** UTF-16 is told by its byte order mark; all else is UTF-8 until said otherwise. */
function markedEncoding(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return undefined
}
