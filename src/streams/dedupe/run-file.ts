import { setImmediate as nextTurn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { MillraceError } from '../../core/errors.ts'
import type { Disk, DiskReader } from '../../storage/disk.ts'
import { BloomBuilder, mayBeInBloom } from './bloom.ts'
import { compareKeys, copyKey, type IdBatch, unknownContent } from './sort.ts'

/**
 * A run: ids that are stored, in the order of their keys, each once. All numbers are of 32 bits, little-endian.
 *
 *     pages   4,096 bytes each: up to 204 ids (four words of the key, the most significant first; the content hash, 0 where
 *             the table tells it), from byte 4,080 on the number of ids, the number of the page, 0, and the CRC-32
 *             (ISO 3309) of all before it
 *     fences  the first key of each page
 *     filter  the blocks of `bloom.ts`
 *     footer  16 words: the magic, the format, ids (low and high word), pages, words of the filter, ids whose content the
 *             table tells (low and high word), zeros, and at last the CRC-32 of fences, filter and footer
 */
export const runFormat = 1

const magic = 0x6e75726d
const pageBytes = 4096
const pageWords = pageBytes / 4
const idWords = 5
const idsPerPage = 204
const footerWords = 16

/** Words that are summed up before others have their turn: a millisecond. */
const summedAtOnce = 2 ** 20

/** Pages that are written, or read one after the other, at once. */
export const pagesAtOnce = 64

/** What must be known of a run in memory: 2.6 bytes an id. */
export interface Run {
  readonly path: string
  readonly ids: number
  /** Of these, those whose content the table tells. */
  readonly unknown: number
  readonly sizeBytes: number
  /** Of fences, filter and footer: what a manifest knows the file by. Pages have their own. */
  readonly checksum: number
  readonly fences: Uint32Array
  readonly filter: Uint32Array
}

/** Ids of one page. */
export interface Page {
  readonly words: Uint32Array
  readonly ids: number
}

/**
 * Writes a run of sorted ids, at most `most` of them, and syncs it, but not its name; what lay there is replaced. One that
 * is only merged, and does not outlive the process, is not synced and has no filter.
 */
export async function writeRun(
  disk: Disk,
  path: string,
  tables: Uint32Array,
  most: number,
  sorted: AsyncIterable<IdBatch> | Iterable<IdBatch>,
  onlyMerged = false,
): Promise<Run> {
  const bloom = new BloomBuilder(tables, onlyMerged ? 0 : most)
  const fences: number[] = []
  let ids = 0
  let unknown = 0
  if ((await disk.stat(path)) !== undefined) await disk.unlink(path)
  await using file = await disk.open(path, 'new')
  const buffer = new Uint32Array(pageWords * pagesAtOnce)
  let page = 0
  let inPage = 0
  const endPage = (): void => {
    const words = buffer.subarray(page * pageWords, (page + 1) * pageWords)
    words.fill(0, inPage * idWords)
    words[1020] = inPage
    words[1021] = fences.length / 4 - 1
    words[1023] = crc32(bytesOf(words.subarray(0, 1023)))
    page++
    inPage = 0
  }
  for await (const { keys, contents } of sorted) {
    for (let at = 0; at < contents.length; at++) {
      if (inPage === idsPerPage) endPage()
      if (page === pagesAtOnce) {
        await file.write(bytesOf(buffer))
        page = 0
      }
      const to = page * pageWords + inPage * idWords
      copyKey(keys, 4 * at, buffer, to)
      const content = contents[at] as number
      buffer[to + 4] = content
      if (content === unknownContent) unknown++
      if (inPage === 0) fences.push(...keys.subarray(4 * at, 4 * at + 4))
      if (!onlyMerged) bloom.add(keys, 4 * at)
      inPage++
      ids++
    }
  }
  if (inPage > 0) endPage()
  const fenceWords = Uint32Array.from(fences)
  const filter = bloom.finish()
  const footer = new Uint32Array(footerWords)
  footer.set([magic, runFormat, ...wordsOfCount(ids), fences.length / 4, filter.length, ...wordsOfCount(unknown)])
  const checksum = await checksumOf(fenceWords, filter, footer)
  footer[footerWords - 1] = checksum
  for (const part of [buffer.subarray(0, page * pageWords), fenceWords, filter, footer])
    if (part.length > 0) await file.write(bytesOf(part))
  if (!onlyMerged) await file.sync()
  const sizeBytes = (fences.length / 4) * pageBytes + 4 * (fences.length + filter.length + footerWords)
  return { path, ids, unknown, sizeBytes, checksum, fences: fenceWords, filter }
}

/** What a run's end says, without looking at its pages. FILE_DAMAGED, FORMAT_TOO_NEW, OBJECT_NOT_FOUND. */
export async function openRun(disk: Disk, path: string): Promise<Run> {
  const sizeBytes = (await disk.stat(path))?.sizeBytes
  if (sizeBytes === undefined) throw new MillraceError('OBJECT_NOT_FOUND', { path })
  const start = sizeBytes - 4 * footerWords
  if (start < 0) throw damaged(path, 'it is too short')
  const footer = wordsOf(await disk.readRange(path, { start, end: sizeBytes }))
  const [found, format, low, high, pages = 0, filterWords = 0, unknownLow, unknownHigh] = footer
  if (found !== magic) throw damaged(path, 'it has not the end of one')
  if (format !== runFormat)
    throw new MillraceError('FORMAT_TOO_NEW', { file: path, format: format ?? 0, supported: runFormat })
  const from = pages * pageBytes
  if (from + 16 * pages + 4 * filterWords !== start) throw damaged(path, 'it has not the length that it tells')
  const words = wordsOf(await disk.readRange(path, { start: from, end: start }))
  const [fences, filter] = [words.subarray(0, 4 * pages), words.subarray(4 * pages)]
  const checksum = await checksumOf(fences, filter, footer)
  if (checksum !== footer[footerWords - 1]) throw damaged(path, 'its checksum is another')
  const [ids, unknown] = [countOf(low, high), countOf(unknownLow, unknownHigh)]
  return { path, ids, unknown, sizeBytes, checksum, fences, filter }
}

/** As `openRun`, and looks at all pages: for a run that no manifest vouches for. */
export async function openWholeRun(disk: Disk, path: string): Promise<Run> {
  const run = await openRun(disk, path)
  await using file = await disk.openReader(path)
  for (let page = 0; page < pagesOf(run); page += pagesAtOnce)
    await readPages(file, run, page, Math.min(pagesOf(run), page + pagesAtOnce))
  return run
}

export function pagesOf(run: Run): number {
  return run.fences.length / 4
}

/** The page that a key is in if it is in the run; undefined when it surely is not. */
export function pageOf(
  { fences, filter }: Run,
  keys: Uint32Array,
  at: number,
  place: number,
  marks: number,
): number | undefined {
  if (!mayBeInBloom(filter, place, marks)) return undefined
  let [low, high] = [0, fences.length / 4]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKeys(fences, 4 * middle, keys, at) <= 0) low = middle + 1
    else high = middle
  }
  return low === 0 ? undefined : low - 1
}

