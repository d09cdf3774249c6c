import type { Query, QueryClient } from '@tanstack/react-query'
import { movedBetween } from './heard.ts'
import type { Changes } from './shared.ts'

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: {
      /**
       * The streams and tables whose moving makes an answer old, or that something is run; without it it is asked again
       * by its age alone.
       */
      readonly follows?: 'all' | 'runs' | readonly string[]
    }
  }
}

/** Between two answers to the same question, at least; and so many times as long as the last one took. */
const [leastMs, idleTimes] = [500, 9]

/** Asks again what is shown when what it is about has moved: once its last answer is there, and never more than it costs. */
export function followChanges(queries: QueryClient, changes: Changes): () => void {
  const cache = queries.getQueryCache()
  const old = new Set<string>()
  const runs = new Map<string, { beganMs: number; tookMs: number }>()
  let before = changes.get()

  const concerns = ({ meta }: Query, moved: 'all' | readonly string[], ran: boolean): boolean => {
    const { follows } = meta ?? {}
    if (moved === 'all') return true
    if (follows === 'runs') return ran
    return follows === 'all' ? moved.length > 0 : (follows?.some((name) => moved.includes(name)) ?? false)
  }
  const askAgain = (): void => {
    const nowMs = Date.now()
    for (const hash of old) {
      const query = cache.get(hash)
      if (!query?.isActive()) {
        // whoever shows it next asks
        query?.invalidate()
        old.delete(hash)
        continue
      }
      const { beganMs = 0, tookMs = 0 } = runs.get(hash) ?? {}
      if (query.state.fetchStatus !== 'idle' || nowMs < beganMs + tookMs + Math.max(leastMs, idleTimes * tookMs))
        continue
      old.delete(hash)
      runs.set(hash, { beganMs: nowMs, tookMs: 0 })
      void query
        .fetch()
        // the page shows what went wrong
        .catch(() => undefined)
        .finally(() => runs.set(hash, { beganMs: nowMs, tookMs: Date.now() - nowMs }))
    }
  }
  const unsubscribe = changes.subscribe(() => {
    const now = changes.get()
    const moved = movedBetween(before, now)
    const ran = before.runs !== now.runs
    before = now
    if (moved !== 'all' && moved.length === 0 && !ran) return
    for (const query of cache.getAll()) if (concerns(query, moved, ran)) old.add(query.queryHash)
    askAgain()
  })
  const timer = setInterval(askAgain, 250)
  return () => {
    unsubscribe()
    clearInterval(timer)
  }
}
