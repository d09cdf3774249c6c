import type { ReactNode } from 'react'
import { ApiError } from '../data/api.ts'
import { Button } from './button.tsx'
import styles from './states.module.css'

/** Where there is nothing: why, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.state}>
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.hint}>{children}</div>}
    </div>
  )
}

/** What went wrong, as the server says it, with its hint. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const told = error instanceof ApiError ? error : undefined
  return (
    <div className={styles.state} role="alert">
      <p className={styles.title}>{sentence(told?.message ?? 'this page has a fault')}</p>
      <p className={styles.hint}>{told ? sentence(told.hint) : String(error)}</p>
      <p className={styles.code}>
        {told?.code ?? 'FAULT'}
        {told?.requestId && <span> · request {told.requestId}</span>}
      </p>
      {onRetry && <Button onClick={onRetry}>Ask again</Button>}
    </div>
  )
}

/** The shape of what is about to come. */
export function Loading({ rows = 6, label = 'Loading' }: { readonly rows?: number; readonly label?: string }) {
  return (
    <div className={styles.loading} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <span key={row} className={styles.bar} />
      ))}
    </div>
  )
}

/** A failure in one or two sentences, for places with little room. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? [error.message, error.hint].map(sentence).join(' ') : String(error)
}

/** Messages of the server begin small, as they stand after a code elsewhere. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return capital === '' || /[.!?]$/.test(capital) ? capital : `${capital}.`
}
