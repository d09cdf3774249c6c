import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { StreamEvents, StreamView } from '../../../../src/api/streams.ts'
import { exactTime } from '../../data/format.ts'
import { eventsQuery } from '../../data/streams.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { eventFields, spread } from './event-fields.ts'
import styles from './events.module.css'

/** Events that are shown. */
const shown = 100

type Event = StreamEvents['events'][number]

/** The events as they come, the newest first; what is read can be held still. */
export function Events({ stream }: { readonly stream: StreamView }) {
  const [paused, setPaused] = useState(false)
  const { data, error, refetch } = useQuery({ ...eventsQuery(stream.name, shown), enabled: !paused })
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  const missed = paused ? BigInt(stream.offsets.next) - BigInt(data.next) : 0n
  return (
    <section aria-label="Events as they come">
      <div className={styles.bar}>
        <p role="status">
          {!paused ? 'The newest events, as they come' : missed > 0n ? `Paused; ${missed} have come since` : 'Paused'}
        </p>
        <Button small aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? 'Go on' : 'Pause'}
        </Button>
      </div>
      {data.events.length === 0 ? (
        <Empty title="Waiting for events">
          The log holds none that are not in the table yet. Older ones are in{' '}
          <TextLink to="/tables/$name" params={{ name: stream.name }} search={{ tab: 'preview' }}>
            the table
          </TextLink>
          .
        </Empty>
      ) : (
        <ol className={styles.events}>
          {data.events.toReversed().map((event) => (
            <EventRow key={event.offset} event={event} stream={stream} />
          ))}
        </ol>
      )}
    </section>
  )
}

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' })

function EventRow({ event: { offset, received_at: at, event }, stream }: { event: Event; stream: StreamView }) {
  const [open, setOpen] = useState(false)
  const ms = Date.parse(at)
  const columns = stream.columns.map(({ name }) => name).filter((name) => name !== stream.id && name !== stream.time)
  return (
    <li className={styles.event}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className={styles.line}>
          <time dateTime={at} title={exactTime(ms)} className={styles.when}>
            {clock.format(ms)}
          </time>
          <span className={styles.offset}>{offset}</span>
          <span className={styles.fields}>
            {eventFields(event, columns).map(({ name, text }) => (
              <span key={name} className={styles.field}>
                <span className={styles.name}>{name}</span> {text}{' '}
              </span>
            ))}
          </span>
        </summary>
        {open && <pre className={styles.json}>{spread(event)}</pre>}
      </details>
    </li>
  )
}
