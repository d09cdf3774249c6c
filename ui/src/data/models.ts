import { queryOptions } from '@tanstack/react-query'
import type { BuildsAnswer, ChecksAnswer, ModelsAnswer } from '../../../src/api/models.ts'
import type { StalenessAnswer } from '../../../src/api/staleness.ts'
import type { TestsAnswer } from '../../../src/api/tests.ts'
import { call } from './api.ts'

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call<ModelsAnswer>('/v1/models', { signal }),
  meta: { follows: 'all' },
})

/** How far the models' tables are behind. */
export const stalenessQuery = queryOptions({
  queryKey: ['models', 'staleness'],
  queryFn: ({ signal }) => call<StalenessAnswer>('/v1/models/staleness', { signal }),
  meta: { follows: 'all' },
})

/** The checks of all models, and what became of each when it was last run. */
export const checksQuery = queryOptions({
  queryKey: ['models', 'checks'],
  queryFn: ({ signal }) => call<ChecksAnswer>('/v1/models/checks', { signal }),
  staleTime: 5_000,
})

/** The tests of all models, and what became of each when it was last run. */
export const testsQuery = queryOptions({
  queryKey: ['models', 'tests'],
  queryFn: ({ signal }) => call<TestsAnswer>('/v1/models/tests', { signal }),
  meta: { follows: 'runs' },
  staleTime: 5_000,
})

/** When a model was built, the newest first. */
export function buildsQuery(model: string) {
  return queryOptions({
    queryKey: ['models', 'builds', model],
    queryFn: ({ signal }) => call<BuildsAnswer>(`/v1/models/${encodeURIComponent(model)}/builds`, { signal }),
    meta: { follows: [model] },
  })
}
