import type { Columns } from '../core/columns.ts'
import { join, name, type SqlText, sql } from '../sql/text.ts'
import type { Check } from './check.ts'
import { failsSql, isRowCheck } from './expectations/row-sql.ts'

/** A SELECT of the rows that break a check, for whoever wants to see them; `rows`: the table's name, or a SELECT in brackets. */
export function failingRows(check: Check, rows: SqlText, columns: Columns): string {
  if (isRowCheck(check)) return sql`SELECT * FROM ${rows} AS checked WHERE ${failsSql(check, columns)}`.text
  switch (check.kind) {
    case 'references': {
      const column = sql`checked.${name(check.column)}`
      const found = sql`SELECT 1 FROM ${name(check.table)} AS referred WHERE referred.${name(check.to)} = ${column}`
      return sql`SELECT * FROM ${rows} AS checked WHERE ${column} IS NOT NULL AND NOT EXISTS (${found})`.text
    }
    case 'unique': {
      const key = check.columns.map(name)
      const present = join(
        key.map((column) => sql`${column} IS NOT NULL`),
        ' AND ',
      )
      return sql`SELECT ${join(key)}, count(*) AS times FROM ${rows} AS checked WHERE ${present} GROUP BY ${join(key)} HAVING count(*) > 1 ORDER BY times DESC`
        .text
    }
    case 'rows':
      return sql`SELECT count(*) AS row_count FROM ${rows} AS checked`.text
    default:
      return check satisfies never
  }
}
