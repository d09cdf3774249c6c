import { queryOptions } from '@tanstack/react-query'
import type { ColumnView } from '../../../../src/api/tables.ts'
import { identifier } from '../../../../src/sql/identifier.ts'
import { join, sql, value } from '../../../../src/sql/text.ts'
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
  const open = columns.filter(({ pii }) => !pii).map((column) => identifier(column.name))
  if (open.length === 0) return undefined
  const order = time === null ? sql`` : sql`\nORDER BY ${identifier(time)} DESC NULLS LAST`
  return sql`SELECT ${join(open)}\nFROM ${identifier(table)}${order}\nLIMIT ${value(rows)}`.text
}

/** So many columns are asked for at once. */
const columnsAtOnce = 50

/** The columns of a wide table in parts that are shown one at a time. */
export function columnParts(columns: readonly ColumnView[]): readonly (readonly ColumnView[])[] {
  const parts: (readonly ColumnView[])[] = []
  for (let at = 0; at < columns.length; at += columnsAtOnce) parts.push(columns.slice(at, at + columnsAtOnce))
  return parts
}

/** `day to revenue`. */
export function spanText(columns: readonly Pick<ColumnView, 'name'>[]): string {
  const [first, last] = [columns[0]?.name ?? '', columns.at(-1)?.name ?? '']
  return first === last ? first : `${first} to ${last}`
}

/** True for so few rows that they are asked for again as the table moves; more only by whoever looks. */
export function isFollowed(rows: number): boolean {
  return rows <= 1_000
}

export function previewQuery(table: string, text: string, rows: number) {
  return queryOptions({
    queryKey: ['tables', table, 'preview', text],
    queryFn: ({ signal }) => rowsOf({ sql: text, limit: rows, signal }),
    meta: isFollowed(rows) ? { follows: [table] } : {},
  })
}