/** Pages from `first` to before `end`. FILE_DAMAGED. */
export async function readPages(file: DiskReader, run: Run, first: number, end: number): Promise<readonly Page[]> {
  const { path, fences } = run
  const bytes = await file.read(first * pageBytes, end * pageBytes)
  if (bytes.byteLength !== (end - first) * pageBytes) throw damaged(path, 'it has been cut')
  const words = wordsOf(bytes)
  return Array.from({ length: end - first }, (_, place) => {
    const page = words.subarray(place * pageWords, (place + 1) * pageWords)
    const [ids = 0, number, , checksum] = page.subarray(1020)
    const intact =
      checksum === crc32(bytesOf(page.subarray(0, 1023))) &&
      number === first + place &&
      ids > 0 &&
      ids <= idsPerPage &&
      compareKeys(page, 0, fences, 4 * number) === 0
    if (!intact) throw damaged(path, `page ${first + place} is not the one that was written`)
    return { words: page, ids }
  })
}

/** The content hash of a key in a page. */
export function contentIn({ words, ids }: Page, keys: Uint32Array, at: number): number | undefined {
  let [low, high] = [0, ids]
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compareKeys(words, middle * idWords, keys, at)
    if (order === 0) return words[middle * idWords + 4]
    if (order < 0) low = middle + 1
    else high = middle
  }
  return undefined
}

/** The ids of a page, as a batch. */
export function idsOf({ words, ids }: Page): IdBatch {
  const batch = { keys: new Uint32Array(4 * ids), contents: new Uint32Array(ids) }
  for (let at = 0; at < ids; at++) {
    copyKey(words, at * idWords, batch.keys, 4 * at)
    batch.contents[at] = words[at * idWords + 4] as number
  }
  return batch
}

async function checksumOf(fences: Uint32Array, filter: Uint32Array, footer: Uint32Array): Promise<number> {
  let sum = 0
  for (const part of [fences, filter, footer.subarray(0, footerWords - 1)])
    for (let from = 0; from < part.length; from += summedAtOnce) {
      if (from > 0) await nextTurn()
      sum = crc32(bytesOf(part.subarray(from, from + summedAtOnce)), sum)
    }
  return sum
}

function wordsOfCount(count: number): readonly [low: number, high: number] {
  return [count >>> 0, Math.floor(count / 2 ** 32)]
}

function countOf(low = 0, high = 0): number {
  return low + high * 2 ** 32
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

/** Words of bytes that may begin anywhere. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes
  const aligned = byteOffset % 4 === 0 ? { buffer, byteOffset } : { buffer: bytes.slice().buffer, byteOffset: 0 }
  return new Uint32Array(aligned.buffer as ArrayBuffer, aligned.byteOffset, byteLength >> 2)
}

function damaged(file: string, reason: string): MillraceError {
  return new MillraceError('FILE_DAMAGED', { file, reason })
}
