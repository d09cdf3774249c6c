import type { RunTold } from '../api/changes.ts'
import type { RunModel, RunView } from '../api/runs.ts'
import { isError } from '../core/errors.ts'
import type { Builds } from './builds.ts'

/** Runs that are looked at for those that others have begun: so many may begin between two looks. */
const newest = 20

/** What is told of runs: those that have begun, gone on or ended since the last look. */
export class RunNews {
  readonly #builds: () => Pick<Builds, 'underWay' | 'list' | 'get'>
  #told: ReadonlyMap<string, RunTold> = new Map()

  /** They may be there later. */
  constructor(builds: () => Pick<Builds, 'underWay' | 'list' | 'get'>) {
    this.#builds = builds
  }

  /** Those that had not ended when they were last looked at. */
  get running(): readonly RunTold[] {
    return [...this.#told.values()].filter(({ outcome }) => outcome === 'running')
  }

  /** As it is now is no news. STATE_CORRUPT. */
  begin(): readonly RunTold[] {
    this.#told = new Map()
    return this.next(true)
  }

  /** `all`: also what is written down, where other processes tell of their runs. STATE_CORRUPT. */
  next(all: boolean): readonly RunTold[] {
    const builds = this.#builds()
    const found = new Map<string, RunView>(all ? builds.list({ limit: newest }).runs.map((run) => [run.id, run]) : [])
    for (const run of builds.underWay()) found.set(run.id, run)
    for (const { id, outcome } of this.#told.values())
      if (outcome === 'running' && !found.has(id)) for (const run of known(builds, id)) found.set(id, run)
    const now = new Map([...found.values()].map((run) => [run.id, toldOf(run)]))
    const moved = [...now.values()].filter((told) => !isSame(told, this.#told.get(told.id)))
    // what is not looked at now is news again only when it is otherwise
    this.#told = all ? now : new Map([...this.#told, ...now])
    return moved
  }
}

/** It may be forgotten. */
function known(builds: Pick<Builds, 'get'>, id: string): readonly RunView[] {
  try {
    return [builds.get(id)]
  } catch (error) {
    if (isError(error, 'RUN_UNKNOWN')) return []
    throw error
  }
}

function toldOf({ models, ...run }: RunView): RunTold {
  const { id, kind, subject, by, started_at, ended_at, outcome, doing, summary } = run
  const known = { id, kind, subject, by, started_at, ended_at, outcome, doing, summary }
  return { ...known, share: models.length === 0 ? null : shareOf(models) }
}

function shareOf(models: readonly RunModel[]): number {
  const done = models.map(({ outcome, share }) =>
    outcome === 'waiting' ? 0 : outcome === 'running' ? (share ?? 0) : 1,
  )
  const share = done.reduce((sum: number, each) => sum + each, 0) / models.length
  return Math.floor(share * 1000) / 1000
}

function isSame(told: RunTold, before: RunTold | undefined): boolean {
  return JSON.stringify(told) === JSON.stringify(before)
}
