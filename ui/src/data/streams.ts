import { queryOptions } from '@tanstack/react-query'
import type { StreamsAnswer } from '../../../src/api/streams.ts'
import { call } from './api.ts'

export const streamsQuery = queryOptions({
  queryKey: ['streams'],
  queryFn: ({ signal }) => call<StreamsAnswer>('/v1/streams', { signal }),
  meta: { follows: 'all' },
})
