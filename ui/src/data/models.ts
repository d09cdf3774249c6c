import { queryOptions } from '@tanstack/react-query'
import type { ModelsAnswer } from '../../../src/api/models.ts'
import type { StalenessAnswer } from '../../../src/api/staleness.ts'
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
