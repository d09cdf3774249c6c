import { queryOptions } from '@tanstack/react-query'
import type { StreamEvents, StreamsAnswer } from '../../../src/api/streams.ts'
import { call } from './api.ts'

export const streamsQuery = queryOptions({
  queryKey: ['streams'],
  queryFn: ({ signal }) => call<StreamsAnswer>('/v1/streams', { signal }),
  meta: { follows: 'all' },
})

/** The newest events of a stream, as far as its log still has them. */
export function eventsQuery(name: string, last: number) {
  return queryOptions({
    queryKey: ['streams', name, 'events', last],
    queryFn: ({ signal }) =>
      call<StreamEvents>(`/v1/streams/${encodeURIComponent(name)}/events?last=${last}`, { signal }),
    meta: { follows: [name] },
  })
}
