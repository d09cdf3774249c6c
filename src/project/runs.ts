import type { RunModel, RunView } from '../api/runs.ts'
import { stateDatabase } from './state-database.ts'

/** Runs that are remembered; older ones are forgotten. */
export const kept = 2_000

/** What is remembered of a run. */
export type RunRecord = Omit<RunView, 'cancellable'>

/** A run of this process that has not ended. */
export interface RunUnderWay {
  /** As it is now. */
  readonly view: RunRecord
  /** Resolves when it has ended. */
  readonly over: Promise<void>
  /** Ends it at its next safe point. */
  cancel(): void
}

/**
 * What was run on a project, in its state, which can be thrown away. How far the runs of this process are between two
 * `put`s is in its memory alone.
 */
export interface RunBook {
  /** Writes a run of this process down, and asks it from now on how far it is. STATE_CORRUPT. */
  begin(run: RunUnderWay): void
  /** Writes a run down, in the place of what was known of it. STATE_CORRUPT. */
  put(run: RunRecord): void
  /** By their ids. */
  readonly underWay: ReadonlyMap<string, RunUnderWay>
  /** STATE_CORRUPT, also while the end of the run cannot be written down. */
  get(id: string): RunRecord | undefined
  /** The newest first; of those that began before `after`. */
  list(asked: { readonly limit: number; readonly after?: string | undefined }): readonly RunRecord[]
  /** Whoever holds the project's lock knows that no other run is under way: they were lost with their process. */
  settle(): void
}

export function runBook(stateFolder: string): RunBook {
  const within = stateDatabase(stateFolder)
  const underWay = new Map<string, RunUnderWay>()
  /** Runs of this process that have ended, and whose end could not be written down. */
  const unwritten = new Map<string, RunRecord>()
  const asItIs = (run: RunRecord): RunRecord => underWay.get(run.id)?.view ?? unwritten.get(run.id) ?? run
  const put = (run: RunRecord): void => {
    if (run.outcome !== 'running') {
      underWay.delete(run.id)
      unwritten.set(run.id, run)
    }
    within((database) => {
      const text = JSON.stringify(run)
      database
        .prepare('INSERT OR REPLACE INTO runs (id, started_at, outcome, run) VALUES (?, ?, ?, ?)')
        .run(run.id, run.started_at, run.outcome, text)
      database
        .prepare('DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY started_at DESC, id DESC LIMIT ?)')
        .run(kept)
    })
    unwritten.delete(run.id)
  }
  return {
    begin(run) {
      put(run.view)
      underWay.set(run.view.id, run)
    },
    put,
    underWay,
    get: (id) => {
      const ended = unwritten.get(id)
      // whoever asks is told what is in the way, as long as it is
      if (ended) put(ended)
      return (
        underWay.get(id)?.view ??
        within((database) => runsOf(database.prepare('SELECT run FROM runs WHERE id = ?').all(id))[0])
      )
    },
    list: ({ limit, after }) =>
      within((database) => {
        const text =
          'SELECT run FROM runs WHERE ?1 IS NULL OR (started_at, id) < (SELECT started_at, id FROM runs WHERE id = ?1) ORDER BY started_at DESC, id DESC LIMIT ?2'
        return runsOf(database.prepare(text).all(after ?? null, limit)).map(asItIs)
      }),
    settle: () => {
      const lost = within((database) =>
        runsOf(database.prepare(`SELECT run FROM runs WHERE outcome = 'running'`).all()),
      )
      for (const run of lost.filter(({ id }) => !underWay.has(id)))
        put({ ...run, outcome: 'lost', doing: null, models: run.models.map((model) => cutShort(model, 'lost')) })
    },
  }
}

/** A model that had not ended when its run did. */
export function cutShort(model: RunModel, outcome: 'cancelled' | 'lost'): RunModel {
  const isOpen = model.outcome === 'waiting' || model.outcome === 'running'
  return isOpen ? { ...model, outcome, share: null } : model
}

function runsOf(rows: readonly Readonly<Record<string, unknown>>[]): readonly RunRecord[] {
  return rows.map(({ run }) => JSON.parse(String(run)) as RunRecord)
}
