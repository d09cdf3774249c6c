import { useQuery } from '@tanstack/react-query'
import type { Ledger } from '../../../../src/api/ledger.ts'
import { usePhase } from '../../data/changes/provider.tsx'
import { counted } from '../../data/format.ts'
import { ledgerQuery } from '../../data/ledger.ts'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Book } from './book.tsx'
import { fileGroups, openBooks, streamCloses, streamEquations } from './equations.ts'
import { FilesOf } from './files.tsx'
import styles from './ledger.module.css'

/** Whether every line of every file and every event of every stream is accounted for. */
export function LedgerPage() {
  const { data, error, refetch } = useQuery(ledgerQuery)
  if (!data) {
    return <Page title="Ledger">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
  }
  // what cannot be asked for any more is not said to close
  if (error) {
    return (
      <Page title="Ledger">
        <Failure error={error} onRetry={() => void refetch()} />
      </Page>
    )
  }
  return (
    <Page title="Ledger" summary="Every event and every line of a file, counted where it came in and where it is now.">
      <Verdict ledger={data} />
      <Books ledger={data} />
    </Page>
  )
}

/** What is known is told of now; what was known when the server was last seen, of before. */
const verdicts = {
  now: ['It closes.', 'It does not close.'],
  before: ['It closed when it was last seen.', 'It did not close when it was last seen.'],
} as const

function Verdict({ ledger }: { readonly ledger: Ledger }) {
  const open = openBooks(ledger)
  const closes = ledger.closes && open.length === 0
  const { phase } = usePhase()
  const word = verdicts[phase === 'stale' ? 'before' : 'now'][closes ? 0 : 1]
  const streams = counted(ledger.streams.length, 'stream')
  const files = counted(ledger.files.length, 'file')
  return (
    <section className={styles.verdict} data-closes={closes} aria-live="polite">
      <p className={styles.word}>{word}</p>
      {closes ? (
        <p className={styles.of}>
          {streams}, {files}: nothing is missing, and nothing is there twice.
        </p>
      ) : (
        <ul className={styles.of}>
          {open.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Books({ ledger }: { readonly ledger: Ledger }) {
  const groups = fileGroups(ledger.files)
  if (ledger.streams.length + groups.length === 0)
    return (
      <Empty title="Nothing has come in yet.">
        <code>millrace load</code> reads files, and events are sent to <code>/v1/streams/NAME</code>.
      </Empty>
    )
  return (
    <>
      {ledger.streams.map((line) => (
        <Book
          key={`${line.table} ${line.log}`}
          name={line.table}
          kind="stream"
          closes={streamCloses(line)}
          equations={streamEquations(line)}
        />
      ))}
      {groups.map(({ table, lines, equations, closes }) => (
        <Book key={table} name={table} kind="files" closes={closes} equations={equations}>
          <FilesOf table={table} lines={lines} />
        </Book>
      ))}
    </>
  )
}
