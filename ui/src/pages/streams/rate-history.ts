import { useEffect, useRef, useState } from 'react'
import { useHeard } from '../../data/changes/provider.tsx'
import { useNow } from '../../data/clock.ts'
import { type RateHistory, secondLater } from './rates.ts'

/** What has come a second, for as long as this is looked at. */
export function useRateHistory(): RateHistory {
  const { rates } = useHeard()
  const now = useNow()
  const latest = useRef(rates)
  latest.current = rates
  const [history, setHistory] = useState<RateHistory>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock alone moves it on
  useEffect(() => setHistory((before) => secondLater(before, latest.current)), [now])
  return history
}
