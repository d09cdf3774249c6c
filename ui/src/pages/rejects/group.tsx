import { useState } from 'react'
import type { RejectView } from '../../../../src/api/rejects.ts'
import { count } from '../../data/format.ts'
import { Button } from '../../parts/button.tsx'
import { Time } from '../../parts/figures.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { type Act, addedTo, type RejectGroup } from './groups.ts'
import { placeIn } from './place.ts'
import { Raw } from './raw.tsx'
import styles from './rejects.module.css'

/** Rejects shown at once. */
const page = 50

interface GroupProps {
  readonly group: RejectGroup
  /** There may be more of it among older rejects. */
  readonly isPart: boolean
  readonly open: boolean
  readonly onToggle: (open: boolean) => void
  /** Who may only look has none. */
  readonly onAct: ((act: Act) => void) | undefined
}

/** All that was refused for one reason: how many, an example, and each of them once it is opened. */
export function Group({ group, isPart, open, onToggle, onAct }: GroupProps) {
  const { table, column, reason, rejects, ofEvents } = group
  const [shown, setShown] = useState(page)
  const newest = rejects[0] as RejectView
  const acts = ofEvents ? onAct : undefined
  return (
    <section className={styles.group} aria-label={`${table}: ${reason}`}>
      <header className={styles.head}>
        <span className={styles.count}>
          {count(rejects.length)}
          {isPart && '+'}
        </span>
        <div className={styles.about}>
          <h2 className={styles.reason}>
            {column !== null && <code>{column}</code>} {reason}
          </h2>
          <p className={styles.quiet}>
            <TextLink to={ofEvents ? '/streams/$name' : '/tables/$name'} params={{ name: table }}>
              {table}
            </TextLink>
            {' · the newest '}
            <Time at={newest.rejected_at} />
          </p>
        </div>
        <div className={styles.acts}>
          {acts && (
            <>
              <Button small onClick={() => acts({ kind: 'replay', rejects })}>
                {isPart ? `Send ${count(rejects.length)} again` : 'Send all again'}
              </Button>
              <Button small look="bad" onClick={() => acts({ kind: 'discard', rejects })}>
                {isPart ? `Discard ${count(rejects.length)}` : 'Discard all'}
              </Button>
            </>
          )}
          <Button small look="quiet" aria-expanded={open} onClick={() => onToggle(!open)}>
            {open ? 'Hide' : 'Show'}
          </Button>
        </div>
      </header>
      {open ? (
        <ol className={styles.list}>
          {rejects.slice(0, shown).map((reject) => (
            <Reject key={reject.id} reject={reject} reason={reason} onAct={acts} />
          ))}
        </ol>
      ) : (
        <div className={styles.example}>
          <p className={styles.quiet}>For example</p>
          <Refused reject={newest} reason={reason} />
        </div>
      )}
      {open && rejects.length > shown && (
        <Button look="quiet" onClick={() => setShown(shown + page)}>
          {count(rejects.length - shown)} more
        </Button>
      )}
      {open && !ofEvents && (
        <p className={styles.quiet}>
          Rows of files are mended in their file: correct it there, and <code>millrace load</code> takes it anew.
        </p>
      )}
    </section>
  )
}

interface RefusedProps {
  readonly reject: RejectView
  /** That of its group, which is not said again. */
  readonly reason: string
}

/** What was refused, and what there is to say of this very one. */
function Refused({ reject, reason }: RefusedProps) {
  const { raw, encoding, column } = reject
  const isMarked = encoding === 'hidden' || (encoding === 'text' && placeIn(raw ?? '', column).place !== '')
  const added = addedTo(reason, reject, isMarked)
  return (
    <>
      {added !== undefined && <p>{added}</p>}
      <Raw reject={reject} />
    </>
  )
}

function Reject({ reject, reason, onAct }: RefusedProps & { readonly onAct: GroupProps['onAct'] }) {
  const { file, line, rejected_at: at, encoding } = reject
  return (
    <li className={styles.reject}>
      <div className={styles.what}>
        <Refused reject={reject} reason={reason} />
        <p className={styles.quiet}>
          {file.startsWith('log/') ? `offset ${line}` : `${file}${line === null ? '' : `, line ${line}`}`}
          {' · '}
          <Time at={at} />
        </p>
      </div>
      {onAct && (
        <div className={styles.acts}>
          {encoding === 'text' && (
            <Button small onClick={() => onAct({ kind: 'replace', rejects: [reject] })}>
              Mend
            </Button>
          )}
          <Button small look="quiet" onClick={() => onAct({ kind: 'discard', rejects: [reject] })}>
            Discard
          </Button>
        </div>
      )}
    </li>
  )
}
