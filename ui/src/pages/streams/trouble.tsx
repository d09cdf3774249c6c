import styles from './trouble.module.css'

/** Why a table takes nothing, and what that means for what was sent. */
export function Trouble({ stream, trouble }: { readonly stream: string; readonly trouble: string }) {
  return (
    <div className={styles.trouble} role="alert">
      <p>
        <strong>The table of {stream} took nothing when it was last tried:</strong> {trouble}
      </p>
      <p className={styles.comfort}>
        Events are still taken, are safe in the log and in every answer; the table is tried again by itself.{' '}
        <code>millrace doctor</code> says what to do.
      </p>
    </div>
  )
}
