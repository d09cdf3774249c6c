import type { DashboardFault } from '../../../src/api/dashboards.ts'
import styles from './fault-note.module.css'
import { Message } from './message.tsx'

/** What is wrong, where, and how to mend it, where there is little room. */
export function FaultNote({ fault: { code, message, hint } }: { readonly fault: DashboardFault }) {
  return (
    <div className={styles.fault}>
      <Message className={styles.message} text={message} />
      <p className={styles.hint}>
        {hint !== '' && `${hint} `}
        <code className={styles.code}>{code}</code>
      </p>
    </div>
  )
}
