import { createHash } from 'node:crypto'
import { MillraceError } from '../../core/errors.ts'
import type { FoundFile } from '../../sources/reader.ts'
import { type Compression, contentOf } from '../files/content.ts'
import { asUtf8 } from '../files/encoding.ts'
import { layoutOf } from '../files/layout.ts'
import type { FilesOptions } from '../files/options.ts'
import { lineEnds, longestDocumentBytes, longestKeptBytes } from '../files/records.ts'
import { type FileRow, type RowShape, rowSplitter } from '../files/rows.ts'

/** How far a file's text was read. */
export interface ReadTo {
  readonly bytes: number
  readonly lines: number
  /** SHA-256 of these bytes. */
  readonly digest: string
}

/** Rows that stand together, and how far the file was read with them. */
export interface RowBatch {
  readonly rows: readonly FileRow[]
  readonly to: ReadTo
  /** Nothing follows. */
  readonly last: boolean
}

export interface Reading {
  readonly dialect: FilesOptions
  readonly isNull: RowShape['isNull']
}

const batchBytes = 1 << 18

/**
 * The rows of a file behind what was read of it before, to its end as `file` knows it. undefined where the file does not
 * begin with what was read: it is another one of that name. FILE_UNREADABLE, also where an archive has not come whole.
 */
export async function* batchesOf(
  file: FoundFile,
  after: ReadTo | undefined,
  { dialect, isNull }: Reading,
  signal: AbortSignal,
): AsyncGenerator<RowBatch | 'another'> {
  const layout = await layoutOf(file, dialect, signal)
  if (layout.format === 'parquet')
    throw new MillraceError('FILE_UNREADABLE', { path: file.path, reason: 'a spool takes text, and this is Parquet' })
  let rows: FileRow[] = []
  const firstLine = (after?.lines ?? 0) + 1
  const splitter = rowSplitter({ layout, firstLine, isNull }, ({ line, raw, json, fault }) => {
    const kept = Buffer.from(raw)
    rows.push({ line, raw: kept, json: json === raw ? kept : Buffer.from(json), ...(fault && { fault }) })
  })
  const limit = layout.format === 'json' ? longestDocumentBytes : longestKeptBytes
  const hash = createHash('sha256')
  let [bytes, lines, batched] = [0, after?.lines ?? 0, after?.bytes ?? 0]
  let held = Buffer.alloc(0)
  /** What the splitter is done with counts as read. */
  const advance = (left: number, last: boolean): RowBatch => {
    const read = held.subarray(0, held.length - left)
    hash.update(read)
    bytes += read.length
    lines += lineEnds(read, 0, read.length)
    if (last && read.length > 0 && read.at(-1) !== 0x0a && read.at(-1) !== 0x0d) lines++
    held = Buffer.from(held.subarray(read.length))
    const batch = { rows, to: { bytes, lines, digest: hash.copy().digest('hex') }, last }
    rows = []
    batched = bytes
    return batch
  }
  const known = after?.bytes ?? 0
  for await (const piece of asUtf8(upTo(file, layout.compression, signal), layout.encoding)) {
    let rest: Buffer = piece
    if (bytes < known) {
      const before = piece.subarray(0, known - bytes)
      hash.update(before)
      bytes += before.length
      if (bytes === known && hash.copy().digest('hex') !== after?.digest) return yield 'another'
      rest = piece.subarray(before.length)
    }
    if (rest.length === 0) continue
    held = Buffer.concat([held, rest])
    splitter.push(rest)
    if (splitter.waiting > limit)
      throw new MillraceError('FILE_UNREADABLE', { path: file.path, reason: `a line is longer than ${limit} bytes` })
    if (bytes + held.length - splitter.waiting - batched >= batchBytes) yield advance(splitter.waiting, false)
  }
  if (bytes < known) return yield 'another'
  splitter.end()
  if (held.length > 0) yield advance(0, true)
}

/** The bytes of a file as it was when it was found: what has come since is not complete yet. */
async function* upTo(file: FoundFile, compression: Compression, signal: AbortSignal): AsyncGenerator<Buffer> {
  let left = compression === 'none' ? file.sizeBytes : Number.POSITIVE_INFINITY
  for await (const piece of contentOf(file.absolute, compression, signal, batchBytes)) {
    yield piece.subarray(0, Math.min(left, piece.length))
    left -= piece.length
    if (left <= 0) return
  }
}
