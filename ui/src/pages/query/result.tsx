import { useNow } from '../../data/clock.ts'
import { counted } from '../../data/format.ts'
import { classes } from '../../parts/classes.ts'
import { Empty } from '../../parts/states.tsx'
import { Answer } from './answer.tsx'
import { Refusal } from './refusal.tsx'
import styles from './result.module.css'
import type { Show } from './search.ts'
import type { Run } from './use-run.ts'

interface ResultProps {
  readonly run: Run
  readonly show: Show | undefined
  readonly onShow: (show: Show) => void
}

/** What became of the question. */
export function Result({ run, show, onShow }: ResultProps) {
  const { state, answer, error, beganMs } = run
  return (
    <div className={styles.result} aria-live="polite" aria-busy={state === 'running'}>
      {state === 'none' && <Empty title="Nothing was asked yet." />}
      {state === 'running' && <Running sinceMs={beganMs} />}
      {state === 'cancelled' && (
        <Empty title="Cancelled.">The server has stopped it too. The next question starts at once.</Empty>
      )}
      {state === 'refused' && <Refusal error={error} />}
      {answer && (state === 'answered' || state === 'running') && (
        <div className={classes(state === 'running' && styles.before)}>
          <Answer answer={answer} sql={run.answered ?? ''} show={show} onShow={onShow} />
        </div>
      )}
    </div>
  )
}

function Running({ sinceMs }: { readonly sinceMs: number }) {
  const seconds = Math.max(0, Math.floor((useNow() - sinceMs) / 1000))
  return <p className={styles.running}>Asking{seconds > 0 && `, for ${counted(seconds, 'second')}`} …</p>
}
