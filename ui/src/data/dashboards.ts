import { queryOptions } from '@tanstack/react-query'
import type {
  DashboardAnswer,
  DashboardsAnswer,
  DrillAnswer,
  DrillRequest,
  FilterValuesAnswer,
  TabAnswer,
} from '../../../src/api/dashboards.ts'
import { call } from './api.ts'
import { download } from './download.ts'
import type { FilterValues } from './filter-values.ts'

/** Files are changed by hand: what is shown follows them at this pace. */
const fileMs = 5_000

export const dashboardsQuery = queryOptions({
  queryKey: ['dashboards'],
  queryFn: ({ signal }) => call<DashboardsAnswer>('/v1/dashboards', { signal }),
  refetchInterval: fileMs,
})

function pathOf(name: string): string {
  return `/v1/dashboards/${encodeURIComponent(name)}`
}

export function dashboardQuery(name: string) {
  return queryOptions({
    queryKey: ['dashboards', name],
    queryFn: ({ signal }) => call<DashboardAnswer>(pathOf(name), { signal }),
    refetchInterval: fileMs,
  })
}

export interface TabAsked {
  readonly dashboard: string
  readonly tab: string
  readonly filters: FilterValues
}

/** An answer, and when it was asked for in this machine’s time: it has all that was acknowledged before. */
export interface AnsweredTab extends TabAnswer {
  readonly askedMs: number
}

/** All tiles of a tab at one position. */
export function tabQuery({ dashboard, tab, filters }: TabAsked) {
  return queryOptions({
    queryKey: ['dashboards', dashboard, 'tabs', tab, filters],
    queryFn: async ({ signal }): Promise<AnsweredTab> => {
      const askedMs = Date.now()
      const path = `${pathOf(dashboard)}/tabs/${encodeURIComponent(tab)}`
      return { ...(await call<TabAnswer>(path, { method: 'POST', body: { filters }, signal })), askedMs }
    },
    // the page says when it is asked again
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 15_000,
  })
}

export interface TileAsked {
  readonly dashboard: string
  readonly tile: string
  readonly filters: FilterValues
}

function tilePathOf({ dashboard, tile }: TileAsked): string {
  return `${pathOf(dashboard)}/tiles/${encodeURIComponent(tile)}`
}

/** The rows behind a tile, or behind a mark of it; with `lines` each with its line in its file, or its offset. */
export function drillQuery(asked: TileAsked, mark: NonNullable<DrillRequest['mark']>, lines: boolean) {
  const { dashboard, tile, filters } = asked
  return queryOptions({
    queryKey: ['dashboards', dashboard, 'rows', tile, filters, mark, lines],
    queryFn: ({ signal }) => drill(asked, { mark, lines }, signal),
  })
}

/** Whether a row behind a tile was made from an event. */
export async function isBehind(asked: TileAsked, id: string): Promise<boolean> {
  return (await drill(asked, { id, limit: 1 })).rows.length > 0
}

function drill(asked: TileAsked, more: Omit<DrillRequest, 'filters'>, signal?: AbortSignal): Promise<DrillAnswer> {
  const body = { filters: asked.filters, ...more }
  return call<DrillAnswer>(`${tilePathOf(asked)}/rows`, { method: 'POST', body, ...(signal && { signal }) })
}

export function saveCsv(asked: TileAsked): Promise<void> {
  const { dashboard, tile, filters } = asked
  return download(`${tilePathOf(asked)}/csv`, `${dashboard}-${tile}.csv`, { method: 'POST', body: { filters } })
}

/** What a list filter offers. */
export function valuesQuery(dashboard: string, filter: string) {
  return queryOptions({
    queryKey: ['dashboards', dashboard, 'values', filter],
    queryFn: ({ signal }) =>
      call<FilterValuesAnswer>(`${pathOf(dashboard)}/filters/${encodeURIComponent(filter)}`, { signal }),
    staleTime: 30_000,
  })
}
