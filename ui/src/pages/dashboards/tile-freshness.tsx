import type { TabAnswer } from '../../../../src/api/dashboards.ts'
import { useHeard, usePhase } from '../../data/changes/provider.tsx'
import { useNow } from '../../data/clock.ts'
import { freshnessOf, movedOn, positionText } from './freshness.ts'
import styles from './tile.module.css'

interface TileFreshnessProps {
  readonly position: TabAnswer['position']
  readonly reads: readonly string[]
  readonly askedMs: number
  readonly isOther: boolean
}

/** How fresh a tile is; pointed at, of which position it is. */
export function TileFreshness({ position, reads, askedMs, isOther }: TileFreshnessProps) {
  const heard = useHeard()
  const { phase, lastMs } = usePhase()
  const nowMs = Math.max(useNow(), askedMs)
  const isBehind = isOther || movedOn(position, heard, reads).length > 0
  const { text, tone } = freshnessOf({ phase, lastMs, askedMs, isBehind, nowMs })
  return (
    <span className={styles.freshness} data-tone={tone} title={positionText(position, reads)}>
      {isOther ? 'asking' : text}
    </span>
  )
}
