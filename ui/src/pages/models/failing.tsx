import type { ReactNode } from 'react'
import type { FailingBuildView } from '../../../../src/api/failing-builds.ts'
import { useNow } from '../../data/clock.ts'
import { ago, exactTime, lasting } from '../../data/format.ts'
import { FaultNote } from '../../parts/fault-note.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import styles from './failing.module.css'

/** How long builds have been failing: so much of it as there is room for. */
export function FailingFor({ of: failing }: { readonly of: readonly Pick<FailingBuildView, 'since'>[] }) {
  const now = useNow()
  const since = Math.min(...failing.map((each) => Date.parse(each.since)))
  const builds = failing.length === 1 ? 'Build' : `${failing.length} builds`
  return (
    <FailingSign>
      {builds} failing for {lasting(now - since)}
    </FailingSign>
  )
}

/** Some words about it behind the sign of it. */
export function FailingSign({ children }: { readonly children: ReactNode }) {
  return (
    <span className={styles.for}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d="M6 1.5 11 10.5H1zM6 5v2.5M6 9v.1" />
      </svg>
      <span>{children}</span>
    </span>
  )
}

/** How long builds of a model have been failing; for admins a way to the last of them. */
export function FailingLink({ of: failing }: { readonly of: FailingBuildView }) {
  const { run, error } = failing
  if (run === null) return <FailingFor of={[failing]} />
  return (
    <TextLink to="/models" search={{ tab: 'runs', run }} title={error?.message}>
      <FailingFor of={[failing]} />
    </TextLink>
  )
}

interface FailingProps {
  readonly of: FailingBuildView
  /** Its last run is shown beside it, and says why. */
  readonly told?: boolean
  /** What whoever reads the model gets meanwhile. */
  readonly children?: ReactNode
  /** Ways on, beside that to the last run. */
  readonly links?: ReactNode
}

/** That a model could not be built, since when and why. */
export function Failing({ of: failing, told = false, children, links }: FailingProps) {
  const { model, run, error } = failing
  return (
    <section className={styles.failing} aria-label={`Builds of ${model}`}>
      <Since of={failing} />
      {children}
      {error && !told && <FaultNote fault={error} />}
      {run === null && <p className={styles.quiet}>An admin sees why.</p>}
      {run !== null && !told && (
        <p className={styles.links}>
          <TextLink to="/models" search={{ tab: 'runs', run }}>
            The last run
          </TextLink>
          {links}
        </p>
      )}
    </section>
  )
}

function Since({ of: { model, outcome, since } }: { readonly of: FailingBuildView }) {
  const now = useNow()
  const ms = Date.parse(since)
  return (
    <p>
      Builds of <strong>{model}</strong> {outcome === 'failed' ? 'have failed' : 'have been kept out by a check'} since{' '}
      <time dateTime={since}>{exactTime(ms)}</time>, {ago(now - ms)}.
    </p>
  )
}
