import { infiniteQueryOptions } from '@tanstack/react-query'
import type { MendAnswer, MendBody } from '../../../src/api/mend.ts'
import type { RejectsAnswer } from '../../../src/api/rejects.ts'
import { call } from './api.ts'

export interface RejectsAsked {
  readonly table?: string | undefined
  /** Personal values too. */
  readonly whole: boolean
}

/** What is asked for at once. */
const rejectsAtOnce = 200

/** What waits to be mended, the newest first, a page at a time. It is asked again only when told to: what somebody mends stays where it is. */
export function rejectsQuery({ table, whole }: RejectsAsked) {
  const parameters = new URLSearchParams({ state: 'open', limit: String(rejectsAtOnce), pii: String(whole) })
  if (table !== undefined) parameters.set('table', table)
  return infiniteQueryOptions({
    queryKey: ['rejects', table ?? '', whole],
    queryFn: ({ signal, pageParam: after }) => {
      const page = new URLSearchParams([...parameters, ...(after === null ? [] : [['after', after]])])
      return call<RejectsAnswer>(`/v1/rejects?${page}`, { signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }: RejectsAnswer) => next,
  })
}

export function mend(stream: string, body: MendBody): Promise<MendAnswer> {
  return call<MendAnswer>(`/v1/rejects/${encodeURIComponent(stream)}`, { method: 'POST', body })
}
