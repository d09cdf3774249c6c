import type { RunsAnswer, RunView } from '../api/runs.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { selectModels } from '../models/select.ts'
import { buildModels, checkModels, type ModelChoice, planModels, subjectOf } from '../project/building.ts'
import type { LiveProject } from '../project/live.ts'
import { type Came, outcomesText, type RunBegun, RunReport, reportedContext } from '../project/run-report.ts'
import type { RunBook } from '../project/runs.ts'
import { cameOf, runTests, testsOf } from '../project/testing.ts'

/** Builds and tests that are asked for by HTTP, and all runs of the project. */
export interface Builds {
  /** Begins a build. RUN_BUSY while another run is under way; the codes of `checkModels` before anything is begun. */
  start(choice: ModelChoice, by: string, context: Context): Promise<RunView>
  /** Begins the tests of models. RUN_BUSY; the codes of `openModels` and `selectModels` before anything is begun. */
  test(select: readonly string[], by: string, context: Context): Promise<RunView>
  /** Resolves when a run of this server has ended. RUN_UNKNOWN. */
  ended(id: string, context: Context): Promise<RunView>
  /** Ends one at its next safe point; what has ended stays as it is. RUN_UNKNOWN. */
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

interface UnderWay {
  readonly report: RunReport
  readonly stop: AbortController
  readonly done: Promise<RunView>
}

/** Until it is disposed of: what is under way is cancelled then, and waited for. */
export function openBuilds(
  live: LiveProject,
  { inTurn = (work) => work() }: BuildsOptions,
  context: Pick<Context, 'now' | 'emit'>,
): Builds & AsyncDisposable {
  const book = live.project.runs
  book.settle()
  let current: UnderWay | undefined
  let isClosed = false
  const assertFree = (): void => {
    if (isClosed) throw new MillraceError('SERVER_STOPPING', {})
    if (!current) return
    const { id, subject } = current.report.view
    throw new MillraceError('RUN_BUSY', { run: id, subject })
  }
  const begin = (begun: RunBegun, work: (report: RunReport, within: Context) => Promise<Came>): RunView => {
    const stop = new AbortController()
    const report = new RunReport(begun, book, context.now)
    const done = work(report, reportedContext({ ...context, signal: stop.signal }, report))
      .then((came) => report.done(came))
      .catch((error: unknown) => report.ended(error, stop.signal))
      .finally(() => {
        current = undefined
      })
    // whoever waits for it is told; nobody has to
    done.catch(() => undefined)
    current = { report, stop, done }
    return report.view
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
      if (current?.report.view.id !== id) return known(book, id)
      const gone = Promise.withResolvers<never>()
      const leave = () => gone.reject(signal.reason)
      signal.addEventListener('abort', leave, { once: true })
      try {
        return await Promise.race([current.done, gone.promise])
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
    async cancel(id) {
      if (current?.report.view.id !== id) {
        const other = known(book, id)
        if (other.outcome !== 'running') return other
        throw new MillraceError('RUN_ELSEWHERE', { subject: other.subject })
      }
      current.stop.abort(new MillraceError('RUN_CANCELLED', {}))
      return current.done
    },
    list({ limit, after }) {
      const runs = book.list({ limit: limit + 1, after })
      return { runs: runs.slice(0, limit), next: runs.length > limit ? (runs[limit - 1]?.id ?? null) : null }
    },
    get: (id) => known(book, id),
    underWay: () => book.underWay(),
    async [Symbol.asyncDispose]() {
      isClosed = true
      current?.stop.abort(new MillraceError('RUN_STOPPED', {}))
      await current?.done.catch(() => undefined)
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

function known(book: RunBook, id: string): RunView {
  const run = book.get(id)
  if (run) return run
  throw new MillraceError('RUN_UNKNOWN', { run: id.slice(0, 100) })
}
