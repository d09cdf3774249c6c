import { Link } from '@tanstack/react-router'
import styles from './tabs.module.css'

export interface Tab<Id extends string> {
  readonly id: Id
  readonly title: string
  /** How many there are under it. */
  readonly count?: number
}

interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Id>[]
  readonly current: Id
}

/** Parts of one page, each with an address of its own: `?tab=…`. */
export function Tabs<Id extends string>({ label, tabs, current }: TabsProps<Id>) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ id, title, count }) => (
        <Link
          key={id}
          to="."
          // each page reads its own: which one this stands on is not known here
          search={((before: object) => ({ ...before, tab: id })) as never}
          replace
          resetScroll={false}
          className={styles.tab}
          aria-current={id === current ? 'page' : undefined}
        >
          {title}
          {count !== undefined && <span className={styles.count}>{count}</span>}
        </Link>
      ))}
    </nav>
  )
}
