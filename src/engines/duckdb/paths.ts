import { join, type SqlText, sql, value } from '../../sql/text.ts'

/** Paths as DuckDB's list of patterns: a character that a pattern would read otherwise stands in brackets. */
export function pathList(paths: readonly string[]): SqlText {
  return sql`[${join(paths.map((path) => value(path.replace(/[*?[]/g, '[$&]'))))}]`
}
