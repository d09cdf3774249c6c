import { queryOptions } from '@tanstack/react-query'
import type { DemoAnswer } from '../../../src/api/demo.ts'
import type { IngestAnswer } from '../../../src/api/ingest.ts'
import { call } from './api.ts'

const settled: readonly DemoAnswer['phase'][] = ['plugged', 'back', 'failed']

/** What pulling the plug has come to; asked for again and again until the server is back and has counted. */
export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: ({ signal }) => call<DemoAnswer>('/v1/demo', { signal }),
  retry: false,
  refetchInterval: ({ state }) => (state.data && !settled.includes(state.data.phase) ? 250 : false),
  refetchIntervalInBackground: true,
})

export function pullThePlug(): Promise<DemoAnswer> {
  return call<DemoAnswer>('/v1/demo/plug', { method: 'POST' })
}

export function sendEvent(event: object): Promise<IngestAnswer> {
  return call<IngestAnswer>('/v1/streams/events', { method: 'POST', body: event })
}
