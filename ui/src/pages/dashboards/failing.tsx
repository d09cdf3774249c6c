import { useQuery } from '@tanstack/react-query'
import type { TileView } from '../../../../src/api/dashboards.ts'
import type { FailingBuildView } from '../../../../src/api/failing-builds.ts'
import { stalenessQuery } from '../../data/models.ts'
import { useIsAdmin } from '../../data/session.ts'
import { TextLink } from '../../parts/text-link.tsx'
import { Failing, FailingFor } from '../models/failing.tsx'
import { answersText } from '../models/state-words.ts'
import styles from './failing.module.css'

/** A tile's models could not be built. */
export function FailingMark({
  of: { title, failing },
  onOpen,
}: {
  readonly of: TileView
  readonly onOpen: () => void
}) {
  return (
    <button type="button" className={styles.mark} title={`What is wrong behind ${title}`} onClick={onOpen}>
      <FailingFor of={failing} />
    </button>
  )
}

/** What of a tile's models could not be built, since when and why, and what the tile shows meanwhile. */
export function FailingBuilds({ of: failing }: { readonly of: readonly FailingBuildView[] }) {
  const { data } = useQuery({ ...stalenessQuery, enabled: useIsAdmin() })
  return failing.map((each) => {
    const staleness = data?.models.find(({ model }) => model === each.model)
    const model = (
      <TextLink to="/models/$name" params={{ name: each.model }}>
        The model
      </TextLink>
    )
    return (
      <Failing key={each.model} of={each} links={model}>
        {staleness && <p>{answersText(staleness)}</p>}
      </Failing>
    )
  })
}
