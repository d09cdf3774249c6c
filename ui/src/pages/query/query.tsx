import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { TableView } from '../../../../src/api/tables.ts'
import { sessionQuery } from '../../data/session.ts'
import { tablesQuery } from '../../data/tables.ts'
import { Button } from '../../parts/button.tsx'
import { Page } from '../../parts/page.tsx'
import { Loading } from '../../parts/states.tsx'
import { HistoryDialog } from './history-dialog.tsx'
import { LinkButton } from './link-button.tsx'
import { markedBy } from './mark.ts'
import styles from './query.module.css'
import { Result } from './result.tsx'
import { Schema } from './schema.tsx'
import { addressOf, type Show } from './search.ts'
import { startOf } from './start.ts'
import { useHistory } from './use-history.ts'
import { useRun } from './use-run.ts'

const Editor = lazy(async () => ({ default: (await import('./editor.tsx')).Editor }))

const route = getRouteApi('/query')
const none = [] as const
const summary = 'One SELECT over streams, tables and models, as they are this moment'

/** Questions in SQL, and their answers. What a link brings along is shown, and run by whoever reads it. */
export function Query() {
  const { sql: linked, show } = route.useSearch()
  const { data: session } = useQuery(sessionQuery)
  const { data, error } = useQuery(tablesQuery)
  const past = useHistory(session?.project ?? '')
  const tables = data?.tables ?? none
  // the names come later than the editor, where it is known without them what stands in it
  const last = past.history[0]?.sql
  if (linked === undefined && last === undefined && !data && !error)
    return (
      <Page title="Query" summary={summary}>
        <Loading />
      </Page>
    )
  return <Desk linked={linked} show={show} first={startOf({ linked, last, tables })} tables={tables} past={past} />
}

interface DeskProps {
  readonly linked: string | undefined
  readonly show: Show | undefined
  readonly first: string
  readonly tables: readonly TableView[]
  readonly past: ReturnType<typeof useHistory>
}

function Desk({ linked, show: shownAs, first, tables, past: { history, note, forget } }: DeskProps) {
  const navigate = route.useNavigate()
  const [text, setText] = useState(first)
  // what the editor is given; what is typed there is its own, and nothing that comes late writes over it
  const [given, setGiven] = useState({ text: first })
  const [looksBack, setLooksBack] = useState(false)
  const { run, start, cancel } = useRun(note)
  const show = (sql: string) => {
    setText(sql)
    setGiven({ text: sql })
  }

  // another link, or a step back in the browser
  const shown = useRef(linked)
  useEffect(() => {
    if (linked !== shown.current && linked !== undefined) {
      setText(linked)
      setGiven({ text: linked })
    }
    shown.current = linked
  }, [linked])

  const marked = useMemo(() => markedBy(run, text), [run, text])
  const running = run.state === 'running'
  const ask = (sql: string) => {
    if (sql.trim() === '') return
    const search = addressOf(sql)
    shown.current = search.sql
    void navigate({ search: { ...search, ...(shownAs && { show: shownAs }) }, replace: true, resetScroll: false })
    void start(sql)
  }
  const showAs = (next: Show) =>
    void navigate({ search: (before) => ({ ...before, show: next }), replace: true, resetScroll: false })
  return (
    <Page
      title="Query"
      summary={summary}
      actions={
        <>
          <LinkButton sql={text} />
          <Button onClick={() => setLooksBack(true)} disabled={history.length === 0}>
            History
          </Button>
        </>
      }
    >
      <div className={styles.page}>
        <div className={styles.work}>
          <Suspense fallback={<pre className={styles.coming}>{text}</pre>}>
            <Editor given={given} tables={tables} marked={marked} onChange={setText} onRun={ask} />
          </Suspense>
          <div className={styles.bar}>
            <Button
              look="main"
              onClick={() => ask(text)}
              disabled={text.trim() === ''}
              aria-keyshortcuts="Control+Enter Meta+Enter"
            >
              {running ? 'Run again' : 'Run'}
            </Button>
            {running && <Button onClick={cancel}>Cancel</Button>}
            <span className={styles.keys}>Ctrl or ⌘ and Enter</span>
          </div>
          <Result run={run} show={shownAs} onShow={showAs} />
        </div>
        <Schema tables={tables} />
      </div>
      <HistoryDialog
        history={history}
        open={looksBack}
        onClose={() => setLooksBack(false)}
        onForget={forget}
        onChoose={(sql) => {
          show(sql)
          setLooksBack(false)
        }}
      />
    </Page>
  )
}
