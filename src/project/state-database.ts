import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MillraceError } from '../core/errors.ts'

const tables = [
  'CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, started_at TEXT NOT NULL, outcome TEXT NOT NULL, run TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS tests (run TEXT NOT NULL, model TEXT NOT NULL, test TEXT NOT NULL, at TEXT NOT NULL, result TEXT NOT NULL, PRIMARY KEY (model, test, run))',
]

/**
 * Work on `state.db` of a state folder, which can be thrown away. Each time it is opened anew: it is seldom used, and a
 * server that is killed leaves nothing open. STATE_CORRUPT.
 */
export type WithState = <Result>(work: (database: DatabaseSync) => Result) => Result

export function stateDatabase(stateFolder: string): WithState {
  const file = join(stateFolder, 'state.db')
  return (work) => {
    mkdirSync(stateFolder, { recursive: true })
    try {
      using opened = open(file)
      return work(opened.database)
    } catch (error) {
      if (error instanceof Error && 'errcode' in error)
        throw new MillraceError('STATE_CORRUPT', { file, reason: error.message }, error)
      throw error
    }
  }
}

function open(file: string) {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    for (const text of tables) database.exec(text)
  } catch (error) {
    database.close()
    throw error
  }
  return { database, [Symbol.dispose]: () => database.close() }
}
