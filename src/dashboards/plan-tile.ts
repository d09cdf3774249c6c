import type { Arrangement, DataColumn } from '../charts/chart.ts'
import { chartOf } from '../charts/charts.ts'
import type { Columns } from '../core/columns.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { type Edit, indexBefore } from '../sql/names.ts'
import { indexOfPlace } from '../sql/place.ts'
import { join, name, raw, sql } from '../sql/text.ts'
import { type BindSite, type BoundFilter, bindSql } from './bind.ts'
import type { Tile } from './dashboard.ts'

/** What is asked for a tile: data, made before anything runs. */
export interface TilePlan {
  readonly sql: string
  readonly parameters: readonly string[]
  /** Rows at most. */
  readonly rows: number
  /** Where its text differs from the tile's. */
  readonly edits: readonly Edit[]
}

/** The tile's SELECT with its filters bound, arranged as its chart needs it. */
export function planTile(
  tile: Tile,
  filters: ReadonlyMap<string, BoundFilter>,
  site: Omit<BindSite, 'filterColumns'>,
): TilePlan {
  const text = withoutEnd(tile.sql)
  const bound = bindSql(text, filters, { ...site, filterColumns: tile.filterColumns })
  const arrangement = chartOf(tile.chart).arrange(tile.options)
  const [before, after] = around(arrangement)
  const edits = [
    { start: 0, end: 0, text: before },
    ...bound.edits,
    { start: text.length, end: text.length, text: after },
  ]
  return { sql: before + bound.sql + after, parameters: bound.parameters, rows: arrangement.rows, edits }
}

/** The text is put into other text: without the semicolon that it may end with. */
export function withoutEnd(text: string): string {
  return text.replace(/(?:\s|;)+$/, '')
}

/** What stands before and after a SELECT to have its rows in an order; a comment at its end ends with the line. */
function around({ by }: Arrangement): readonly [string, string] {
  if (by.length === 0) return ['', '']
  const order = by.map(
    ({ column, order }) => sql`${name(column)} ${raw(order === 'descending' ? 'DESC' : 'ASC')} NULLS LAST`,
  )
  return ['SELECT * FROM (', `\n) AS tile ORDER BY ${join(order)}`]
}

/** What is wrong with the columns of an answer for the tile's chart. DASHBOARD_UNKNOWN_NAME, DASHBOARD_COLUMN_UNFIT. */
export function misfitOf(tile: Tile, columns: readonly DataColumn[]): MillraceError | undefined {
  const found = chartOf(tile.chart).fits(columns, tile.options)
  if (!found) return undefined
  const { channel, column, reason } = found
  const place = tile.placeOf([channel])
  if (reason === 'missing') {
    const suggestion = suggest(
      column,
      columns.map((each) => each.name),
    )
    return new MillraceError('DASHBOARD_UNKNOWN_NAME', {
      place,
      what: 'column of the SELECT',
      name: column,
      suggestion,
    })
  }
  const type = columns.find((each) => each.name === column)?.type ?? ''
  return new MillraceError('DASHBOARD_COLUMN_UNFIT', { place, channel, column, type })
}

/** An error of a tile's query with its place in the dashboard's file. */
export function placedError(tile: Tile, { sql: planned, edits }: TilePlan, error: unknown, known: Columns): unknown {
  if (!isError(error, 'SQL_INVALID') && !isError(error, 'SQL_NOT_ALLOWED') && !isError(error, 'TABLE_AMBIGUOUS'))
    return error
  const { line, column, excerpt } = error.fields
  const index = indexOfPlace(planned, { line: Number(line), column: Number(column) })
  const isKnown = excerpt !== ''
  const at = isKnown ? indexBefore(edits, index) : 0
  const place = isKnown ? tile.placeInSql(at) : tile.placeOf(['sql'])
  const reason = String(error.fields['reason'] ?? error.message)
  const lacking = /^Referenced column "(.+?)" not found|does not have a column named "(.+?)"/.exec(reason)
  const own = lacking?.[1] ?? lacking?.[2]
  const names = known.map((each) => each.name)
  if (own === undefined)
    return new MillraceError('DASHBOARD_SQL_INVALID', { place, reason, suggestion: error.hint }, error)
  const filter = isKnown ? /^\$(\w+)/.exec(tile.sql.slice(at))?.[1] : undefined
  const where = filter === undefined ? '' : `, which \`$${filter}\` filters by`
  const remedy = filter === undefined ? '' : `; name the tile’s own column: filter_columns: { ${filter}: … }`
  return new MillraceError(
    'DASHBOARD_SQL_INVALID',
    { place, reason: `there is no column \`${own}\`${where}`, suggestion: `${suggest(own, names)}${remedy}` },
    error,
  )
}
