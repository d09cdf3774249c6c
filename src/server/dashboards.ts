import type {
  DashboardAnswer,
  DashboardFault,
  DashboardsAnswer,
  FilterValuesAnswer,
  FilterView,
  TileView,
} from '../api/dashboards.ts'
import type { FailingBuildView } from '../api/failing-builds.ts'
import { chartOf } from '../charts/charts.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { stringifyExact } from '../core/json.ts'
import { tablesIn } from '../dashboards/answer.ts'
import type { FilterValues } from '../dashboards/bind.ts'
import { type Dashboard, type Filter, type Tile, tilesOf } from '../dashboards/dashboard.ts'
import { type AnsweredTab, dashboardNamed, TabAnswers, tabNamed } from '../dashboards/dashboards.ts'
import type { Mark } from '../dashboards/drill.ts'
import { presets } from '../dashboards/period.ts'
import { namesIn } from '../dashboards/placeholders.ts'
import { drillRows, offeredValues, tileCsv, tileNamed } from '../dashboards/rows.ts'
import { dashboardGround, keptDashboards } from '../project/dashboards.ts'
import type { LiveProject } from '../project/live.ts'
import { type RowOrigins, rowPlaces } from '../project/row-places.ts'
import { dashboardsOf, type Grant, tablesOf } from './access.ts'
import { drillText } from './drill-text.ts'
import { builtNames, failingView } from './views/failing-builds.ts'

/** The dashboards that a grant lets be seen. */
export interface DashboardDoors {
  list(grant: Grant, context: Context): Promise<DashboardsAnswer['dashboards']>
  /** DASHBOARD_UNKNOWN. */
  definition(name: string, grant: Grant, context: Context): Promise<DashboardAnswer>
  /** As JSON in UTF-8: the rows of a tab. DASHBOARD_UNKNOWN, FILTER_UNKNOWN, FILTER_INVALID. */
  tab(asked: TabAsked, grant: Grant, context: Context): Promise<Uint8Array>
  /** As JSON: the rows behind a tile. The codes of `drillRows`. */
  rows(
    asked: TileAsked & {
      readonly mark: Mark
      readonly limit: number
      readonly id?: string | undefined
      readonly lines: boolean
    },
    grant: Grant,
    context: Context,
  ): Promise<string>
  /** The rows of a tile as CSV. */
  csv(asked: TileAsked, grant: Grant, context: Context): Promise<string>
  /** What is behind the tiles of the dashboards that a grant lets be seen. */
  sources(grant: Grant, context: Context): Promise<'all' | readonly string[]>
  /** The values that a list filter offers. */
  values(dashboard: string, filter: string, grant: Grant, context: Context): Promise<FilterValuesAnswer>
}

interface TileAsked {
  readonly dashboard: string
  readonly tile: string
  readonly filters: FilterValues
}

interface TabAsked {
  readonly dashboard: string
  readonly tab: string
  readonly filters: FilterValues
}

export function projectDashboards(live: LiveProject): DashboardDoors {
  const { settings } = live.project
  const read = keptDashboards(settings)
  const answers = new TabAnswers()
  const texts = new WeakMap<AnsweredTab, Uint8Array>()
  /** Written once for all who asked for the same: the very bytes that go to each of them. */
  const textOf = (answered: AnsweredTab): Uint8Array => {
    const text = texts.get(answered) ?? Buffer.from(tabText(answered))
    texts.set(answered, text)
    return text
  }
  const seen = async (grant: Grant): Promise<readonly Dashboard[]> => {
    const allowed = dashboardsOf(grant)
    return (await read()).filter(({ name }) => allowed === 'all' || allowed.includes(name))
  }
  const tileIn = async ({ dashboard: name, tile, filters }: TileAsked, grant: Grant) => {
    const dashboard = dashboardNamed(await seen(grant), name)
    return { dashboard, tile: tileNamed(dashboard, tile), filters }
  }
  return {
    list: async (grant) => (await seen(grant)).map(listed),
    async definition(name, grant, context) {
      const dashboard = dashboardNamed(await seen(grant), name)
      const { title, file, description = null, fault } = dashboard
      const failing = live.failingBuilds(await builtNames(live, context))
      const shown = [...failing.values()].map((each) => failingView(each, grant))
      const tabs: DashboardAnswer['tabs'] = []
      for (const { id, title, tiles } of dashboard.tabs)
        tabs.push({ id, title, tiles: await Promise.all(tiles.map((tile) => tileView(tile, shown, live, context))) })
      return {
        name,
        title,
        file,
        description,
        timezone: settings.timezone,
        filters: dashboard.filters.map(filterView),
        tabs,
        fault: fault ? faultView(fault) : null,
      }
    },
    async tab({ dashboard: name, tab, filters }, grant, context) {
      const dashboard = dashboardNamed(await seen(grant), name)
      const asked = { dashboard, tab: tabNamed(dashboard, tab), filters }
      return textOf(await answers.answer(asked, (own) => dashboardGround(live, own), context))
    },
    async rows({ mark, limit, id, lines, ...asked }, grant, context) {
      const started = performance.now()
      const found = await tileIn(asked, grant)
      const drilled = await drillRows({ ...found, mark, limit, id }, await dashboardGround(live, context), context)
      await using _ = drilled.answer
      const isHidden = grant.kind === 'read' ? await personalIn(found.tile, live, context) : () => false
      const placesOf = async (table: string, origins: readonly RowOrigins[]) => {
        const contract = settings.targets.get(table)?.contract
        const isSecret = grant.kind === 'read' && contract?.columns.some(({ name, pii }) => pii && name === contract.id)
        const places = await rowPlaces(live, table, origins, lines, context)
        return isSecret ? places.map((place) => ({ ...place, id: null })) : places
      }
      return await drillText(drilled, isHidden, placesOf, started)
    },
    async csv(asked, grant, context) {
      return tileCsv(await tileIn(asked, grant), await dashboardGround(live, context), context)
    },
    async sources(grant, context) {
      if (dashboardsOf(grant) === 'all' && tablesOf(grant) === 'all') return 'all'
      const found = new Set<string>()
      for (const tile of (await seen(grant)).flatMap(tilesOf))
        if (!tile.fault) for (const name of await sourcesOf(tile, live, context)) found.add(name)
      return [...found]
    },
    async values(name, filter, grant, context) {
      const dashboard = dashboardNamed(await seen(grant), name)
      const { values, truncated } = await offeredValues(
        dashboard,
        filter,
        await dashboardGround(live, context),
        context,
      )
      return { values: [...values], truncated }
    },
  }
}

