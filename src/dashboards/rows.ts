import { chartOf } from '../charts/charts.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Value } from '../core/values.ts'
import { type Answer, query } from '../query/query.ts'
import { csvText } from '../query/results.ts'
import { name, sql } from '../sql/text.ts'
import { type Ground, tablesIn } from './answer.ts'
import { boundFilters, type FilterValues } from './bind.ts'
import { type Dashboard, type Tile, tilesOf } from './dashboard.ts'
import { type DrillPlan, type Mark, planDrill, soleTable } from './drill.ts'
import { placedError, planTile } from './plan-tile.ts'

const timeoutMs = 30_000
/** Rows of a file that is taken away. */
const mostExported = 100_000
const mostValues = 500

export interface TileAsked {
  readonly dashboard: Dashboard
  readonly tile: Tile
  readonly filters: FilterValues
}

/** A tile by its id. DASHBOARD_UNKNOWN; its fault where it has one. */
export function tileNamed(dashboard: Dashboard, id: string): Tile {
  const tiles = tilesOf(dashboard)
  const tile = tiles.find((each) => each.id === id)
  const ids = tiles.map((each) => each.id)
  if (!tile) throw new MillraceError('DASHBOARD_UNKNOWN', { what: 'tile', name: id, suggestion: suggest(id, ids) })
  if (tile.fault) throw tile.fault
  return tile
}

interface RowsAsked extends TileAsked {
  readonly mark: Mark
  readonly limit: number
  /** Only what was made from the event of this id; nothing where that cannot be told. */
  readonly id?: string | undefined
}

/** The rows behind a tile, as they are answered. */
export interface Drilled {
  /** As it is told. */
  readonly plan: DrillPlan
  /** With an origin each row has `originColumns`. */
  readonly answer: Answer
  /** The table that each row was made from one row of. */
  readonly origin?: string
}

/** The rows behind a tile or a mark of it. The codes of `planDrill` and of a query. */
export async function drillRows(
  { dashboard, tile, filters, mark, limit, id }: RowsAsked,
  ground: Ground,
  context: Context,
): Promise<Drilled> {
  const { site, bound } = await boundSite({ dashboard, tile, filters }, ground, context)
  const asked = { filters: bound, mark, marks: chartOf(tile.chart).marks(tile.options), rows: limit }
  const plan = planDrill(tile, asked, site)
  const table = plan.of === 'source' ? soleTable(tile) : undefined
  const origin = table === undefined ? undefined : await ground.originOf?.(table, context)
  if (!origin) return { plan, answer: await run(plan, id === undefined ? limit : 0, ground, context) }
  const told = planDrill(tile, { ...asked, origin, ...(id !== undefined && { id }) }, site)
  return { plan, answer: await run(told, limit, ground, context), origin: origin.table }
}

/** The rows of a tile as CSV that no spreadsheet takes for formulas. */
export async function tileCsv(asked: TileAsked, ground: Ground, context: Context): Promise<string> {
  const { site, bound } = await boundSite(asked, ground, context)
  const plan = planTile(asked.tile, bound, site)
  try {
    await using answer = await run(plan, mostExported, ground, context)
    const parts: string[] = []
    for await (const part of csvText(answer, { forSpreadsheets: true })) parts.push(part)
    return parts.join('')
  } catch (error) {
    throw placedError(asked.tile, plan, error, site.columns)
  }
}

/** The values that a list filter offers: of its own table, else of the first that a tile with it reads. */
export async function offeredValues(
  dashboard: Dashboard,
  filter: string,
  ground: Ground,
  context: Context,
): Promise<{
  readonly values: readonly { readonly value: string; readonly rows: string }[]
  readonly truncated: boolean
}> {
  const lists = dashboard.filters.filter(({ type }) => type === 'list')
  const found = lists.find((each) => each.name === filter)
  const names = lists.map((each) => each.name)
  if (found?.type !== 'list')
    throw new MillraceError('DASHBOARD_UNKNOWN', {
      what: 'list filter',
      name: filter,
      suggestion: suggest(filter, names),
    })
  const column = found.column.slice(found.column.lastIndexOf('.') + 1)
  const table = found.from ?? (await firstTable(dashboard, column, ground, context))
  if (table === undefined) return { values: [], truncated: false }
  const own = name(column)
  const text = sql`SELECT CAST(${own} AS VARCHAR) AS value, count(*) AS rows FROM ${name(table)} WHERE ${own} IS NOT NULL GROUP BY ALL ORDER BY rows DESC, value`
  await using answer = await run({ sql: text.text, parameters: [] }, mostValues, ground, context)
  const values: { readonly value: string; readonly rows: string }[] = []
  for await (const rows of answer.batches)
    for (const [value, count] of rows as readonly (readonly Value[])[])
      values.push({ value: String(value), rows: String(count) })
  return { values, truncated: answer.truncated }
}

async function firstTable(
  dashboard: Dashboard,
  column: string,
  ground: Ground,
  context: Context,
): Promise<string | undefined> {
  for (const tile of tilesOf(dashboard)) {
    if (tile.fault) continue
    for (const table of await tablesIn(tile).catch(() => []))
      if ((await ground.columnsOf(table, context)).some((each) => each.name === column)) return table
  }
  return undefined
}

async function boundSite({ dashboard, tile, filters }: TileAsked, ground: Ground, context: Context) {
  const reads = await tablesIn(tile)
  const columns = (await Promise.all(reads.map((table) => ground.columnsOf(table, context)))).flat()
  const { timezone } = ground
  const bound = boundFilters(dashboard.filters, filters, { nowMs: context.now(), timezone })
  return { site: { timezone, columns }, bound }
}

function run(
  { sql: text, parameters }: { readonly sql: string; readonly parameters: readonly string[] },
  rows: number,
  { catalog, engine, freezing }: Ground,
  context: Context,
): Promise<Answer> {
  return query(catalog, engine, text, { ...freezing, parameters, limits: { rows, timeoutMs } }, context)
}
