import type { Column } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { collect } from '../../engines/rows.ts'
import { name, sql } from '../../sql/text.ts'
import type { AddFile } from '../actions.ts'
import type { Lake } from '../lake.ts'
import { rowsOf, type Shape } from './rows-of.ts'

/** NULL_NOT_ALLOWED when staged files hold a NULL where the table allows none: by their statistics, else by a look. */
export async function checkNulls(lake: Lake, table: Shape, adds: readonly AddFile[], context: Context): Promise<void> {
  const required = table.columns.filter((column) => !column.nullable)
  if (required.length === 0 || adds.length === 0) return
  const counts = adds.map(
    ({ stats = '{}' }) => (JSON.parse(stats) as { nullCount?: Record<string, unknown> }).nullCount,
  )
  for (const column of required) {
    const rows = table.partitionColumns.includes(column.name)
      ? adds.filter((file) => (file.partitionValues[column.name] ?? null) === null).length
      : await nullsOf(lake, table, adds, column, counts, context)
    if (rows > 0) throw new MillraceError('NULL_NOT_ALLOWED', { table: table.table, column: column.name, rows })
  }
}

async function nullsOf(
  lake: Lake,
  table: Shape,
  adds: readonly AddFile[],
  column: Column,
  counts: readonly (Record<string, unknown> | undefined)[],
  context: Context,
): Promise<number> {
  const known = counts.map((count) => count?.[column.name])
  if (known.every((count) => typeof count === 'number')) return known.reduce((sum, count) => sum + count, 0)
  const text = sql`SELECT count(*) FROM staged WHERE ${name(column.name)} IS NULL`.text
  const query = { sql: text, from: { staged: rowsOf(lake, table, adds) } }
  const [row] = await collect(await lake.engine.run(query, context))
  return Number(row?.[0])
}
