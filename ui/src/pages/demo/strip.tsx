import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useHeard } from '../../data/changes/provider.tsx'
import { count } from '../../data/format.ts'
import { eventsQuery, streamsQuery } from '../../data/streams.ts'
import { TextLink } from '../../parts/text-link.tsx'
import { Rate } from '../streams/rate.tsx'
import { useRateHistory } from '../streams/rate-history.ts'
import { delayText, middleDelay } from './delays.ts'
import styles from './demo.module.css'

/** How much comes, how soon it is here, and that all of it is. */
export function Strip() {
  const { rates } = useHeard()
  const history = useRateHistory()
  const delayMs = useDelay()
  const { data } = useQuery(streamsQuery)
  const counts = data?.streams.find(({ name }) => name === 'events')?.counts
  const closes = counts && counts.received === counts.accepted + counts.duplicates + counts.rejected
  return (
    <dl className={styles.strip}>
      <div>
        <dt>Events</dt>
        <dd className={styles.rate}>
          <Rate perSecond={rates['events']?.received ?? 0} history={history['events']} />
        </dd>
      </div>
      <div>
        <dt>From the server to this page</dt>
        <dd className="number">{delayMs === undefined ? '–' : delayText(delayMs)}</dd>
      </div>
      {counts && (
        <div>
          <dt>
            <TextLink to="/ledger">The ledger</TextLink> of live events
          </dt>
          <dd className={styles.equation} data-closes={closes}>
            <span>{count(counts.received)} received</span> <span>{closes ? '=' : '≠'}</span>{' '}
            <span>{count(counts.accepted)} accepted</span> <span>+ {count(counts.duplicates)} duplicates</span>{' '}
            <span>+ {count(counts.rejected)} rejected</span>
          </dd>
        </div>
      )}
    </dl>
  )
}

/** How long the newest events took until they were here. */
function useDelay(): number | undefined {
  const { data, dataUpdatedAt } = useQuery(eventsQuery('events', 1000))
  const [delayMs, setDelayMs] = useState<number>()
  const next = useRef<bigint>(undefined)
  useEffect(() => {
    if (!data) return
    // what was there before this page was opened tells nothing
    const told = next.current === undefined ? undefined : middleDelay(data, next.current, dataUpdatedAt)
    next.current = BigInt(data.next)
    if (told !== undefined) setDelayMs(told)
  }, [data, dataUpdatedAt])
  return delayMs
}
