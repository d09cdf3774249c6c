import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import type { SessionAnswer } from '../../../src/api/session.ts'
import { call } from './api.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call<SessionAnswer>('/v1/session', { signal }),
  // until somebody signs in or out, or an answer is a refusal
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  retry: true,
})

/** Other tabs have the same session. */
const channel = new BroadcastChannel('millrace.session')

/** Asks who is signed in when another tab has changed it. */
export function watchSession(queries: QueryClient): void {
  channel.addEventListener('message', () => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey }))
}

export async function signIn(queries: QueryClient, token: string): Promise<void> {
  change(queries, await call<SessionAnswer>('/v1/session', { method: 'POST', body: { token } }))
}

export async function signOut(queries: QueryClient): Promise<void> {
  change(queries, await call<SessionAnswer>('/v1/session', { method: 'DELETE' }))
}

/** What one was shown is not for another. */
function change(queries: QueryClient, session: SessionAnswer): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
  queries.setQueryData(sessionQuery.queryKey, session)
  channel.postMessage('changed')
}

/** Whether somebody is known to be signed in: before that nothing is asked ahead. */
export function isIn(queries: QueryClient): boolean {
  const access = queries.getQueryData(sessionQuery.queryKey)?.access
  return access !== undefined && access !== 'none'
}

/** What a page is for: whoever may look at something, who may read tables, admins. */
export type Needed = 'read' | 'tables' | 'admin'

/** Whether somebody may see pages of a kind: a token for dashboards alone opens nothing else. */
export function mayOpen({ access, tables }: SessionAnswer, needed: Needed): boolean {
  if (access === 'admin' || access === 'local') return true
  if (access === 'none' || needed === 'admin') return false
  return needed === 'read' || tables === null || tables.length > 0
}

/** Whether whoever looks may see all, and change it. */
export function useIsAdmin(): boolean {
  const { data } = useQuery(sessionQuery)
  return data?.access === 'admin' || data?.access === 'local'
}
