import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { MendAnswer } from '../../../../src/api/mend.ts'
import { counted } from '../../data/format.ts'
import { mend } from '../../data/rejects.ts'
import { streamsQuery } from '../../data/streams.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { messageOf } from '../../parts/states.tsx'
import { spread } from '../streams/event-fields.ts'
import { type Act, mendBody, outcomes } from './groups.ts'
import styles from './rejects.module.css'

const titles = { replace: 'Mend an event', replay: 'Send again', discard: 'Discard' } as const
const deeds = { replace: 'Send it', replay: 'Send them again', discard: 'Discard' } as const

/** What is to be done, what would become of each, and what has. */
export function ActDialog({ act, onClose }: { readonly act: Act; readonly onClose: () => void }) {
  const { kind, rejects } = act
  const queries = useQueryClient()
  const [words, setWords] = useState(kind === 'replace' ? spread(rejects[0].raw ?? '') : '')
  const work = useMutation({
    mutationFn: (dryRun: boolean) => mend(rejects[0]?.table ?? '', mendBody(act, words.trim(), dryRun)),
    onSuccess: ({ done }) => {
      if (!done) return
      void queries.invalidateQueries({ queryKey: ['rejects'] })
      void queries.invalidateQueries({ queryKey: streamsQuery.queryKey })
    },
  })
  const { mutate, data: answer, error, isPending } = work
  // what is sent as it is can be judged at once
  useEffect(() => {
    if (kind === 'replay') mutate(true)
  }, [kind, mutate])
  const isDone = answer?.done ?? false
  const canBeDone = words.trim() !== '' || kind === 'replay'
  const wouldTake = kind === 'discard' || (answer !== undefined && answer.refused.length < rejects.length)
  return (
    <Dialog
      title={titles[kind]}
      open
      onClose={onClose}
      actions={
        !isDone && (
          <>
            {kind === 'replace' && (
              <Button disabled={!canBeDone || isPending} onClick={() => mutate(true)}>
                Preview
              </Button>
            )}
            <Button look="main" disabled={!canBeDone || !wouldTake || isPending} onClick={() => mutate(false)}>
              {deeds[kind]}
            </Button>
          </>
        )
      }
    >
      {!isDone && kind === 'replace' && (
        <label className={styles.edit}>
          The event, as JSON
          <textarea
            className={styles.area}
            rows={Math.min(16, words.split('\n').length + 1)}
            spellCheck={false}
            value={words}
            onChange={({ target }) => {
              setWords(target.value)
              work.reset()
            }}
          />
        </label>
      )}
      {!isDone && kind === 'discard' && (
        <Field
          label={`Why ${rejects.length === 1 ? 'is it' : `are these ${rejects.length}`} given up?`}
          hint="It is kept with them, for whoever asks later."
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
      )}
      {error && <p role="alert">{messageOf(error)}</p>}
      {answer && <Outcomes act={act} answer={answer} />}
    </Dialog>
  )
}

/** Outcomes that are listed one by one. */
const listed = 100

function Outcomes({ act, answer }: { readonly act: Act; readonly answer: MendAnswer }) {
  const all = outcomes(act, answer)
  const taken = all.filter(({ tone }) => tone === 'good').length
  const word = act.kind === 'discard' ? 'given up' : 'taken'
  return (
    <section aria-label={answer.done ? 'Results' : 'Preview'} aria-live="polite">
      <p className={styles.sum}>
        {answer.done
          ? `${counted(answer.mended + answer.superseded + answer.discarded, 'event')} ${word}, ${all.length - taken} not`
          : `${counted(taken, 'event')} would be ${word}, ${all.length - taken} not`}
      </p>
      <ul className={styles.outcomes}>
        {all.slice(0, listed).map(({ reject, tone, text }) => (
          <li key={reject.id} data-tone={tone}>
            <span className={styles.quiet}>offset {reject.line}</span> {text}
          </li>
        ))}
        {all.length > listed && <li className={styles.quiet}>and {all.length - listed} more</li>}
      </ul>
    </section>
  )
}
