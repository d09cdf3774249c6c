import type { LineRange } from '../engines/tail.ts'

/**
 * What a record of a log holds. `event`: what a client sent and was found good. `reject`: what was not, whole, with the
 * reason. `mend`: what became of a reject. `position`: how far a file has been read, in one group with what it gave.
 */
export type RecordKind = 'event' | 'reject' | 'mend' | 'position'

export interface LogRecord {
  readonly kind: RecordKind
  /** Without a line feed: a record is a line. */
  readonly payload: Uint8Array
  /** Of events: see `AcceptedEvent.simple`. It says how the payload may be read, not what it means. */
  readonly simple?: boolean
}

/**
 * What has come to a log since it began: `received = accepted + duplicates + rejected`; conflicts are rejected. Each offset
 * is that of one record: `next = accepted + rejected + mended + mends + positions`.
 */
export interface LogCounters {
  readonly received: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly conflicts: number
  /** Events that a mend has brought; they are not received again. */
  readonly mended: number
  /** Records that say what became of rejects. */
  readonly mends: number
  /** Records that say how far a file was read. */
  readonly positions: number
}

export const noCounters: LogCounters = {
  received: 0,
  accepted: 0,
  duplicates: 0,
  rejected: 0,
  conflicts: 0,
  mended: 0,
  mends: 0,
  positions: 0,
}

/** Records that are to be kept together or not at all, and what they add to the counters. */
export interface LogGroup {
  readonly records: readonly LogRecord[]
  readonly counts: Partial<LogCounters>
}

export interface Appended {
  /** The offset of the first record; the others follow it. */
  readonly first: bigint
  /** Microseconds since 1970; never less than that of an earlier record. */
  readonly receivedAtUs: number
}

/** What a log holds, whoever has it open. */
export interface LogView {
  /** A UUID that no other log has. */
  readonly id: string
  /** The offset after the last record that survives a power cut. */
  readonly next: bigint
  /** As of `next`. */
  readonly counters: LogCounters
  /** The durable records at or after an offset, and as many before it as lie in one group with it. */
  ranges(from: bigint): readonly LineRange[]
}

/** The durable, ordered records of one stream, each at an offset: 0, 1, 2, …. One process has it open. */
export interface Log extends LogView, AsyncDisposable {
  /** What lies between the first record kept and `next`. */
  readonly bytes: number
  /**
   * Resolves once the group survives a power cut. Groups are kept in the order of the calls. LOG_BUSY and LOG_NO_ROOM
   * before anything is written; LOG_WRITE_FAILED: whether it is kept is not known until it is sent again.
   */
  append(group: LogGroup): Promise<Appended>
  /** Why `append` would keep nothing now, as far as the disk is to blame; undefined where it would. */
  fault(): Promise<unknown>
  /** Whoever wants to know that `next` has moved: called in the turn in which it does. */
  onAppend(listener: (range: LineRange) => void): Disposable
  /** What is appended from now on was judged by another contract. */
  roll(contract: number): void
  /** What lies before an offset is in the table: no room is kept for it. */
  stored(offset: bigint): void
  /** The same, and frees files that hold no record at or after it; the last one stays. */
  trim(offset: bigint): Promise<void>
}
