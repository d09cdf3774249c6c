import type { RunModel, RunView } from '../api/runs.ts'
import { stateDatabase } from './state-database.ts'

/** Runs that are remembered; older ones are forgotten. */
export const kept = 2_000

/**
 * What was run on a project, in its state, which can be thrown away. How far the runs of this process are between two
 * `put`s is in its memory alone.
 */
export interface RunBook {
  /** Writes a run down, in the place of what was known of it. STATE_CORRUPT. */
  put(run: RunView): void
  /** How far one is that has begun. */
  advance(run: RunView): void
  /** The runs of this process that have not ended. */
  underWay(): readonly RunView[]
  get(id: string): RunView | undefined
  /** The newest first; of those that began before `after`. */
  list(asked: { readonly limit: number; readonly after?: string | undefined }): readonly RunView[]
  /** Whoever holds the project's lock knows that no other run is under way: they were lost with their process. */
  settle(): void
}

export function runBook(stateFolder: string): RunBook {
  const within = stateDatabase(stateFolder)
  const underWay = new Map<string, RunView>()
  const asItIs = (run: RunView): RunView => underWay.get(run.id) ?? run
  const put = (run: RunView): void => {
    if (run.outcome === 'running') underWay.set(run.id, run)
    else underWay.delete(run.id)
    within((database) => {
      const text = JSON.stringify(run)
      database
        .prepare('INSERT OR REPLACE INTO runs (id, started_at, outcome, run) VALUES (?, ?, ?, ?)')
        .run(run.id, run.started_at, run.outcome, text)
      database
        .prepare('DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY started_at DESC, id DESC LIMIT ?)')
        .run(kept)
    })
  }
  return {
    put,
    advance: (run) => void underWay.set(run.id, run),
    underWay: () => [...underWay.values()],
    get: (id) =>
      underWay.get(id) ??
      within((database) => runsOf(database.prepare('SELECT run FROM runs WHERE id = ?').all(id))[0]),
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

function runsOf(rows: readonly Readonly<Record<string, unknown>>[]): readonly RunView[] {
  return rows.map(({ run }) => JSON.parse(String(run)) as RunView)
}
