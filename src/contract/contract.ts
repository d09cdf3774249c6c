import type { Column, Columns } from '../core/columns.ts'

/** A column of a contract: its type, and how its values are found and read. */
export interface ContractColumn extends Column {
  /** The header, or the JSON path (`$.a.b`), that the value comes from; the column's own name without it. */
  readonly from?: string
  /** Forms accepted besides the type's own: `epoch_s`, `epoch_ms`, `epoch_us`, or strptime patterns. */
  readonly formats: readonly string[]
  /** Texts that mean NULL; without it the source's list. */
  readonly nulls?: readonly string[]
  /** Personal data: masked in messages, previews, logs and rejects. */
  readonly pii: boolean
  /** The name that this column had in the contract before. */
  readonly was?: string
  /** Whoever sends an event again may fill it otherwise: it is left out where the contents of two are compared. */
  readonly varies?: true
}

/** A condition that every row must not break: NULL passes. */
export interface Rule {
  readonly name: string
  readonly sql: string
}

/** How a table is laid out in folders. Times are cut in the project's zone; `value` takes a column as it is. */
export interface PartitionBy {
  readonly hour?: string
  readonly day?: string
  readonly month?: string
  readonly year?: string
  readonly value?: string
}

/** What the rows of one stream or table must be: a parsed declaration, every name in it known. */
export interface Contract {
  readonly columns: readonly ContractColumn[]
  /** The column that makes two events the same. */
  readonly id?: string
  /** The column that says when an event happened. */
  readonly time?: string
  /** The columns that make two rows of a table the same. */
  readonly key: readonly string[]
  readonly partitionBy: PartitionBy
  /** Undeclared fields: kept in the json column `extra`, dropped, or a reason to refuse the row. */
  readonly unknown: 'keep' | 'drop' | 'reject'
  /** NaN and infinities of float and double columns. */
  readonly nan: 'null' | 'reject'
  /** The column that says whose data a row is. */
  readonly subject?: string
  readonly rules: readonly Rule[]
  /** IANA zone of the project: partitions are cut in it, and times without a zone are read in it. */
  readonly timezone: string
}

/** The column that keeps what no column takes, as one JSON object. */
export const extraColumn: Column = { name: 'extra', type: { kind: 'json' }, nullable: true }

/** The path of the delivery that a row came in with. */
export const fileColumn: Column = { name: '_file', type: { kind: 'varchar' }, nullable: true }

/** The grains of `partitionBy`, finest first. */
export const partitionGrains = ['hour', 'day', 'month', 'year'] as const

export type PartitionGrain = (typeof partitionGrains)[number]

/** The columns that partitions add to the table: `_day` for `{ day: … }`, in the order of `partitionColumns`. */
export function derivedColumns(contract: Contract): Columns {
  return partitionGrains
    .filter((grain) => contract.partitionBy[grain] !== undefined)
    .map((grain) => ({ name: `_${grain}`, type: { kind: grain === 'hour' ? 'timestamptz' : 'date' }, nullable: true }))
}

/** The names of the columns that the table is partitioned by. */
export function partitionColumns(contract: Contract): readonly string[] {
  const { value } = contract.partitionBy
  return [...(value === undefined ? [] : [value]), ...derivedColumns(contract).map(({ name }) => name)]
}

/**
 * The columns of the table that holds rows of this contract: the declared ones in their order, `extra` where undeclared
 * fields are kept, `_file`, and what partitions add.
 */
export function tableColumns(contract: Contract): Columns {
  const declared = contract.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))
  const extra = contract.unknown === 'keep' ? [extraColumn] : []
  return [...declared, ...extra, fileColumn, ...derivedColumns(contract)]
}
