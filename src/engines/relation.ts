import type { Columns } from '../core/columns.ts'
import type { Value } from '../core/values.ts'

/** Rows that an engine can read, as data: what a name in a query stands for. It crosses processes and prints in `plan`. */
export type Relation =
  | {
      readonly kind: 'delta'
      /** Absolute folder of the table, without a trailing slash. */
      readonly root: string
      readonly version: number
      /** The table's schema at that version, partition columns included, in the table's order. */
      readonly columns: Columns
      readonly partitionColumns: readonly string[]
      readonly files: readonly DataFile[]
      /** Name of a further bigint column: the place in `files` of the file that holds the row. */
      readonly placeColumn?: string
    }
  | FilesRelation
  | { readonly kind: 'select'; readonly sql: string; readonly from: Relations }
  | { readonly kind: 'union'; readonly of: readonly Relation[] }
  | { readonly kind: 'values'; readonly columns: Columns; readonly rows: readonly (readonly Value[])[] }
  | TailRelation

export type Relations = Readonly<Record<string, Relation>>

/** Events of a stream that an engine holds in memory, while a lease of its tail keeps them. */
export interface TailRelation {
  readonly kind: 'tail'
  readonly stream: string
  /** The tail that holds them: another one, of another process, knows nothing of its generations. */
  readonly tail: string
  /** `rejects`: all records of the log that are not among `rows`. */
  readonly part: 'rows' | 'rejects'
  readonly generations: readonly number[]
  /** Offsets greater than this, and less than `upTo`. */
  readonly after: bigint
  readonly upTo: bigint
  /** What the rows have, in this order; NULL for what a generation does not know. */
  readonly columns: Columns
  /** Whether each generation has `columns`, of their types. */
  readonly uniform: boolean
}

/** Files as they are. */
export interface FilesRelation {
  readonly kind: 'files'
  readonly format: FileFormat
  readonly paths: readonly string[]
  /** What the rows have; of CSV always varchar, in the order of the fields. */
  readonly columns: Columns
  /** Name of a further varchar column that holds each row's path, as given in `paths`. */
  readonly pathColumn?: string
  /** Parquet only: name of a further bigint column, each row's place in its file, from 0. */
  readonly rowColumn?: string
}

export type FileFormat =
  | { readonly name: 'parquet' }
  | {
      readonly name: 'csv'
      readonly delimiter: string
      readonly quote: string
      readonly header: boolean
      readonly compression: 'none' | 'gzip' | 'zstd'
    }
  /** One column, `json`: the text of each object. */
  | { readonly name: 'json'; readonly lines: boolean; readonly compression: 'none' | 'gzip' | 'zstd' }

/** A data file of a table. */
export interface DataFile {
  /** Relative to the table's root, decoded; or absolute. */
  readonly path: string
  readonly sizeBytes: number
  /** Partition column → value in Delta's text form. */
  readonly partition: Readonly<Record<string, string | null>>
}
