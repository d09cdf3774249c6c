import type { ModelStaleness } from '../../../../src/api/staleness.ts'
import styles from './state.module.css'
import { type Shape, stateWords } from './state-words.ts'

/** How a model is: a shape and a word, so that nobody needs the colour. */
export function State({ of }: { readonly of: ModelStaleness | undefined }) {
  if (!of) return null
  const { word, shape, tone } = stateWords(of)
  return (
    <span className={styles.state} data-tone={tone}>
      <Mark shape={shape} /> {word}
    </span>
  )
}

function Mark({ shape }: { readonly shape: Shape }) {
  return (
    <svg className={styles.mark} viewBox="0 0 12 12" aria-hidden="true">
      {shape === 'lines' ? (
        <path d="M1.5 3.5h9M1.5 6h9M1.5 8.5h9" />
      ) : (
        <circle cx="6" cy="6" r="4.5" data-full={shape === 'full'} />
      )}
      {shape === 'half' && <path d="M6 1.5a4.5 4.5 0 0 1 0 9z" data-full />}
    </svg>
  )
}
