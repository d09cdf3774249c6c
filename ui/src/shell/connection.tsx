import { usePhase } from '../data/changes/provider.tsx'
import { exactTime } from '../data/format.ts'
import styles from './connection.module.css'

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' })

/** Whether what is shown is what is. */
export function Connection() {
  const { phase, lastMs } = usePhase()
  const words = {
    connecting: 'Connecting',
    live: 'Live',
    reconnecting: 'Reconnecting',
    stale: lastMs === undefined ? 'No connection' : `Last seen ${clock.format(lastMs)}`,
  }[phase]
  return (
    <p
      className={styles.connection}
      data-phase={phase}
      role="status"
      title={lastMs === undefined ? undefined : `The server was last heard ${exactTime(lastMs)}`}
    >
      <span className={styles.dot} aria-hidden="true" />
      {words}
    </p>
  )
}
