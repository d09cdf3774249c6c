import type { Check } from '../checks/check.ts'
import type { Contract } from '../contract/contract.ts'
import type { Columns } from '../core/columns.ts'
import type { Parsed } from '../sql/parse.ts'
import type { Trace, TraceSource } from '../sql/trace.ts'

/** What a model becomes: a view is asked each time, a table is made anew, the others in parts. */
export const modelKinds = ['view', 'table', 'incremental', 'merge'] as const

export type ModelKind = (typeof modelKinds)[number]

/** The lengths of the intervals of an incremental model, in the project's zone. A week begins on Monday. */
export const grains = ['minute', 'hour', 'day', 'week', 'month'] as const

export type Grain = (typeof grains)[number]

/** A length of time as the calendar has it: months and days are as long as they are there. */
export interface Span {
  readonly months: number
  readonly days: number
  readonly micros: number
}

/** What a header says of an output column. */
export interface ColumnNote {
  readonly description?: string
  readonly unit?: string
}

/** A model file: its header, its SELECT. */
export interface Model {
  /** The file's name without `.sql`; one name for all folders, shared with streams and tables. */
  readonly name: string
  /** Relative to the project, for messages. */
  readonly file: string
  /** The SELECT, in a text whose places are those of the file: the header is blank, line ends are kept. */
  readonly sql: string
  readonly parsed: Parsed
  readonly kind: ModelKind
  readonly description?: string
  /** Incremental: the output column that places a row in an interval. */
  readonly time?: string
  readonly grain?: Grain
  /** Merge: the output columns that make two rows the same. */
  readonly key?: readonly string[]
  readonly partition: readonly string[]
  readonly lookback?: Span
  readonly lookahead?: Span
  readonly onDimensionChange: 'rebuild' | 'ignore'
  readonly columns: Readonly<Record<string, ColumnNote>>
  readonly checks: readonly Check[]
  /** Where something of the header stands: `models/x.sql:4`. */
  readonly place: (path: readonly string[]) => string
}

/** A model whose names are known: what it reads, what it gives. */
export interface BoundModel extends Model {
  /** Names that its SQL reads, views included, in the order of the text. */
  readonly inputs: readonly string[]
  /** The types are those of the stored table. */
  readonly output: Columns
  /** Changes when the rows may be others over the same inputs; of the tree of its SQL, its header, and the views it reads. */
  readonly fingerprint: string
  /** Output columns that may hold personal data, in small letters: errors and results of checks hide them. */
  readonly personal: ReadonlySet<string>
  /** Incremental and merge: how its rows follow from those of its inputs. */
  readonly trace?: Trace
}

/** A table that models can read, and that is no model. */
export interface InputTable {
  readonly kind: 'stream' | 'table' | 'external'
  readonly columns: Columns
  /** The column that says when a row happened. */
  readonly time?: string
  /** What its rows must be; of tables that belong to others nothing is known. */
  readonly contract?: Contract
}

/** The models of a project, each after those that it reads. */
export interface ModelGraph {
  readonly order: readonly BoundModel[]
  readonly byName: ReadonlyMap<string, BoundModel>
  /** The tables that models read, by name. */
  readonly tables: ReadonlyMap<string, InputTable>
  /** What a name in the SQL of one of these models stands for, in whatever case it is written. */
  readonly source: (name: string) => TraceSource | undefined
}
