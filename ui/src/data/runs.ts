import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { RunsAnswer, RunView } from '../../../src/api/runs.ts'
import { call } from './api.ts'

/** The newest runs, for admins alone. */
export function runsQuery(limit = 50) {
  return queryOptions({
    queryKey: ['runs', limit],
    queryFn: ({ signal }) => call<RunsAnswer>(`/v1/runs?limit=${limit}`, { signal }),
    meta: { follows: 'runs' },
  })
}

/** One run, as it goes on. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: ['runs', 'of', id],
    queryFn: ({ signal }) => call<RunView>(`/v1/runs/${encodeURIComponent(id)}`, { signal }),
    meta: { follows: 'runs' },
  })
}

export interface BuildAsked {
  readonly model: string
  readonly downstream?: boolean
  readonly upstream?: boolean
}

export function buildModel({ model, ...body }: BuildAsked): Promise<RunView> {
  return call<RunView>(`/v1/models/${encodeURIComponent(model)}/build`, { method: 'POST', body })
}

/** Builds all that is stale. */
export function buildAll(): Promise<RunView> {
  return call<RunView>('/v1/runs', { method: 'POST', body: {} })
}

/** Runs the tests of these models; of all where none is named. */
export function testModels(select: readonly string[]): Promise<RunView> {
  return call<RunView>('/v1/models/tests', { method: 'POST', body: { select } })
}

export function cancelRun(id: string): Promise<RunView> {
  return call<RunView>(`/v1/runs/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** What a run changes is asked for again. */
export async function afterRun(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['runs'] }),
    queries.invalidateQueries({ queryKey: ['models'] }),
  ])
}
