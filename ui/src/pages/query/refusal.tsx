import { ApiError } from '../../data/api.ts'
import { toldIn } from '../../parts/excerpt.ts'
import { Excerpt } from '../../parts/message.tsx'
import { Failure } from '../../parts/states.tsx'
import { reasonOf } from './mark.ts'
import styles from './result.module.css'

/** Why there is no answer: what is wrong, where, and what to do about it. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (!(error instanceof ApiError)) return <Failure error={error} />
  const { code, hint, message, place, requestId } = error
  const { excerpt } = toldIn(message)
  return (
    <div className={styles.refusal} role="alert">
      <p className={styles.reason}>
        {place && `Line ${place.line}, column ${place.column}: `}
        {reasonOf(message)}
      </p>
      {place && excerpt && <Excerpt of={excerpt} />}
      {hint !== '' && <p className={styles.hint}>{hint.charAt(0).toUpperCase() + hint.slice(1)}</p>}
      <p className={styles.code}>
        {code}
        {requestId && ` · request ${requestId}`}
      </p>
    </div>
  )
}
