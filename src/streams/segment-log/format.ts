import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { MillraceError } from '../../core/errors.ts'
import type { LogCounters, LogGroup, LogRecord, RecordKind } from '../log.ts'

/**
 * A segment file, format 1. All of it is lines of UTF-8 that end in LF, their fields parted by TAB:
 *
 *     millrace-log  1  header(JSON)  crc
 *     offset  received_at  kind  payload          any number of records: a group
 *     !  first  next  bytes  counters(JSON)  crc  the group's trailer
 *
 * Offsets of a log have no gaps; `received_at` is in microseconds since 1970; a kind is the first letter of its name, and
 * `s` is an event that is simple: the contract's short SQL may read it, as well as the long one. A
 * trailer tells the first offset of its group and the one after its last, the bytes of its records, and the log's counters
 * after it. `crc` is the CRC-32 (ISO 3309, as gzip has it; 8 hexadecimal digits) of all bytes before it: of the line in a
 * header, of the records and the line in a trailer. A file's name is the offset of its first record.
 */
export const logFormat = 1

const magic = 'millrace-log'
const tab = 0x09
export const lineFeed = 0x0a

const counters = z.object({
  received: z.int(),
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.int(),
  conflicts: z.int(),
  mended: z.int(),
  mends: z.int().default(0),
  positions: z.int().default(0),
})

const header = z.object({
  log: z.uuid(),
  table: z.string(),
  /** One partition a log, for now. */
  partition: z.literal(0),
  contract: z.int(),
  first: z.int(),
  counters,
})

export type SegmentHeader = z.infer<typeof header>

export function segmentName(first: number): string {
  return `${String(first).padStart(20, '0')}.seg`
}

/** The first offset of a segment by its file's name; undefined for other files. */
export function firstOf(name: string): number | undefined {
  return /^\d{20}\.seg$/.test(name) ? Number(name.slice(0, 20)) : undefined
}

export function headerLine(content: SegmentHeader): Buffer {
  const line = Buffer.from(`${magic}\t${logFormat}\t${JSON.stringify(content)}\t`)
  return Buffer.concat([line, Buffer.from(`${crcText(crc32(line))}\n`)])
}

/** What is wrong with a segment's beginning, or what it says. A line without its end is torn. */
export function readHeader(
  bytes: Buffer,
): { readonly header: SegmentHeader; readonly end: number } | { readonly format: string } | undefined {
  const end = bytes.indexOf(lineFeed)
  if (end < 0) return undefined
  const line = bytes.subarray(0, end)
  const [name, format, json, crc] = line.toString().split('\t')
  if (name !== magic || format === undefined) return undefined
  if (crc === undefined || json === undefined || crc !== crcText(crc32(line.subarray(0, -8)))) return undefined
  if (format !== String(logFormat)) return { format }
  const parsed = header.safeParse(JSON.parse(json))
  return parsed.success ? { header: parsed.data, end: end + 1 } : undefined
}

const letters: Readonly<Record<RecordKind, number>> = { event: 0x65, reject: 0x72, mend: 0x6d, position: 0x70 }

/** The letter of an event that is simple. */
const simpleLetter = 0x73

const kinds = new Map(Object.entries(letters).map(([kind, letter]) => [letter, kind as RecordKind]))
kinds.set(simpleLetter, 'event')

/** The record in the line `start` to `end`; undefined for a trailer. LOG_DAMAGED. */
export function readRecord(
  lines: Buffer,
  start: number,
  end: number,
  { path, at }: { readonly path: string; readonly at: number },
): (LogRecord & { readonly offset: bigint; readonly receivedAtUs: number }) | undefined {
  if (lines[start] === 0x21) return undefined
  const head = /^(\d{1,19})\t(\d{1,16})\t([a-z])\t/.exec(lines.toString('latin1', start, Math.min(end, start + 40)))
  const letter = head?.[3]?.charCodeAt(0) ?? 0
  const kind = kinds.get(letter)
  if (!head || !kind)
    throw new MillraceError('LOG_DAMAGED', { file: path, byte: at + start, reason: 'it is no record' })
  const payload = lines.subarray(start + head[0].length, end)
  const simple = letter === simpleLetter
  return { offset: BigInt(head[1] as string), receivedAtUs: Number(head[2]), kind, payload, ...(simple && { simple }) }
}

/** Groups as one: their records in order, and one trailer. */
export function encodeGroups(
  groups: readonly LogGroup[],
  first: number,
  receivedAtUs: number,
  after: LogCounters,
): { readonly bytes: Buffer; readonly next: number } {
  const longest = 20 + 20 + 5
  let room = 512
  for (const { records } of groups) for (const { payload } of records) room += payload.byteLength + longest
  const bytes = Buffer.allocUnsafe(room)
  let head = Buffer.from(`${first}\t${receivedAtUs}\t`)
  let digits = String(first).length
  let offset = first
  let at = 0
  for (const { records } of groups) {
    for (const { kind, payload, simple } of records) {
      for (let place = 0; place < head.length; place++) bytes[at++] = head[place] as number
      bytes[at++] = simple ? simpleLetter : letters[kind]
      bytes[at++] = tab
      bytes.set(payload, at)
      at += payload.byteLength
      bytes[at++] = lineFeed
      offset++
      if (countUp(head, digits)) continue
      head = Buffer.from(`${offset}\t${receivedAtUs}\t`)
      digits++
    }
  }
  at += bytes.write(`!\t${first}\t${offset}\t${at}\t${JSON.stringify(after)}\t`, at, 'latin1')
  at += bytes.write(`${crcText(crc32(bytes.subarray(0, at)))}\n`, at, 'latin1')
  return { bytes: bytes.subarray(0, at), next: offset }
}

/** The number in the first `digits` bytes, and one; false where it has no room for it. */
function countUp(bytes: Uint8Array, digits: number): boolean {
  for (let place = digits - 1; place >= 0; place--) {
    const digit = bytes[place] as number
    if (digit < 0x39) {
      bytes[place] = digit + 1
      return true
    }
    bytes[place] = 0x30
  }
  return false
}

export interface Trailer {
  readonly first: number
  readonly next: number
  /** Of the records, which stand right before it. */
  readonly bytes: number
  readonly counters: LogCounters
}

/** The trailer in the line `start` to `end` (its line feed), if it is one and vouches for what stands before it. */
export function readTrailer(file: Buffer, start: number, end: number): Trailer | undefined {
  if (file[start] !== 0x21 || file[start + 1] !== tab) return undefined
  const [, first, next, bytes, json, crc] = file.toString('latin1', start, end).split('\t')
  const size = Number(bytes)
  if (json === undefined || crc === undefined || !Number.isSafeInteger(size) || size < 0 || size > start)
    return undefined
  if (crc !== crcText(crc32(file.subarray(start - size, end - 8)))) return undefined
  const parsed = counters.safeParse(JSON.parse(json))
  return parsed.success ? { first: Number(first), next: Number(next), bytes: size, counters: parsed.data } : undefined
}

function crcText(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}
