import type { RejectView } from '../../../../src/api/rejects.ts'
import { placeIn } from './place.ts'
import styles from './rejects.module.css'

/** What was refused, as it came, with the value that is at fault marked. */
export function Raw({ reject: { raw, encoding, column } }: { readonly reject: RejectView }) {
  if (encoding === 'hidden' || raw === null)
    return <p className={styles.quiet}>Hidden, as it may hold personal data.</p>
  if (encoding === 'base64') return <pre className={styles.raw}>{`not UTF-8, in base64: ${raw}`}</pre>
  const { before, place, after } = placeIn(raw, column)
  return (
    <pre className={styles.raw}>
      {before}
      {place !== '' && <mark className={styles.fault}>{place}</mark>}
      {after}
    </pre>
  )
}
