import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { StreamView } from '../../../../src/api/streams.ts'
import { sessionQuery } from '../../data/session.ts'
import { eventsQuery } from '../../data/streams.ts'
import { Code } from '../../parts/code.tsx'
import styles from './contract.module.css'
import { clientLines, curlLine, exampleEvent } from './send-words.ts'

/** How events come here: to be copied, and run as it stands. */
export function Send({ stream }: { readonly stream: StreamView }) {
  const { data: session } = useQuery(sessionQuery)
  const { data } = useQuery(eventsQuery(stream.name, 100))
  const [openedMs] = useState(() => Date.now())
  const newest = data?.events.at(-1)?.event
  const way = { origin: window.location.origin, needsKey: session?.access !== 'local' }
  const event = exampleEvent(stream, newest, openedMs)
  return (
    <div className={styles.contract}>
      <Code label="From a shell" text={curlLine(stream.name, event, way)} />
      <Code label="From a program" text={clientLines(stream.name, event, way)} />
      <p className={styles.note}>
        The answer says what became of each event; once it is there, the event is on disk and in every answer. The same
        event sent again is told as a duplicate, and stored once.
      </p>
    </div>
  )
}
