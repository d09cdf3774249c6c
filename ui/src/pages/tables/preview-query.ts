import { queryOptions } from '@tanstack/react-query'
import type { ColumnView } from '../../../../src/api/tables.ts'
import { join, name, sql, value } from '../../../../src/sql/text.ts'
import { rowsOf } from '../../data/rows.ts'

/**
 * The SELECT of some rows of a table, the newest first where it has a time. Personal columns are not asked for, so that
 * they are nowhere on the way either.
 */
export function previewSql(
  table: string,
  columns: readonly ColumnView[],
  { time, rows }: { readonly time: string | null; readonly rows: number },
): string | undefined {
  const open = columns.filter(({ pii }) => !pii).map((column) => name(column.name))
  if (open.length === 0) return undefined
  const order = time === null ? sql`` : sql`\nORDER BY ${name(time)} DESC NULLS LAST`
  return sql`SELECT ${join(open)}\nFROM ${name(table)}${order}\nLIMIT ${value(rows)}`.text
}

export function previewQuery(table: string, text: string) {
  return queryOptions({
    queryKey: ['tables', table, 'preview', text],
    queryFn: ({ signal }) => rowsOf({ sql: text, signal }),
    meta: { follows: [table] },
  })
}
