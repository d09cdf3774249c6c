import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { isError, MillraceError } from '../core/errors.ts'
import { Turns } from '../core/turns.ts'
import type { LineRange } from '../engines/tail.ts'
import type { Disk, DiskFile } from '../storage/disk.ts'
import { type Appended, type Log, type LogCounters, type LogGroup, type LogView, noCounters } from './log.ts'
import { encodeGroups, headerLine, lineFeed, type SegmentHeader, segmentName } from './segment-log/format.ts'
import { Room } from './segment-log/room.ts'
import { endOf, nextOf, type Segment, scanLog } from './segment-log/scan.ts'

export interface SegmentLogOptions {
  readonly disk: Disk
  /** Absolute: a folder of the stream's own in that of all logs, both of which are made where they are not there. */
  readonly folder: string
  /** The id of the stream's table. */
  readonly table: string
  /** The number of the contract that events are judged by. */
  readonly contract: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A file of at least so many bytes is followed by another. */
  readonly segmentBytes?: number
  /** What may wait to be written; more is LOG_BUSY. */
  readonly waitingBytes?: number
  /** Free space that must be left, in multiples of what the log holds: whatever empties it needs room. */
  readonly room?: number
}

const mebi = 1024 * 1024

/** Bytes of one write: what waits beyond it goes into the next. */
const writeBytes = 16 * mebi

/** How long a log that has kept nothing is left alone by whoever asks for its fault. */
const tryEveryMs = 1_000

interface Waiting {
  readonly group: LogGroup
  readonly bytes: number
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens a stream's log, or begins one. What stands behind the last whole group was never acknowledged, and is cut; what
 * was found is synced before it counts, as whoever wrote it may have been killed before that. LOG_DAMAGED,
 * LOG_OF_ANOTHER_TABLE, FORMAT_TOO_NEW.
 */
export async function openSegmentLog(options: SegmentLogOptions): Promise<Log> {
  const { disk, folder, table } = options
  await makeFolder(disk, folder)
  for (const { name } of await disk.readFolder(folder)) if (name === newSegment) await disk.unlink(`${folder}/${name}`)
  const scan = await scanLog(disk, folder)
  const logged = scan?.segments[0]?.header.table
  if (logged !== undefined && logged !== table)
    throw new MillraceError('LOG_OF_ANOTHER_TABLE', { folder, logged, table })
  const log = new SegmentLog(options, scan?.segments ?? [], scan?.counters ?? noCounters, scan?.receivedAtUs ?? 0)
  await log.settle()
  return log
}

/** The log that lies in a folder, as it is now, whoever has it open; undefined where there is none. */
export async function peekLog(disk: Disk, folder: string): Promise<LogView | undefined> {
  const scan = await scanLog(disk, folder)
  const newest = scan?.segments.at(-1)
  if (!scan || !newest) return undefined
  const { segments, counters } = scan
  return {
    id: newest.header.log,
    next: BigInt(nextOf(newest)),
    counters,
    ranges: (from) => rangesOf(segments, from),
  }
}

/** A segment under way: it gets its name when its header is there to stay. */
const newSegment = 'new.tmp'

/** The folder, and the one of all logs around it, in a folder that is there. */
async function makeFolder(disk: Disk, folder: string): Promise<void> {
  for (const each of [dirname(folder), folder]) {
    await disk.makeFolder(each)
    // also of one that is there: whoever made it may have been killed before this
    await disk.syncFolder(dirname(each))
  }
}

class SegmentLog implements Log {
  readonly id: string
  readonly #options: SegmentLogOptions
  readonly #segments: Segment[]
  #counters: LogCounters
  /** What lies before this offset is in the table. */
  #stored = 0n
  #receivedAtUs: number
  #contract: number
  /** Open at the end of the newest segment; undefined after a failure, until that end is as it was before it. */
  #file: DiskFile | undefined
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #draining: Promise<void> | undefined
  readonly #trims = new Turns()
  readonly #room: Room
  /** Why the newest write kept nothing. */
  #failed: { readonly error: unknown; readonly atMs: number } | undefined
  #trying: Promise<unknown> | undefined
  #closed = false
  readonly #listeners = new Set<(range: LineRange) => void>()

