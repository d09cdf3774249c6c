import type { ModelView } from '../../../../src/api/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { Time } from '../../parts/figures.tsx'

/** When a model was built, and whether its text is another since. */
export function Built({ model: { kind, built } }: { readonly model: ModelView }) {
  if (kind === 'view') return <span className="visually-quiet">computed when asked</span>
  if (built === null) return <span className="visually-quiet">never</span>
  return (
    <>
      <Time at={built.at} /> {built.changed && <Badge tone="warn">its text has changed since</Badge>}
    </>
  )
}
