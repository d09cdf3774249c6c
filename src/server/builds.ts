import type { RunsAnswer, RunView } from '../api/runs.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { selectModels } from '../models/select.ts'
import { buildModels, checkModels, type ModelChoice, planModels, subjectOf } from '../project/building.ts'
import type { LiveProject } from '../project/live.ts'
import { type Came, outcomesText, type RunBegun, RunReport, reportedContext } from '../project/run-report.ts'
import type { RunRecord } from '../project/runs.ts'
import { cameOf, runTests, testsOf } from '../project/testing.ts'

/** Builds and tests that are asked for by HTTP, and all runs of the project. */
export interface Builds {
  /** Begins a build. RUN_BUSY while another run is under way; the codes of `checkModels` before anything is begun. */
  start(choice: ModelChoice, by: string, context: Context): Promise<RunView>
  /** Begins the tests of models. RUN_BUSY; the codes of `openModels` and `selectModels` before anything is begun. */
  test(select: readonly string[], by: string, context: Context): Promise<RunView>
  /** Resolves when a run of this process has ended. RUN_UNKNOWN. */
  ended(id: string, context: Context): Promise<RunView>
  /**
   * Ends one of this process, whoever began it, at its next safe point; what has ended stays as it is. RUN_ELSEWHERE,
   * RUN_UNKNOWN, STATE_CORRUPT where its end cannot be written down.
   */
  cancel(id: string): Promise<RunView>
  list(asked: { readonly limit: number; readonly after?: string | undefined }): RunsAnswer
  /** RUN_UNKNOWN. */
  get(id: string): RunView
  /** The runs of this process that have not ended, whoever began them. */
  underWay(): readonly RunView[]
}

export interface BuildsOptions {
  /** Runs one when nobody else writes. */
  readonly inTurn?: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** Until it is disposed of: what is under way is cancelled then, and waited for. */
export function openBuilds(
  live: LiveProject,
  { inTurn = (work) => work() }: BuildsOptions,
  context: Pick<Context, 'now' | 'emit'>,
): Builds & AsyncDisposable {
  const book = live.project.runs
  book.settle()
  const stop = new AbortController()
  /** The last that was begun here. */
  let last: RunReport | undefined
  const assertFree = (): void => {
    if (stop.signal.aborted) throw new MillraceError('SERVER_STOPPING', {})
    if (last?.view.outcome !== 'running') return
    const { id, subject } = last.view
    throw new MillraceError('RUN_BUSY', { run: id, subject })
  }
  const viewOf = (run: RunRecord): RunView => ({ ...run, cancellable: book.underWay.has(run.id) })
  const known = (id: string): RunView => {
    const run = book.get(id)
    if (run) return viewOf(run)
    throw new MillraceError('RUN_UNKNOWN', { run: id.slice(0, 100) })
  }
  const begin = (begun: RunBegun, work: (report: RunReport, within: Context) => Promise<Came>): RunView => {
    const report = new RunReport(begun, book, { now: context.now, signal: stop.signal })
    last = report
    work(report, reportedContext(context, report))
      .then((came) => report.done(came))
      .catch((error: unknown) => report.ended(error))
      // where its end cannot be written down, whoever asks for the run is told
      .catch(() => undefined)
    return viewOf(report.view)
  }
  return {
    async start(choice, by, own) {
      assertFree()
      // what is wrong with the choice is told to whoever asks, and is no run
      await checkModels(live.project, choice, own)
      assertFree()
      return begin({ kind: 'build', subject: subjectOf(choice), by }, (report, within) =>
        inTurn(() => carryOut(live, choice, report, within)),
      )
    },
    async test(select, by, own) {
      assertFree()
      selectModels({ graph: await live.models(own) }, select)
      assertFree()
      // nothing is written: it need not wait for its turn
      return begin({ kind: 'test', subject: testsOf(select), by }, async (report, within) =>
        cameOf(await runTests(live.project, { graph: await live.models(within), select, report }, within)),
      )
    },
    async ended(id, { signal }) {
      const run = book.underWay.get(id)
      if (!run) return known(id)
      const gone = Promise.withResolvers<never>()
      const leave = () => gone.reject(signal.reason)
      signal.addEventListener('abort', leave, { once: true })
      try {
        await Promise.race([run.over, gone.promise])
        return known(id)
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
    async cancel(id) {
      const run = book.underWay.get(id)
      run?.cancel()
      await run?.over
      const found = known(id)
      if (found.outcome === 'running') throw new MillraceError('RUN_ELSEWHERE', { subject: found.subject })
      return found
    },
    list({ limit, after }) {
      const runs = book.list({ limit: limit + 1, after }).map(viewOf)
      return { runs: runs.slice(0, limit), next: runs.length > limit ? (runs[limit - 1]?.id ?? null) : null }
    },
    get: known,
    underWay: () => [...book.underWay.values()].map(({ view }) => viewOf(view)),
    async [Symbol.asyncDispose]() {
      stop.abort(new MillraceError('RUN_STOPPED', {}))
      await last?.over
    },
  }
}

async function carryOut(live: LiveProject, choice: ModelChoice, report: RunReport, context: Context): Promise<Came> {
  context.signal.throwIfAborted()
  // what was acknowledged before is in what is built
  await live.flush()
  const planned = await planModels(live.project, choice, context, await live.models(context))
  report.planned(planned.plan)
  const outcomes = await buildModels(planned, context)
  report.built(outcomes)
  return { summary: outcomesText(outcomes) }
}
