import { useEffect, useState } from 'react'
import type { DashboardAnswer } from '../../../../src/api/dashboards.ts'
import { type AnsweredTab, isBehind, type TabAsked } from '../../data/dashboards.ts'

/** An event that somebody waits for: its id, and where it stands in its stream. */
export interface Awaited {
  readonly stream: string
  readonly id: string
  readonly offset: string
  /** When it was seen, as `performance.now()` tells it. */
  readonly seenMs: number
}

const litMs = 1_500
/** What came longer ago is nothing new on a tab that is opened now. */
const youngMs = 10_000

/** The tiles that an event is in, for a moment from when they show it. */
export function useLit(
  { dashboard, filters }: TabAsked,
  { tiles }: DashboardAnswer['tabs'][number],
  data: Pick<AnsweredTab, 'position'> | undefined,
  awaited: Awaited | undefined,
): ReadonlySet<string> {
  const [behind, setBehind] = useState<ReadonlySet<string>>()
  // all at once, when the rows of the tab have it
  const [isLit, setLit] = useState(false)
  const key = JSON.stringify(filters)
  useEffect(() => {
    setBehind(undefined)
    if (!awaited || performance.now() - awaited.seenMs > youngMs) return
    let isOver = false
    const own: typeof filters = JSON.parse(key)
    const looking = tiles.map(async ({ id: tile, fault }) => {
      if (fault) return []
      const isIn = isBehind({ dashboard, tile, filters: own }, awaited.id)
      // without an answer the tile stays as it is
      return (await isIn.catch(() => false)) ? [tile] : []
    })
    void Promise.all(looking).then((found) => !isOver && setBehind(new Set(found.flat())))
    return () => {
      isOver = true
    }
  }, [awaited, dashboard, tiles, key])
  const at = awaited && data?.position.offsets[awaited.stream]
  const isShown = at !== undefined && BigInt(at) > BigInt(awaited?.offset ?? 0)
  useEffect(() => {
    if (!behind || !isShown) return
    setLit(true)
    const end = setTimeout(() => setLit(false), litMs)
    return () => {
      clearTimeout(end)
      setLit(false)
    }
  }, [behind, isShown])
  return isLit && behind ? behind : none
}

const none: ReadonlySet<string> = new Set()
