import { queryOptions } from '@tanstack/react-query'
import type { MendAnswer, MendBody } from '../../../src/api/mend.ts'
import type { RejectsAnswer } from '../../../src/api/rejects.ts'
import { call } from './api.ts'

export interface RejectsAsked {
  readonly table?: string | undefined
  /** Personal values too. */
  readonly whole: boolean
}

/** What one page holds at most. */
export const rejectsAtOnce = 1000

/** What waits to be mended, the newest first. The server writes tables to answer: it is asked again only when told to. */
export function rejectsQuery({ table, whole }: RejectsAsked) {
  const parameters = new URLSearchParams({ state: 'open', limit: String(rejectsAtOnce), pii: String(whole) })
  if (table !== undefined) parameters.set('table', table)
  return queryOptions({
    queryKey: ['rejects', table ?? '', whole],
    queryFn: ({ signal }) => call<RejectsAnswer>(`/v1/rejects?${parameters}`, { signal }),
  })
}

export function mend(stream: string, body: MendBody): Promise<MendAnswer> {
  return call<MendAnswer>(`/v1/rejects/${encodeURIComponent(stream)}`, { method: 'POST', body })
}
