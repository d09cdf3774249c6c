import type { Disk } from '../storage/disk.ts'
import { openIndex } from './dedupe/id-index.ts'
import type { Reservation } from './dedupe/memory-ids.ts'
import type { IdBatch, Ids } from './dedupe/sort.ts'

export type { Reservation, Verdict } from './dedupe/memory-ids.ts'
export { type IdBatch, type Ids, placeOf, unknownContent } from './dedupe/sort.ts'

/** Makes the keys of ids; how, is a secret of the index. */
export interface IdKeys {
  /** Ids as text (a UUID in lower case), and a hash of 32 bits, never 0, of what else tells their rows apart. */
  batch(ids: readonly string[], contents: ArrayLike<number>): IdBatch
  /** Writes the key of each id that is given as text into its place, four words each; null leaves what is there. */
  write(ids: readonly (string | null)[], keys: Uint32Array): void
}

/** A commit of the table, as the index has to know it. */
export interface IdCommit {
  readonly version: number
  /** The name that its run was sealed by, where it is a flush of ours. */
  readonly commit?: string
  /** The ids of the rows that it added, without their contents; left out where it added none. */
  readonly added?: (keys: IdKeys) => Promise<Ids>
}

/** The table whose ids an index knows. */
export interface StoredIds {
  /** The table's id. */
  readonly table: string
  /** All commits after a version, in order; undefined where the table cannot tell them, or has no such version. */
  since(version: number): Promise<readonly IdCommit[] | undefined>
  /** The ids of all rows, without their contents, and the version that they are of; -1 as long as there is none. */
  all(keys: IdKeys): Promise<{ readonly version: number; readonly ids: Ids }>
  /** The ids of all rows with their contents. */
  contents(keys: IdKeys): Promise<Ids>
}

export interface IdIndexOptions {
  readonly disk: Disk
  /** Absolute: `_millrace/ids` of the table, whose own folder is there. */
  readonly folder: string
  readonly stored: StoredIds
  /** Records are judged by rules after they are in the log, and `judge` tells how; else all are taken as stored. */
  readonly rules: boolean
}

/** What an index holds by now. */
export interface IdFigures {
  /** In the log, and not in the table yet, those under way among them. */
  readonly unflushed: number
  readonly stored: number
  readonly runs: number
  /** Runs are made one in the background. */
  readonly merging: boolean
  /** The newest version of the table all of whose ids are known. */
  readonly version: number
  /** Of tables in memory, fences and filters. */
  readonly memoryBytes: number
  /** Why runs could not be merged when it was last tried. */
  readonly trouble: unknown
}

/** Ids of rows that do not come by the log. */
export interface StagedIds {
  /** Those that are taken, with what they are taken by: their rows are to be left out. */
  readonly taken: IdBatch
  /** How many there are, those that come more than once counted once. */
  readonly distinct: number
}

/** Which ids a stream's table and log hold: each is taken once, for ever. One process has it open. */
export interface IdIndex extends IdKeys, AsyncDisposable {
  /** Decides on the ids of one group. Rejects with the codes of a `Disk` when a run cannot be read: nothing was taken. */
  reserve(ids: IdBatch): Reservation
  /** Ids of records of the log that are not in the table yet: after a start, before anything is reserved. */
  recover(ids: IdBatch, offsetOf: (at: number) => bigint): void
  /** Records before `upTo`, all of them confirmed, were judged: those of `rejected` broke a rule, and free their ids. */
  judge(upTo: bigint, rejected: IdBatch, offsetOf: (at: number) => bigint): void
  /**
   * Makes the run of the records before an offset, all of them confirmed and judged, durable under the commit's UUID;
   * before the commit. Then one of `adopt` and `withdraw`.
   */
  seal(commit: string, upTo: bigint): Promise<void>
  /** As `seal`, of rows that do not come by the log; their contents are asked of the table when they are needed. */
  stage(commit: string, ids: Ids): Promise<StagedIds>
  /**
   * The ids that were taken since `stage`, right before the commit: whoever reserves waits until `adopt` or `withdraw` has
   * resolved, or until this has failed.
   */
  restage(commit: string): Promise<IdBatch>
  /** Of each id, in the order asked: it is in the log, or on its way there, and not in the table yet. */
  waiting(ids: IdBatch): readonly boolean[]
  /** The commit is the table's, at this version. */
  adopt(commit: string, version: number): Promise<void>
  /** The commit was not made, and never will be. */
  withdraw(commit: string): Promise<void>
  /** Takes in what others have committed. */
  follow(): Promise<void>
  figures(): IdFigures
}

/**
 * Opens the index of a table's ids. Commits since it was closed are taken in: the runs of our own are there, the ids of
 * others are read. Without a manifest, or with a run that is lost or damaged, all ids are read from the table, which
 * forgets those of rows that have left it. FORMAT_TOO_NEW.
 */
export function openIdIndex(options: IdIndexOptions): Promise<IdIndex> {
  return openIndex(options)
}
