import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { RunModel, RunView } from '../../../../src/api/runs.ts'
import { counted } from '../../data/format.ts'
import { afterRun, cancelRun } from '../../data/runs.ts'
import { useIsAdmin } from '../../data/session.ts'
import { Button } from '../../parts/button.tsx'
import { FaultNote } from '../../parts/fault-note.tsx'
import { Time } from '../../parts/figures.tsx'
import { messageOf } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { useToast } from '../../parts/toast.tsx'
import styles from './run.module.css'
import { changedText, outcomeWords, runWords, tookText } from './run-words.ts'

/** A run: how far it is, or what has become of it, model by model. */
export function Run({ run, label = 'Run' }: { readonly run: RunView; readonly label?: string }) {
  const { outcome, subject, by, started_at: began, error, summary, models } = run
  const { word, tone } = runWords(run)
  const told = models.filter((each) => each.outcome !== 'current')
  const current = models.length - told.length
  return (
    <section className={styles.run} aria-label={label}>
      <header className={styles.head}>
        <strong className={styles.word} data-tone={tone} aria-live="polite">
          {word}
        </strong>
        <span>{subject}</span>
        <span className={styles.quiet}>
          <Time at={began} />
          {tookText(run)}, by {by}
        </span>
        {outcome === 'running' &&
          (run.cancellable ? (
            <Cancel run={run} />
          ) : (
            <span className={styles.quiet}>Another process runs it: Ctrl-C there ends it.</span>
          ))}
      </header>
      {error && (
        <div role="alert">
          <FaultNote fault={error} />
        </div>
      )}
      {summary !== null && models.length === 0 && <p className={styles.quiet}>{summary}</p>}
      {told.length > 0 && (
        <ul className={styles.models}>
          {told.map((model) => (
            <Step key={model.model} model={model} kind={run.kind} />
          ))}
        </ul>
      )}
      {current > 0 && <p className={styles.quiet}>{counted(current, 'model')} had nothing to build.</p>}
    </section>
  )
}

function Step({ model, kind }: { readonly model: RunModel; readonly kind: RunView['kind'] }) {
  const { word, tone, mark } = outcomeWords(model.outcome, kind)
  const search = kind === 'test' ? { tab: 'tests' as const } : {}
  return (
    <li className={styles.step}>
      <span className={styles.outcome} data-tone={tone}>
        <span aria-hidden="true">{mark}</span> {word}
      </span>
      <TextLink to="/models/$name" params={{ name: model.model }} search={search} quiet>
        {model.model}
      </TextLink>
      <span className={styles.quiet}>{changedText(model)}</span>
      {model.outcome === 'running' && (
        <progress className={styles.bar} aria-label={`${model.model}, done`} value={model.share ?? undefined} />
      )}
      {model.error && (
        <div className={styles.fault}>
          <FaultNote fault={model.error} />
        </div>
      )}
    </li>
  )
}

function Cancel({ run }: { readonly run: RunView }) {
  const queries = useQueryClient()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => cancelRun(run.id),
    onError: (error) => toast(messageOf(error), 'bad'),
    onSettled: () => afterRun(queries),
  })
  if (!useIsAdmin()) return null
  return (
    <Button small disabled={isPending} onClick={() => mutate()}>
      Cancel
    </Button>
  )
}
