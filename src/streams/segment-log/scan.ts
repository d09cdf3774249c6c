import { MillraceError } from '../../core/errors.ts'
import type { Disk } from '../../storage/disk.ts'
import type { LogCounters } from '../log.ts'
import { firstOf, logFormat, readHeader, readTrailer, type SegmentHeader, segmentName } from './format.ts'

/** A segment file as its trailers vouch for it. */
export interface Segment {
  readonly path: string
  readonly header: SegmentHeader
  /** Where its first group begins. */
  readonly start: number
  /** Of each group: where it ends, and the offset after it. */
  readonly groups: { readonly end: number; readonly next: number }[]
}

export interface LogScan {
  readonly segments: readonly Segment[]
  readonly counters: LogCounters
  /** Of the last record; 0 without one. */
  readonly receivedAtUs: number
  /** Bytes behind the last group of the newest segment, which nobody was told of. */
  readonly torn: number
}

/** Where the groups of a segment end. */
export function endOf({ start, groups }: Segment): number {
  return groups.at(-1)?.end ?? start
}

/** The offset after a segment's last record. */
export function nextOf({ header, groups }: Segment): number {
  return groups.at(-1)?.next ?? header.first
}

/**
 * Reads a log's files and holds every group against its trailer. undefined: there is none. What stands behind the last
 * trailer of the newest file was never acknowledged; anything else that is not as it was written is LOG_DAMAGED.
 * FORMAT_TOO_NEW.
 */
export async function scanLog(disk: Disk, folder: string): Promise<LogScan | undefined> {
  const entries = await disk.readFolder(folder)
  const firsts = entries.flatMap(({ name }) => firstOf(name) ?? []).sort((a, b) => a - b)
  const segments: Segment[] = []
  let counters: LogCounters | undefined
  let receivedAtUs = 0
  let torn = 0
  for (const [at, first] of firsts.entries()) {
    const path = `${folder}/${segmentName(first)}`
    const bytes = await disk.readRange(path)
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const scan = scanSegment(path, file, first)
    const before = segments.at(-1)
    if (before && (nextOf(before) !== first || before.header.log !== scan.segment.header.log))
      throw damaged(path, 0, `it does not follow ${before.path}, whose records end before offset ${nextOf(before)}`)
    torn = file.byteLength - endOf(scan.segment)
    if (torn > 0 && (at < firsts.length - 1 || vouchedLater(file, endOf(scan.segment))))
      throw damaged(path, endOf(scan.segment), 'no trailer vouches for what stands here')
    segments.push(scan.segment)
    counters = scan.counters
    receivedAtUs = scan.receivedAtUs ?? receivedAtUs
  }
  return counters && { segments, counters, receivedAtUs, torn }
}

function scanSegment(path: string, file: Buffer, first: number) {
  const read = readHeader(file)
  if (!read) throw damaged(path, 0, 'it does not begin with the header of a segment')
  if ('format' in read)
    throw new MillraceError('FORMAT_TOO_NEW', { file: path, format: Number(read.format), supported: logFormat })
  const { header, end: start } = read
  if (header.first !== first) throw damaged(path, 0, `it says that it begins at offset ${header.first}`)
  const segment: Segment = { path, header, start, groups: [] }
  let counters: LogCounters = header.counters
  let receivedAtUs: number | undefined
  for (let group = start; ; ) {
    const line = trailerFrom(file, group)
    const end = line === undefined ? -1 : file.indexOf(0x0a, line)
    const trailer = line === undefined || end < 0 ? undefined : readTrailer(file, line, end)
    if (line === undefined || !trailer || trailer.bytes !== line - group || trailer.first !== nextOf(segment)) break
    segment.groups.push({ end: end + 1, next: trailer.next })
    counters = trailer.counters
    if (line > group) receivedAtUs = receivedAt(file, line)
    group = end + 1
  }
  return { segment, counters, receivedAtUs }
}

/** Where the next line that begins as a trailer does, begins: records begin with a digit, and are one line each. */
function trailerFrom(file: Buffer, from: number): number | undefined {
  if (file[from] === 0x21) return from
  const found = file.indexOf('\n!\t', from)
  return found < 0 ? undefined : found + 1
}

/** Of the record that ends before `end`. */
function receivedAt(file: Buffer, end: number): number {
  const start = file.lastIndexOf(0x0a, end - 2) + 1
  return Number(file.toString('latin1', start, Math.min(end, start + 48)).split('\t')[1])
}

/** True when a whole group stands anywhere from here on: then what is before it was acknowledged, and is damaged. */
function vouchedLater(file: Buffer, from: number): boolean {
  for (let line = trailerFrom(file, from); line !== undefined; line = trailerFrom(file, line + 1)) {
    const end = file.indexOf(0x0a, line)
    const trailer = end < 0 ? undefined : readTrailer(file, line, end)
    if (trailer && line - trailer.bytes >= from) return true
  }
  return false
}

function damaged(file: string, byte: number, reason: string): MillraceError {
  return new MillraceError('LOG_DAMAGED', { file, byte, reason })
}
