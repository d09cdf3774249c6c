import type { Columns } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import type { AddFile } from '../actions.ts'
import type { Lake } from '../lake.ts'
import { recordsIn } from '../records.ts'
import { relationOf } from '../relation.ts'

/** A table's shape, at its version or as it will be. */
export interface Shape {
  readonly table: string
  readonly columns: Columns
  readonly partitionColumns: readonly string[]
}

/** The rows of some files of a table, of its version or staged for the next. */
export function rowsOf(
  lake: Lake,
  { table, columns, partitionColumns }: Shape,
  files: readonly AddFile[],
): Extract<Relation, { readonly kind: 'delta' }> {
  const held = new Map(files.map((file) => [file.path, file]))
  return relationOf(lake, { table, version: -1, columns, partitionColumns, files: held })
}

/** How many rows files have: by their statistics, and where those do not say, by counting. */
export async function countRows(
  lake: Lake,
  table: Shape,
  files: readonly AddFile[],
  context: Context,
): Promise<number> {
  const counts = files.map(recordsIn)
  const known = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  const silent = files.filter((_, at) => counts[at] === undefined)
  if (silent.length === 0) return known
  const from = { target: rowsOf(lake, table, silent) }
  const [row] = await collect(await lake.engine.run({ sql: 'SELECT count(*) FROM target', from }, context))
  return known + Number(row?.[0])
}
