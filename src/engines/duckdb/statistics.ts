import type { Column, Columns, ColumnType } from '../../core/columns.ts'
import { stringifyExact } from '../../core/json.ts'
import { statisticsName } from './leaves.ts'

/** What `RETURN_STATS` says of one column of a file: all of it text; the keys that there are depend on the type. */
export type ColumnStatistics = ReadonlyMap<string, ReadonlyMap<string, string | null>>

type Tree = { [name: string]: unknown }

/**
 * Delta's statistics of a file (protocol, "Per-file Statistics"): numRecords, minValues, maxValues, nullCount. What
 * cannot be told for certain is left out, which readers take for "may hold anything". All but delta-rs (1.6.6, as a
 * pyarrow dataset): there a column with values but without bounds matches nothing as soon as another one has bounds. So a
 * file has bounds for all of its columns that can have any, or for none.
 */
export function deltaStatistics(rows: number, columns: Columns, statistics: ColumnStatistics): string {
  const minValues: Tree = {}
  const maxValues: Tree = {}
  const nullCount: Tree = {}
  let bounded = true
  const visit = (column: Pick<Column, 'name' | 'type'>, path: readonly string[], into: readonly Tree[]): void => {
    const here = [...path, column.name]
    if (column.type.kind === 'struct') {
      const trees = into.map(() => ({}) as Tree)
      for (const field of column.type.fields) visit(field, here, trees)
      for (const [at, tree] of trees.entries()) if (Object.keys(tree).length > 0) (into[at] as Tree)[column.name] = tree
      return
    }
    const known = statistics.get(statisticsName(here))
    if (!known) return
    const nulls = known.get('null_count')
    if (nulls !== undefined && nulls !== null) (into[2] as Tree)[column.name] = Number(nulls)
    if (column.type.kind === 'blob' || Number(nulls) === rows) return
    const nan = known.get('has_nan') === 'true'
    const min = nan ? undefined : bound(column.type, known.get('min'), 'min')
    const max = nan ? undefined : bound(column.type, known.get('max'), 'max')
    if (min === undefined || max === undefined) {
      bounded = false
      return
    }
    ;(into[0] as Tree)[column.name] = min
    ;(into[1] as Tree)[column.name] = max
  }
  for (const column of columns) visit(column, [], [minValues, maxValues, nullCount])
  return stringifyExact({ numRecords: rows, ...(bounded && { minValues, maxValues }), nullCount })
}

/** A minimum or maximum in Delta's JSON form; undefined for types that have none. */
function bound(type: ColumnType, text: string | null | undefined, side: 'min' | 'max'): unknown {
  if (text === null || text === undefined) return undefined
  if (type.kind === 'varchar' || type.kind === 'uuid' || type.kind === 'json') return text
  if (text.endsWith('infinity') || text.endsWith('(BC)')) return undefined
  switch (type.kind) {
    case 'boolean':
      return text === '1' || text === 'true'
    case 'smallint':
    case 'integer':
    case 'bigint':
      return BigInt(text)
    case 'decimal':
      return rawNumber(text)
    case 'float':
    case 'double': {
      const number = type.kind === 'float' ? Math.fround(Number(text)) : Number(text)
      return Number.isFinite(number) ? rawNumber(String(number)) : undefined
    }
    case 'date':
      return /^\d{4}-/.test(text) ? text : undefined
    case 'timestamptz':
      return timestampBound(text, side)
    default:
      return undefined
  }
}

/** Delta keeps milliseconds: the minimum is rounded down, the maximum up, so that both still hold for every row. */
function timestampBound(text: string, side: 'min' | 'max'): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text)
  if (!parts) return undefined
  const micros = Number((parts[3] ?? '').padEnd(6, '0'))
  const ms =
    Date.parse(`${parts[1]}T${parts[2]}Z`) + (side === 'min' ? Math.floor(micros / 1000) : Math.ceil(micros / 1000))
  const iso = new Date(ms).toISOString()
  return iso.length === 24 ? iso : undefined
}

/** Digits as they are, where a double would round them. */
function rawNumber(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}
