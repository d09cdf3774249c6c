import type { ReactNode } from 'react'
import { ApiError } from '../data/api.ts'
import { Button } from './button.tsx'
import { toldIn } from './excerpt.ts'
import { Message } from './message.tsx'
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
      <Message className={styles.title} text={sentence(told?.message ?? 'this page has a fault')} />
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
  return error instanceof ApiError ? [toldIn(error.message).said, error.hint].map(sentence).join(' ') : String(error)
}

/** Messages of the server begin small, as they stand after a code elsewhere; one that ends with a caret has its place at its end. */
function sentence(text: string): string {
  // a path or a name is written as it is
  const capital = text.replace(/^\p{Ll}(?=[\p{L}’]*[\s,])/u, (letter) => letter.toUpperCase())
  return capital === '' || /[.!?]$|\n *\^$/.test(capital) ? capital : `${capital}.`
}