function listed(dashboard: Dashboard): DashboardsAnswer['dashboards'][number] {
  const { name, title, file, description = null, tabs, fault } = dashboard
  const faults = [fault, ...tilesOf(dashboard).map((tile) => tile.fault)].filter((each) => each !== undefined)
  return {
    name,
    title,
    file,
    description,
    tabs: tabs.map(({ id, title, tiles }) => ({ id, title, tiles: tiles.length })),
    faults: faults.map(faultView),
  }
}

function filterView(filter: Filter): FilterView {
  const { name, title, column } = filter
  if (filter.type === 'period')
    return { type: 'period', name, title, column, default: filter.default, presets: [...presets] }
  return { type: 'list', name, title, column, multiple: filter.multiple, default: [...filter.default] }
}

async function tileView(
  tile: Tile,
  failing: readonly FailingBuildView[],
  live: LiveProject,
  context: Context,
): Promise<TileView> {
  const reads = tile.fault ? [] : await sourcesOf(tile, live, context)
  const { id, title, description = null, chart, width, height, options, sql, fault, placeOf } = tile
  return {
    id,
    title,
    description,
    chart,
    width,
    height,
    options,
    sql,
    filters: [...new Set(namesIn(sql).map(({ name }) => name))],
    reads,
    marks: fault ? [] : [...chartOf(chart).marks(options)],
    file: placeOf([]),
    fault: fault ? faultView(fault) : null,
    failing: failing.filter(({ model }) => reads.includes(model)),
  }
}

/** The tables that a tile's SELECT names, and all that they are made from. */
async function sourcesOf(tile: Tile, live: LiveProject, context: Context): Promise<string[]> {
  try {
    const found = new Set<string>()
    const { byName } = await live.models(context)
    const visit = (name: string): void => {
      if (found.has(name)) return
      found.add(name)
      for (const input of byName.get(name)?.inputs ?? []) visit(input)
    }
    for (const name of await tablesIn(tile)) visit(name)
    return [...found]
  } catch (error) {
    // what is wrong is told where the rows are asked for
    if (error instanceof MillraceError) return []
    throw error
  }
}

/** The columns of what a tile reads that may hold personal data; where models cannot be read now, all. */
async function personalIn(tile: Tile, live: LiveProject, context: Context): Promise<(column: string) => boolean> {
  try {
    const { byName } = await live.models(context)
    const { targets } = live.project.settings
    const names = (await tablesIn(tile)).flatMap((table) => [
      ...(byName.get(table)?.personal ?? []),
      ...(targets.get(table)?.contract.columns ?? []).flatMap(({ name, pii }) => (pii ? [name.toLowerCase()] : [])),
    ])
    const personal = new Set(names)
    // what was not declared may be anything
    return (column) => personal.has(column.toLowerCase()) || (personal.size > 0 && column === 'extra')
  } catch (error) {
    if (error instanceof MillraceError) return () => true
    throw error
  }
}

function faultView({ code, message, hint }: MillraceError): DashboardFault {
  return { code, message, hint }
}

/** Rows are JSON already. */
function tabText({ atMs, position, tiles, restMs }: AnsweredTab): string {
  const parts = [...tiles].map(([id, tile]) => {
    if (tile instanceof MillraceError) return `${JSON.stringify(id)}:${JSON.stringify({ error: faultView(tile) })}`
    const { columns, rows, previous = 'null', unfinished = null, truncated, elapsedMs, askedAtMs } = tile
    const rest = JSON.stringify({ unfinished, truncated, elapsed_ms: elapsedMs, asked_at: isoOf(askedAtMs) })
    return `${JSON.stringify(id)}:{"columns":${JSON.stringify(columns)},"rows":${rows},"previous":${previous},${rest.slice(1)}`
  })
  const offsets = Object.fromEntries(Object.entries(position.offsets).map(([name, at]) => [name, String(at)]))
  const place = stringifyExact({ ...position, offsets })
  return `{"at":"${isoOf(atMs)}","position":${place},"tiles":{${parts.join(',')}},"next_after_ms":${restMs}}`
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
