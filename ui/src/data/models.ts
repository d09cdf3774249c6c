import { queryOptions } from '@tanstack/react-query'
import type { ModelsAnswer } from '../../../src/api/models.ts'
import { call } from './api.ts'

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call<ModelsAnswer>('/v1/models', { signal }),
  meta: { follows: 'all' },
})
