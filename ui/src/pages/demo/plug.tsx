import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DemoAnswer } from '../../../../src/api/demo.ts'
import { demoQuery, pullThePlug } from '../../data/demo.ts'
import { count } from '../../data/format.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { messageOf } from '../../parts/states.tsx'
import { delayText } from './delays.ts'
import styles from './demo.module.css'

/** The server is killed while events come; what was sent, and what is here then. */
export function Plug() {
  const queries = useQueryClient()
  const { data: state, error: unreachable } = useQuery(demoQuery)
  const pull = useMutation({
    mutationFn: pullThePlug,
    onSuccess: (told) => queries.setQueryData(demoQuery.queryKey, { ...told, phase: 'sending' }),
  })
  const busy = pull.isPending || (state !== undefined && ['sending', 'down', 'counting'].includes(state.phase))
  return (
    <section className={styles.panel} aria-label="Pull the plug">
      <h2 className={styles.title}>Pull the plug</h2>
      <p className={styles.words}>
        <code>kill -9</code> of the server, while events are being sent.
      </p>
      <div className={styles.acts}>
        <Button look="bad" disabled={busy} onClick={() => pull.mutate()}>
          Pull it
        </Button>
      </div>
      <div className={styles.told} aria-live="polite">
        {pull.error && messageOf(pull.error)}
        {state && <Told state={state} isGone={busy && unreachable !== null} />}
      </div>
    </section>
  )
}

function Told({ state, isGone }: { readonly state: DemoAnswer; readonly isGone: boolean }) {
  const { phase, sent, here, twice, down_ms: downMs } = state
  if (isGone) return 'Killed. Whoever sends keeps what was not answered, and sends it again.'
  switch (phase) {
    case 'plugged':
      return null
    case 'sending':
    case 'down':
      return 'Events are sent as fast as they are taken…'
    case 'counting':
      return `Back after ${delayText(downMs)}; counting…`
    case 'failed':
      return 'It did not come back in time: .millrace/demo.log in the folder says why.'
    case 'back':
      return (
        <p className={styles.result}>
          Back after {delayText(downMs)}:{' '}
          <span>
            <strong>{count(sent)}</strong> sent
          </span>
          ,{' '}
          <span>
            <strong>{count(here)}</strong> here
          </span>
          ,{' '}
          <span>
            <strong>{count(twice)}</strong> twice
          </span>
          .{' '}
          <Badge tone={sent === here && twice === 0 ? 'good' : 'bad'}>
            {sent === here && twice === 0 ? 'nothing lost' : 'it does not add up'}
          </Badge>
        </p>
      )
    default:
      return phase satisfies never
  }
}
