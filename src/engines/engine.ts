import type { Column } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import type { Value } from '../core/values.ts'
import type { DataFile, Relations } from './relation.ts'
import type { Tail, TailSpec } from './tail.ts'

export interface EngineCapabilities {
  /** What `write` leaves behind: Parquet files that the lake commits, or a commit of the engine's own. */
  readonly writes: 'files' | 'commit'
  /** Stops within a second of the signal; without it the result is thrown away when it comes. */
  readonly cancel: boolean
  /** Holds tails, and reads relations of kind `tail`. Without it, what is not in a table yet is not seen. */
  readonly tail: boolean
}

/** One SELECT in Millrace's SQL and what its names stand for. */
export interface Query {
  readonly sql: string
  readonly from: Relations
  /** Values of `$1`, `$2`, …. */
  readonly parameters?: readonly (string | number | bigint | boolean | null)[]
  /** The first `rows` alone; whether there are more, a result tells by `truncated`, and `write` does not. QUERY_TIMEOUT. */
  readonly limits?: { readonly rows?: number; readonly timeoutMs?: number }
  /** What `now()`, `current_date` and their like say; without it the clock of the machine. */
  readonly nowMs?: number
  /**
   * `lake`: text that a person typed. It runs where nothing but the files of its relations can be read and no setting
   * can be changed. `own` (default): text that Millrace made.
   */
  readonly trust?: 'own' | 'lake'
}

/** A column of a result: its name, and its type as `typeText` writes it, or the engine's own name for other types. */
export interface ResultColumn {
  readonly name: string
  readonly type: string
}

export interface Result extends AsyncDisposable {
  readonly columns: readonly ResultColumn[]
  /** Rows in order, in batches of a few thousand; each row an array in the order of `columns`. */
  readonly batches: AsyncIterable<readonly (readonly Value[])[]>
  /** True, once `batches` has ended, when `limits.rows` cut it short. */
  readonly truncated: boolean
  /** Once `batches` has ended: the milliseconds of one core that it took; undefined of an engine that cannot tell. */
  readonly cpuMs?: number | undefined
}

/** Values of a column: a UINTEGER as a word, a UUID as four, the most significant first; VARCHAR as text. */
export type ColumnValues = Uint32Array | readonly (string | null)[]

/** Some rows of a query by columns, in its order. Whoever reads them may change the arrays. */
export interface ColumnBatch {
  readonly rows: number
  readonly columns: readonly ColumnValues[]
}

export interface WriteTarget {
  /** Absolute folder; files get names of their own in it, `part-<uuid>.parquet`, in folders by partition. */
  readonly root: string
  readonly partitionBy: readonly string[]
  /** Where a file ends and the next begins. With `partitionBy` a partition is one file, however large. */
  readonly fileBytes: number
  /**
   * One file, whatever its size, even without rows, and the rows in the order of the query; `partitionBy` is empty then.
   * Without it, which is faster, rows may lie in any order, and no rows are no file.
   */
  readonly oneFile?: boolean
}

export type WrittenFile = DataFile & {
  readonly rows: number
  /** Delta's statistics of the file as JSON text: numRecords, minValues, maxValues, nullCount. */
  readonly stats: string
}

export interface Written {
  readonly files: readonly WrittenFile[]
  readonly rows: number
}

/** Runs SELECTs over relations. It knows files and SQL, and nothing of streams, models or projects. */
export interface Engine {
  readonly name: string
  readonly can: EngineCapabilities
  /** The columns of a query, without running it; SQL_INVALID with the position. */
  describe(query: Query, context: Context): Promise<readonly Column[]>
  run(query: Query, context: Context): Promise<Result>
  /**
   * The rows of a query by columns, in any order that its text does not forbid: for what is read by the million, to which
   * a value for each row is too much. A word of NULL may be any. INTERNAL for types that `ColumnValues` does not name.
   */
  readColumns(query: Omit<Query, 'limits'>, context: Context): AsyncIterable<ColumnBatch>
  /**
   * Writes the rows of a query as Parquet files of about `fileBytes`. The files are not yet synced (`ObjectStore.sync`).
   * Cancelled or failed, it leaves no file behind that it could delete.
   */
  write(query: Query, target: WriteTarget, context: Context): Promise<Written>
  /** With `can.tail` alone: begins a tail that holds nothing; what lies before offset `from` is in the table. SQL_INVALID. */
  tail?(spec: TailSpec, from: bigint): Promise<Tail>
  /** Of an engine in another process: told whenever that ends by itself, why; the next call starts another. */
  onLost?(listener: (reason: string) => void): void
  close(): Promise<void>
}
