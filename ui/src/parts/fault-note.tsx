import type { DashboardFault } from '../../../src/api/dashboards.ts'
import styles from './fault-note.module.css'

/** What is wrong, where, and how to mend it, where there is little room. */
export function FaultNote({ fault: { code, message, hint } }: { readonly fault: DashboardFault }) {
  return (
    <div className={styles.fault}>
      <p className={styles.message}>{message}</p>
      {hint !== '' && <p className={styles.hint}>{hint}</p>}
      <p className={styles.code}>{code}</p>
    </div>
  )
}
