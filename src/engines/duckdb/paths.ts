import { join, type SqlText, sql, value } from '../../sql/text.ts'

/** Paths as DuckDB's list of patterns. */
export function pathList(paths: readonly string[]): SqlText {
  return sql`[${join(paths.map((path) => value(patternOf(path))))}]`
}

/** The pattern that this path alone fits: a character that would be read otherwise stands in brackets. */
export function patternOf(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}
