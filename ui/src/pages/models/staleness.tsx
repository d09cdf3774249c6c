import type { ModelView } from '../../../../src/api/models.ts'
import type { ModelStaleness } from '../../../../src/api/staleness.ts'
import { Time } from '../../parts/figures.tsx'
import styles from './staleness.module.css'
import { State } from './state.tsx'
import { answersText, behindText, costText, workText } from './state-words.ts'

/** How far a model's table is behind, why, and what a build of it would do. */
export function Staleness({ of, model }: { readonly of: ModelStaleness; readonly model: ModelView }) {
  const behind = behindText(of)
  return (
    <section className={styles.staleness} aria-label={`State of ${model.name}`}>
      <p className={styles.state}>
        <State of={of} />
        {of.action !== 'none' && <span>{workText(of, model.grain)}</span>}
      </p>
      {of.why.length > 0 && of.state === 'stale' && (
        <ul className={styles.why}>
          {of.why.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {behind !== '' && (
        <p>
          Not in its table yet: {behind}
          {of.behind?.since != null && (
            <>
              , the oldest of <Time at={of.behind.since} />
            </>
          )}
          .
        </p>
      )}
      <p className={styles.quiet}>{answersText(of)}</p>
      {of.action !== 'none' && <p className={styles.quiet}>A build {costText(of)}.</p>}
    </section>
  )
}
