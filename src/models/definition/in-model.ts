import { type ErrorCode, isError, MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { Place } from '../../sql/place.ts'

/** `models/x.sql:4:12`. */
export function placeIn(file: string, { line, column }: Pick<Place, 'line' | 'column'>): string {
  return `${file}:${line}:${column}`
}

/** What stands beside the reason in errors that show the line. */
export function shownIn(file: string, place: Place): { readonly place: string; readonly excerpt: string } {
  return { place: placeIn(file, place), excerpt: place.excerpt }
}

/**
 * Runs `work` on a model's SQL; what is wrong with it is told with its place in the model's file. `columns` are those
 * that it can read. MODEL_SQL_INVALID.
 */
export async function inModel<T>(file: string, columns: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    for (const code of ['SQL_INVALID', 'SQL_NOT_ALLOWED', 'TABLE_AMBIGUOUS'] satisfies readonly ErrorCode[])
      if (isError(error, code)) throw invalid(file, columns, error)
    throw error
  }
}

function invalid(file: string, columns: readonly string[], error: MillraceError): MillraceError {
  const { line, column, excerpt } = error.fields
  const given = String(error.fields['reason'] ?? error.message)
  const { reason, suggestion } = explained(given, columns, error)
  const place = placeIn(file, { line: Number(line), column: Number(column) })
  return new MillraceError('MODEL_SQL_INVALID', { place, reason, excerpt: String(excerpt), suggestion }, error)
}

/** A name that the engine does not find, in our words and with the nearest one. */
function explained(
  reason: string,
  columns: readonly string[],
  error: MillraceError,
): { readonly reason: string; readonly suggestion: string } {
  if (error.code === 'SQL_NOT_ALLOWED')
    return { reason, suggestion: 'a model is one SELECT over the tables and models of the project' }
  const column =
    /^Referenced column "(.+)" not found in FROM clause/.exec(reason) ??
    /does not have a column named "(.+)"$/.exec(reason)
  const near = [...error.hint.matchAll(/"([^"]+)"/g)].map(([, name]) => name as string)
  const name = column?.[1]
  if (name === undefined) return { reason, suggestion: error.hint }
  return { reason: `there is no column \`${name}\``, suggestion: suggest(name, [...new Set([...near, ...columns])]) }
}
