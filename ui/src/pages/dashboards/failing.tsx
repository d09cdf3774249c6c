import { useQuery } from '@tanstack/react-query'
import type { FailingBuildView, TileView } from '../../../../src/api/dashboards.ts'
import { useNow } from '../../data/clock.ts'
import { ago, exactTime, lasting } from '../../data/format.ts'
import { stalenessQuery } from '../../data/models.ts'
import { useIsAdmin } from '../../data/session.ts'
import { FaultNote } from '../../parts/fault-note.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { answersText } from '../models/state-words.ts'
import styles from './failing.module.css'

/** A tile's models could not be built: so much of it as there is room for. */
export function FailingMark({
  of: { title, failing },
  onOpen,
}: {
  readonly of: TileView
  readonly onOpen: () => void
}) {
  const now = useNow()
  const since = Math.min(...failing.map((each) => Date.parse(each.since)))
  const builds = failing.length === 1 ? 'Build' : `${failing.length} builds`
  return (
    <button type="button" className={styles.mark} title={`What is wrong behind ${title}`} onClick={onOpen}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d="M6 1.5 11 10.5H1zM6 5v2.5M6 9v.1" />
      </svg>
      {builds} failing for {lasting(now - since)}
    </button>
  )
}

/** What of a tile's models could not be built, since when and why, and what the tile shows meanwhile. */
export function FailingBuilds({ of: failing }: { readonly of: readonly FailingBuildView[] }) {
  const { data } = useQuery({ ...stalenessQuery, enabled: useIsAdmin() })
  return failing.map((each) => {
    const staleness = data?.models.find(({ model }) => model === each.model)
    return (
      <section key={each.model} className={styles.failing} aria-label={`Builds of ${each.model}`}>
        <Since of={each} />
        {staleness && <p>{answersText(staleness)}</p>}
        {each.error && <FaultNote fault={each.error} />}
        {each.run === null ? (
          <p className={styles.quiet}>An admin sees why.</p>
        ) : (
          <p className={styles.links}>
            <TextLink to="/models" search={{ tab: 'runs', run: each.run }}>
              The last run
            </TextLink>
            <TextLink to="/models/$name" params={{ name: each.model }}>
              The model
            </TextLink>
          </p>
        )}
      </section>
    )
  })
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
