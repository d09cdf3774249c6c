import type { Column, Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import type { TailRelation } from './relation.ts'

/** How the events of a stream become rows. The engine takes the SQL as it is; it knows no contracts. */
export interface TailSpec {
  readonly stream: string
  /** The number of the contract that the SQL is of. A range judged by another one belongs to another spec. */
  readonly contract: number
  /**
   * A SELECT over `raw(json VARCHAR, _offset BIGINT, _received_at TIMESTAMPTZ)`, an event a row: the rows that are good,
   * which have the columns of `columns` and `_offset`.
   */
  readonly good: string
  /** A SELECT over `raw` of the others: `_offset`, `column`, `code`, `message`. It is run for ranges that have some. */
  readonly bad: string
  /** Both for events that the log calls simple, to the same rows; without it they are read as all others are. */
  readonly simple?: { readonly good: string; readonly bad: string }
  /** What the relation of rows has. */
  readonly columns: Columns
}

/** Whole lines of a file, as the log has them: the records from offset `first` to before `next`. */
export interface LineRange {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly first: bigint
  readonly next: bigint
  /** The number of the contract that they were judged by. */
  readonly contract: number
}

/** A position of a stream, and how long to wait for it. */
export interface LeaseRequest {
  /** The rows wanted have greater offsets: the `txn` of the table's version, −1 for an empty table. */
  readonly after: bigint
  /** And less than this: what had been acknowledged when the query came. */
  readonly upTo: bigint
  readonly timeoutMs: number
}

/** Rows of a tail, which stay as they are until this is disposed. */
export interface TailLease extends Disposable {
  readonly rows: TailRelation
  readonly rejects: TailRelation
}

/** A generation that takes no more records: what a flush writes. */
export interface SealedTail {
  /** All records that are not in an earlier generation, to before `upTo`. */
  readonly rows: TailRelation
  /** Those of the log that are no row: see `rejectColumns`. */
  readonly rejects: TailRelation
  readonly upTo: bigint
  /** Once its records are in the table: leases taken from now on have to ask for what comes after. */
  drop(): void
}

/**
 * What a stream holds beyond its table, in the memory of an engine. Every offset fed is in one row or one reject, once.
 * It is lost with the process that holds it: then every call is TAIL_LOST, and whoever opened it opens another and feeds
 * from the log again.
 */
export interface Tail {
  /**
   * Returns at once; the lines are loaded within 100 ms, or for the first lease that needs them. Ranges follow each other;
   * the records of one that have been fed are left out.
   */
  feed(range: LineRange): void
  /**
   * Keeps, from this very call on, all that the tail holds; resolves when what lies before `upTo` is loaded, fed before or
   * after the call. TAIL_LATE, TAIL_LOST; TAIL_AHEAD where `after` lies before what is held: some rows would be missing.
   */
  lease(request: LeaseRequest, context: Context): Promise<TailLease>
  /** Loads what was fed, and ends the generation there; what follows is loaded as `spec` says. TAIL_LOST. */
  seal(context: Context, spec?: TailSpec): Promise<SealedTail>
  /** Called once, when the tail is lost; at once when it is already. */
  onLost(listener: () => void): void
  close(): Promise<void>
}

/**
 * `kind`: `event`, which the spec's SQL refuses, or that cannot be loaded (code `unloadable`); `reject`,
 * `mend` and `position`, which the log itself has as such. `payload` is the record as it was, `column`, `code` and `message` are of events alone.
 */
export const rejectColumns: readonly Column[] = [
  { name: '_offset', type: { kind: 'bigint' }, nullable: false },
  { name: '_received_at', type: { kind: 'timestamptz' }, nullable: false },
  { name: 'kind', type: { kind: 'varchar' }, nullable: false },
  { name: 'column', type: { kind: 'varchar' }, nullable: true },
  { name: 'code', type: { kind: 'varchar' }, nullable: true },
  { name: 'message', type: { kind: 'varchar' }, nullable: true },
  { name: 'payload', type: { kind: 'varchar' }, nullable: false },
]
