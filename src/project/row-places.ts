import type { RowPlace } from '../api/dashboards.ts'
import type { Context } from '../core/context.ts'
import { originColumns } from '../dashboards/drill.ts'
import { join, name, type SqlText, sql } from '../sql/text.ts'
import type { LiveProject } from './live.ts'
import type { ProjectSettings } from './parse.ts'
import { linesIn } from './row-places/lines.ts'
import { offsetsOf } from './row-places/offsets.ts'
import { rowJson } from './row-places/row-json.ts'

/** What `originColumns` say of a row: the file, the id, and the declared columns as one JSON object. */
export interface RowOrigins {
  readonly file: string | null
  readonly id: string | null
  readonly row: string
}

/** `originColumns` of a stream or table of the project; undefined for tables that others write. */
export function carriedOf(
  { targets }: Pick<ProjectSettings, 'targets'>,
  table: string,
): { readonly names: readonly string[]; readonly list: SqlText } | undefined {
  const contract = targets.get(table)?.contract
  if (!contract) return undefined
  const id = contract.id === undefined ? sql`NULL::VARCHAR` : sql`${name(contract.id)}::VARCHAR`
  const [file, own, row] = originColumns
  return {
    names: originColumns,
    list: join([sql`_file AS ${name(file)}`, sql`${id} AS ${name(own)}`, sql`${rowJson(contract)} AS ${name(row)}`]),
  }
}

/**
 * Where rows of a table came from. `exactly`: with the line in the file, which is read again, and the offset in the log,
 * as far as it still has the event.
 */
export async function rowPlaces(
  live: LiveProject,
  table: string,
  origins: readonly RowOrigins[],
  exactly: boolean,
  context: Context,
): Promise<RowPlace[]> {
  const places = origins.map(({ file, id }) => ({ table, file, id, line: null, offset: null }))
  const target = live.project.settings.targets.get(table)
  if (!exactly || !target) return places
  const offsets = await offsetsOf(live, target, new Set(origins.flatMap(({ id, file }) => (id && !file ? [id] : []))))
  const lines = new Map<string, (row: string) => number | null>()
  for (const [file, rows] of Map.groupBy(origins, (origin) => origin.file))
    if (file !== null) lines.set(file, await linesIn(live, target, file, rows, context))
  return places.map((place, at) => ({
    ...place,
    line: place.file === null ? null : (lines.get(place.file)?.(origins[at]?.row ?? '') ?? null),
    offset: place.id === null ? null : (offsets.get(place.id) ?? null),
  }))
}