  constructor(options: SegmentLogOptions, segments: readonly Segment[], counters: LogCounters, receivedAtUs: number) {
    this.#options = options
    this.#segments = [...segments]
    this.#counters = counters
    this.#receivedAtUs = receivedAtUs
    this.#contract = options.contract
    this.#room = new Room(options)
    this.id = segments[0]?.header.log ?? randomUUID()
  }

  get next(): bigint {
    const newest = this.#segments.at(-1)
    return BigInt(newest ? nextOf(newest) : 0)
  }

  get counters(): LogCounters {
    return this.#counters
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + endOf(segment), 0)
  }

  /** Makes the newest segment what it is taken for. */
  async settle(): Promise<void> {
    if (this.#segments.length === 0) await this.#begin()
    else await this.#reopen()
  }

  append(group: LogGroup): Promise<Appended> {
    const { waitingBytes = 64 * mebi, folder } = this.#options
    let bytes = 0
    for (const { payload } of group.records) {
      if (payload.includes(lineFeed))
        return Promise.reject(new MillraceError('INTERNAL', { reason: 'a record of a log is not one line' }))
      bytes += payload.byteLength
    }
    if (this.#closed)
      return Promise.reject(new MillraceError('LOG_WRITE_FAILED', { file: folder, reason: 'the log is closed' }))
    if (this.#waiting.length > 0 && this.#waitingBytes + bytes > waitingBytes)
      return Promise.reject(new MillraceError('LOG_BUSY', { bytes: this.#waitingBytes, folder }))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ group, bytes, resolve, reject })
      this.#waitingBytes += bytes
      this.#draining ??= this.#drain()
    })
  }

  ranges(from: bigint): readonly LineRange[] {
    return rangesOf(this.#segments, from)
  }

  async fault(): Promise<unknown> {
    if (!this.#failed)
      return this.#checkRoom().then(
        () => undefined,
        (error: unknown) => error,
      )
    // nobody else may come to try it, and this leaves nothing but a trailer
    if (Math.abs(this.#options.now() - this.#failed.atMs) >= tryEveryMs) await this.#try()
    return this.#failed?.error
  }

  /** Once for all who ask: a disk may hang. */
  #try(): Promise<unknown> {
    this.#trying ??= this.append({ records: [], counts: {} })
      .catch(() => undefined)
      .finally(() => {
        this.#trying = undefined
      })
    return this.#trying
  }

  onAppend(listener: (range: LineRange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  roll(contract: number): void {
    this.#contract = contract
  }

  stored(offset: bigint): void {
    this.#stored = offset
  }

  trim(offset: bigint): Promise<void> {
    this.#stored = offset
    return this.#trims.run(() => this.#trim(offset))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#draining
    await this.#trims.ended()
    await this.#file?.close()
    this.#file = undefined
  }

  /** Writes what waits, group after group, until nothing does. Never throws. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // whatever has come to this process by now goes into one write
      await setImmediate()
      const batch = this.#take()
      try {
        const appended = await this.#write(batch.map(({ group }) => group))
        this.#failed = undefined
        for (const [at, { resolve }] of batch.entries()) resolve(appended[at] as Appended)
      } catch (error) {
        this.#failed = { error, atMs: this.#options.now() }
        for (const { reject } of batch) reject(error)
      }
    }
    this.#draining = undefined
  }

  #take(): readonly Waiting[] {
    let [count, bytes] = [0, 0]
    for (const { bytes: more } of this.#waiting) {
      if (count > 0 && bytes + more > writeBytes) break
      count++
      bytes += more
    }
    this.#waitingBytes -= bytes
    return this.#waiting.splice(0, count)
  }

  async #write(groups: readonly LogGroup[]): Promise<readonly Appended[]> {
    const { folder, segmentBytes = 64 * mebi, now } = this.#options
    const newest = this.#segments.at(-1)
    let file = newest?.path ?? folder
    try {
      await this.#checkRoom()
      if (!newest || newest.header.contract !== this.#contract || endOf(newest) >= segmentBytes) await this.#begin()
      else if (!this.#file) await this.#reopen()
      const segment = this.#segments.at(-1) as Segment
      file = segment.path
      const receivedAtUs = Math.max(this.#receivedAtUs, Math.trunc(now() * 1000))
      const counters = sumOf(this.#counters, groups)
      const first = nextOf(segment)
      const { bytes, next } = encodeGroups(groups, first, receivedAtUs, counters)
      await this.#file?.writeSynced(bytes)
      return this.#advance(segment, groups, { bytes: bytes.byteLength, first, next, receivedAtUs, counters })
    } catch (error) {
      if (isError(error, 'LOG_NO_ROOM')) throw error
      const failed = this.#file
      this.#file = undefined
      // what it holds is unknown, and it is never synced again
      await failed?.close().catch(() => undefined)
      throw new MillraceError('LOG_WRITE_FAILED', { file, reason: (error as Error).message }, error)
    }
  }

  #advance(
    segment: Segment,
    groups: readonly LogGroup[],
    written: { bytes: number; first: number; next: number; receivedAtUs: number; counters: LogCounters },
  ): readonly Appended[] {
    const { first, next, receivedAtUs, counters } = written
    const start = endOf(segment)
    const end = start + written.bytes
    segment.groups.push({ end, next })
    this.#counters = counters
    this.#receivedAtUs = receivedAtUs
    if (next > first) {
      const { path, header } = segment
      const range = { path, start, end, first: BigInt(first), next: BigInt(next), contract: header.contract }
      for (const listener of this.#listeners) listener(range)
    }
    let offset = BigInt(first)
    return groups.map(({ records }) => {
      const appended = { first: offset, receivedAtUs }
      offset += BigInt(records.length)
      return appended
    })
  }

  /** A new segment: whole with its header, and in its folder to stay, before a record goes into it. */
  async #begin(): Promise<void> {
    const { disk, folder, table } = this.#options
    const newest = this.#segments.at(-1)
    if (newest && !this.#file) await this.#reopen()
    const first = newest ? nextOf(newest) : 0
    const header: SegmentHeader = {
      log: this.id,
      table,
      partition: 0,
      contract: this.#contract,
      first,
      counters: this.#counters,
    }
    const line = headerLine(header)
    const [from, path] = [`${folder}/${newSegment}`, `${folder}/${segmentName(first)}`]
    if ((await disk.stat(from)) !== undefined) await disk.unlink(from)
    {
      await using file = await disk.open(from, 'new')
      await file.write(line)
      await file.sync()
    }
    await disk.rename(from, path)
    await disk.syncFolder(folder)
    const before = this.#file
    this.#file = await disk.open(path, 'append')
    // an empty one is replaced by it
    if (newest && nextOf(newest) === newest.header.first) this.#segments.pop()
    this.#segments.push({ path, header, start: line.byteLength, groups: [] })
    await before?.close()
  }

  /** Brings the newest segment back to the end of its last whole group, on a descriptor that has never failed. */
  async #reopen(): Promise<void> {
    const { disk, folder } = this.#options
    const newest = this.#segments.at(-1) as Segment
    await disk.truncate(newest.path, endOf(newest))
    const file = await disk.open(newest.path, 'append')
    try {
      await file.sync()
      await disk.syncFolder(folder)
    } catch (error) {
      await file.close().catch(() => undefined)
      throw error
    }
    this.#file = file
  }

  #checkRoom(): Promise<void> {
    return this.#room.check(this.bytes, () =>
      this.ranges(this.#stored).reduce((sum, { start, end }) => sum + end - start, 0),
    )
  }

  async #trim(offset: bigint): Promise<void> {
    const { disk, folder } = this.#options
    for (let next = this.#segments[1]; next && BigInt(next.header.first) <= offset; next = this.#segments[1]) {
      const oldest = this.#segments[0] as Segment
      await disk.unlink(oldest.path)
      this.#segments.shift()
      // one by one: no power cut brings one back without those after it
      await disk.syncFolder(folder)
    }
  }
}

function rangesOf(segments: readonly Segment[], from: bigint): readonly LineRange[] {
  return segments.flatMap((segment) => {
    const { path, header, start, groups } = segment
    const at = groups.findIndex(({ next }) => BigInt(next) > from)
    if (at < 0) return []
    const before = groups[at - 1]
    const first = BigInt(before?.next ?? header.first)
    const { contract } = header
    return [{ path, start: before?.end ?? start, end: endOf(segment), first, next: BigInt(nextOf(segment)), contract }]
  })
}

function sumOf(before: LogCounters, groups: readonly LogGroup[]): LogCounters {
  const sum = { ...before }
  for (const { counts } of groups)
    for (const name of Object.keys(counts) as (keyof LogCounters)[]) sum[name] += counts[name] ?? 0
  return sum
}
