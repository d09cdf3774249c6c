import { join, name, type SqlText, sql } from '../../sql/text.ts'

/** A column that costs nothing; the name is none that a table can have. */
const nothing = name('\u{1}')

/**
 * The rows of all SELECTs, whose columns go together by place or by name. A query that names no column of a union, as
 * `count(*)`, makes DuckDB (1.5.5) read its first: that is a constant here. Measured: a count of 800,000 rows whose first
 * column was a UUID took 105 ms, 15 ms so.
 */
export function unionAll(selects: readonly SqlText[], by: 'place' | 'name'): SqlText {
  const [only] = selects
  if (only && selects.length === 1) return only
  const parts = selects.map((select) => sql`SELECT 0 AS ${nothing}, * FROM (${select})`)
  return sql`SELECT * EXCLUDE (${nothing}) FROM (${join(parts, by === 'name' ? ' UNION ALL BY NAME ' : ' UNION ALL ')})`
}
