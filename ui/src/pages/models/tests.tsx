import { useQuery } from '@tanstack/react-query'
import type { TestResult, TestView } from '../../../../src/api/tests.ts'
import { counted } from '../../data/format.ts'
import { testsQuery } from '../../data/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { FaultNote } from '../../parts/fault-note.tsx'
import { Time } from '../../parts/figures.tsx'
import { RowsTable } from '../../parts/rows-table.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import styles from './run.module.css'
import { RunTests } from './run-buttons.tsx'
import { durationText } from './run-words.ts'
import { rowText, testsText, testWords } from './test-words.ts'

/** The tests of a model, and what came of each: where it failed, the rows that were expected and those that were found. */
export function Tests({ model }: { readonly model: string }) {
  const { data, error, refetch } = useQuery(testsQuery)
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  const own = data.tests.filter((test) => test.model === model)
  if (own.length === 0)
    return (
      <Empty title="It has no tests.">
        They are files: <code>tests/{model}/NAME.yaml</code> gives rows and says what is expected for them.
      </Empty>
    )
  return (
    <>
      <div className={styles.begin}>
        <RunTests model={model} />
      </div>
      {own.map((test) => (
        <Test key={test.name} test={test} />
      ))}
    </>
  )
}

function Test({ test }: { readonly test: TestView }) {
  const { name, file, last, waiting } = test
  const { word, mark, tone } = testWords(test)
  return (
    <section className={styles.run} aria-label={`Test ${name}`}>
      <header className={styles.head}>
        <strong>{name}</strong>
        <span className={styles.outcome} data-tone={tone}>
          <span aria-hidden="true">{mark}</span> {word}
        </span>
        {last && (
          <span className={styles.quiet}>
            {waiting && 'last run '}
            <Time at={last.at} />
            {!waiting && `, in ${durationText(last.elapsed_ms)}`}
          </span>
        )}
        <code className={styles.quiet}>{file}</code>
      </header>
      {!waiting && last?.changed && last.outcome !== 'passed' && (
        <p className={styles.quiet}>The test, or what it runs over, is another since.</p>
      )}
      {!waiting && last && <Found name={name} result={last} />}
    </section>
  )
}

function Found({ name, result }: { readonly name: string; readonly result: TestResult }) {
  const { error, columns, rows, rows_left_out: left } = result
  if (error) return <FaultNote fault={error} />
  if (rows.length === 0) return null
  return (
    <>
      <RowsTable
        label={`Rows of ${name} that differ`}
        columns={columns}
        rows={rows.map(({ values }) => values)}
        marked={(at, column) => rows[at]?.differs.includes(column) ?? false}
        first={{ title: 'Row', text: (at) => (rows[at] ? rowText(rows[at]) : '') }}
      />
      {left > 0 && <p className={styles.quiet}>{counted(left, 'more row')}: `millrace test` prints them.</p>}
    </>
  )
}

/** What became of a model’s tests, in a few words. */
export function TestsInShort({ of: tests }: { readonly of: readonly TestView[] }) {
  const { text, bad } = testsText(tests)
  if (bad) return <Badge tone="bad">✕ {text}</Badge>
  return tests.length === 0 ? <span className="visually-quiet">{text}</span> : text
}
