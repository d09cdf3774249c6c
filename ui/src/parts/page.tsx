import { type ReactNode, useEffect } from 'react'
import styles from './page.module.css'

interface PageProps {
  readonly title: string
  /** What it is a part of. */
  readonly parent?: ReactNode
  /** Beside the title. */
  readonly mark?: ReactNode
  /** One line of what is below. */
  readonly summary?: ReactNode
  /** What can be done here. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its head, and what it holds. */
export function Page({ title, parent, mark, summary, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Millrace`
  }, [title])
  return (
    <>
      <header className={styles.head}>
        <div>
          {parent && (
            <nav className={styles.parent} aria-label="Where this is">
              {parent}
            </nav>
          )}
          <h1 className={styles.title}>
            {title} {mark}
          </h1>
          {summary && <div className={styles.summary}>{summary}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </>
  )
}
