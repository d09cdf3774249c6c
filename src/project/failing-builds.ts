import type { RunModel } from '../api/runs.ts'
import { isError } from '../core/errors.ts'
import type { RunBook, RunRecord } from './runs.ts'

/** A model whose last build has failed. */
export interface FailingBuild {
  readonly model: string
  /** `blocked`: a check has kept the new rows out. */
  readonly outcome: 'failed' | 'blocked'
  /** When the first of the builds was begun that have failed one after another. */
  readonly since: string
  /** The last of them. */
  readonly run: string
  /** Null while that run goes on. */
  readonly error: RunModel['error']
}

/** Which of some models could not be built when that was last tried; of runs, the newest first. */
export function failingBuilds(
  runs: Iterable<Pick<RunRecord, 'id' | 'kind' | 'started_at' | 'models'>>,
  models: Iterable<string>,
): ReadonlyMap<string, FailingBuild> {
  const open = new Set(models)
  const failing = new Map<string, FailingBuild>()
  for (const { id: run, kind, started_at: since, models: tried } of runs) {
    if (kind === 'test') continue
    for (const { model, outcome, error } of tried) {
      if (!open.has(model)) continue
      if (outcome === 'built' || outcome === 'current') open.delete(model)
      else if (outcome === 'failed' || outcome === 'blocked')
        failing.set(model, { model, outcome, run, error, ...failing.get(model), since })
    }
    if (open.size === 0) break
  }
  return failing
}

/** Viewers ask every few seconds, each for itself. */
const keptMs = 1_000

/** The same of a project, for whoever asks often: up to a second old, and of one moment for all who ask. */
export function keptFailingBuilds(
  book: Pick<RunBook, 'list'>,
): (models: readonly string[]) => ReadonlyMap<string, FailingBuild> {
  let atMs = Number.NEGATIVE_INFINITY
  const kept = new Map<string, ReadonlyMap<string, FailingBuild>>()
  return (models) => {
    if (performance.now() - atMs > keptMs) {
      atMs = performance.now()
      kept.clear()
    }
    const key = models.join()
    const failing = kept.get(key) ?? failingIn(book, models)
    kept.set(key, failing)
    return failing
  }
}

/** Of the runs of a project. */
function failingIn(book: Pick<RunBook, 'list'>, models: readonly string[]): ReadonlyMap<string, FailingBuild> {
  try {
    return failingBuilds(newestFirst(book), models)
  } catch (error) {
    // what is wrong with the state is told where runs are asked for
    if (isError(error, 'STATE_CORRUPT')) return new Map()
    throw error
  }
}

const atOnce = 50

/** All runs that are remembered, as far as somebody reads on. */
function* newestFirst(book: Pick<RunBook, 'list'>): Generator<RunRecord> {
  let after: string | undefined
  do {
    const runs = book.list({ limit: atOnce, after })
    yield* runs
    after = runs.length < atOnce ? undefined : runs.at(-1)?.id
  } while (after !== undefined)
}
