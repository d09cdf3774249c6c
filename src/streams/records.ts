import type { LineRange } from '../engines/tail.ts'
import type { Disk } from '../storage/disk.ts'
import type { LogRecord } from './log.ts'
import { readRecord } from './segment-log/format.ts'

/** A record as a log holds it. */
export interface StoredRecord extends LogRecord {
  readonly offset: bigint
  /** Microseconds since 1970. */
  readonly receivedAtUs: number
}

/** Bytes read at once; a longer record is read whole. */
const pieceBytes = 4 * 1024 * 1024

/** The records of a log's ranges from an offset on, piece by piece. LOG_DAMAGED. */
export async function* readRecords(
  disk: Disk,
  ranges: readonly LineRange[],
  from: bigint,
): AsyncGenerator<readonly StoredRecord[]> {
  for (const { path, start, end } of ranges)
    for (let at = start, size = pieceBytes; at < end; ) {
      const to = Math.min(end, at + size)
      const bytes = await disk.readRange(path, { start: at, end: to })
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const whole = piece.lastIndexOf(0x0a) + 1
      if (whole === 0 && to < end) {
        size *= 2
        continue
      }
      const records = recordsIn(piece.subarray(0, whole), { path, at }).filter(({ offset }) => offset >= from)
      if (records.length > 0) yield records
      at += whole === 0 ? piece.byteLength : whole
      size = pieceBytes
    }
}

function recordsIn(lines: Buffer, place: { readonly path: string; readonly at: number }): StoredRecord[] {
  const records: StoredRecord[] = []
  for (let start = 0; start < lines.byteLength; ) {
    const end = lines.indexOf(0x0a, start)
    const record = readRecord(lines, start, end, place)
    if (record) records.push(record)
    start = end + 1
  }
  return records
}
