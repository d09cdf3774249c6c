import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { DashboardAnswer } from '../../../../src/api/dashboards.ts'
import { useChanges } from '../../data/changes/provider.tsx'
import { type AnsweredTab, type TabAsked, tabQuery } from '../../data/dashboards.ts'
import { movedOn } from './freshness.ts'
import { keepCurrent, type Pace } from './keep-current.ts'

type Tab = DashboardAnswer['tabs'][number]

/** The rows of a tab, asked again as a whole when what is behind one of its tiles has moved. */
export function useTab(asked: TabAsked, tab: Tab, pace: Pace) {
  const changes = useChanges()
  const query = useQuery({
    ...tabQuery(asked),
    // what stood there stays until there is something else
    placeholderData: (before: AnsweredTab | undefined, of) =>
      of?.queryKey[1] === asked.dashboard && of.queryKey[3] === asked.tab ? before : undefined,
  })
  const { refetch, data } = query
  const { leastMs, paused } = pace
  const isThere = data !== undefined && !query.isPlaceholderData
  const key = JSON.stringify(asked)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says of what tab and filters it is, and each answer begins nothing anew
  useEffect(() => {
    if (!isThere) return
    const reads = new Set(tab.tiles.flatMap((tile) => tile.reads))
    const hasSpans = tab.tiles.some(({ filters }) => filters.length > 0)
    const isAged = hasSpans && Date.now() - data.askedMs > 60_000
    const kept = keepCurrent(
      changes,
      {
        isOld: isAged || movedOn(data.position, changes.get(), [...reads]).length > 0,
        concerns: (moved) => moved === 'all' || moved.some((name) => reads.has(name)),
        ask: async () => {
          const asked = await refetch({ cancelRefetch: false })
          return asked.isError ? undefined : asked.data?.next_after_ms
        },
        isHidden: () => document.visibilityState === 'hidden',
        restMs: 0,
        everyMinute: hasSpans,
      },
      { leastMs, paused },
    )
    document.addEventListener('visibilitychange', kept.look)
    return () => {
      document.removeEventListener('visibilitychange', kept.look)
      kept.stop()
    }
  }, [changes, key, tab, isThere, refetch, leastMs, paused])
  return query
}
