import type { TestResult } from '../api/tests.ts'
import { stateDatabase } from './state-database.ts'

/** What became of a test in a run. */
export interface TestRecord extends TestResult {
  readonly run: string
  readonly model: string
  readonly test: string
  readonly file: string
  /** Of the test’s text, and of the models that it ran over: others where these have changed. */
  readonly digest: string
  readonly over: string
}

/** What became of the models' tests, beside the runs, in state that can be thrown away. */
export interface TestBook {
  /** Of a test the newest is remembered, and those of all runs that are. STATE_CORRUPT. */
  put(record: TestRecord): void
  /** The newest first. */
  list(): readonly TestRecord[]
  /** The newest of each test. */
  last(): readonly TestRecord[]
}

export function testBook(stateFolder: string): TestBook {
  const within = stateDatabase(stateFolder)
  const read = (text: string): readonly TestRecord[] =>
    within((database) =>
      database
        .prepare(text)
        .all()
        .map(({ result }) => JSON.parse(String(result)) as TestRecord),
    )
  return {
    put(record) {
      within((database) => {
        database.exec('BEGIN IMMEDIATE')
        database
          .prepare('INSERT OR REPLACE INTO tests VALUES (?, ?, ?, ?, ?)')
          .run(record.run, record.model, record.test, record.at, JSON.stringify(record))
        database.exec(
          'DELETE FROM tests WHERE run NOT IN (SELECT id FROM runs) AND EXISTS (SELECT 1 FROM tests AS later WHERE later.model = tests.model AND later.test = tests.test AND later.at > tests.at)',
        )
        database.exec('COMMIT')
      })
    },
    list: () => read('SELECT result FROM tests ORDER BY at DESC, model, test'),
    last: () => read('SELECT result, max(at) FROM tests GROUP BY model, test'),
  }
}
