import { randomUUID } from 'node:crypto'
import type { RunModel } from '../api/runs.ts'
import type { TestResult } from '../api/tests.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { MillEvent } from '../core/events.ts'
import type { ModelOutcome } from '../models/build.ts'
import type { BuildPlan } from '../models/plan.ts'
import { actionText } from '../models/why.ts'
import { faultOf } from './fault-of.ts'
import { cutShort, type RunBook, type RunRecord, type RunUnderWay } from './runs.ts'

/** What is to be known of a run before it has begun. */
export type RunBegun = Pick<RunRecord, 'kind' | 'subject' | 'by'>

/** What came of a run that has come to its end by itself; `failed`: not what was wanted. */
export interface Came {
  readonly summary: string
  readonly failed?: boolean
}

/** A run that is under way: what it tells of itself is kept. */
export class RunReport implements RunUnderWay {
  #run: RunRecord
  readonly #book: RunBook
  readonly #now: () => number
  readonly #stop = new AbortController()
  readonly #over = Promise.withResolvers<void>()
  /** Aborted when it is to end before its time: by `cancel`, or by whoever began it. */
  readonly signal: AbortSignal

  /** It is written down as it begins. STATE_CORRUPT. */
  constructor(begun: RunBegun, book: RunBook, { now, signal }: Pick<Context, 'now' | 'signal'>) {
    const started_at = new Date(now()).toISOString()
    const open = { ended_at: null, outcome: 'running', doing: null, summary: null, error: null, models: [] } as const
    this.#run = { id: randomUUID(), ...begun, started_at, ...open, models: [] }
    this.#book = book
    this.#now = now
    this.signal = AbortSignal.any([signal, this.#stop.signal])
    book.begin(this)
  }

  get view(): RunRecord {
    return this.#run
  }

  get over(): Promise<void> {
    return this.#over.promise
  }

  cancel(): void {
    this.#stop.abort(new MillraceError('RUN_CANCELLED', {}))
  }

  /** What of what happens is about the run. */
  note(event: MillEvent): void {
    switch (event.type) {
      case 'task.progress': {
        const { task, done, total } = event
        const share = total ? Math.min(1, done / total) : null
        const isModel = this.#run.models.some(({ model }) => model === task)
        this.#set({ doing: task, ...(isModel && { models: this.#with(task, { outcome: 'running', share }) }) })
        return
      }
      case 'model.built': {
        const { model, version, rowsAdded: rows_added, rowsRemoved: rows_removed } = event
        this.#keep({ models: this.#with(model, { outcome: 'built', share: null, version, rows_added, rows_removed }) })
        return
      }
      case 'model.failed':
        this.#keep({ models: this.#with(event.model, { outcome: 'failed', share: null }) })
    }
  }

  planned({ steps }: BuildPlan): void {
    const models = steps.map(
      (step): RunModel => ({
        ...noModel(step.model),
        outcome: step.action === 'none' ? 'current' : 'waiting',
        action: step.action === 'none' ? null : actionText(step),
        version: step.version ?? null,
      }),
    )
    this.#keep({ models })
  }

  built(outcomes: readonly ModelOutcome[]): void {
    this.#set({ models: outcomes.map(modelOf) })
  }

  /** The models whose tests are run. */
  testing(models: readonly string[]): void {
    this.#keep({ models: models.map((model) => ({ ...noModel(model), outcome: 'waiting' })) })
  }

  /** What came of the tests of a model, as far as they have ended; `all`: how many there are. */
  tested(model: string, results: readonly Pick<TestResult, 'outcome' | 'elapsed_ms'>[], all: number): void {
    const failed = results.filter(({ outcome }) => outcome !== 'passed').length
    const elapsed_ms = results.reduce((sum, each) => sum + each.elapsed_ms, 0)
    const hint = 'its tests show the rows that differ, as `millrace test` does'
    const message = `${failed} of ${all} tests failed`
    const error = failed > 0 ? { code: 'TEST_FAILED', message, hint } : null
    const isOver = results.length === all
    const end = { outcome: failed > 0 ? 'failed' : 'passed', share: null, elapsed_ms } as const
    this.#set({ models: this.#with(model, { error, ...(isOver && end) }) })
  }

  done({ summary, failed = false }: Came): void {
    const bad = failed || this.#run.models.some(({ outcome }) => outcome === 'failed' || outcome === 'blocked')
    this.#end({ outcome: bad ? 'failed' : 'done', summary })
  }

  /** It was ended by an error, or because somebody wanted it. */
  ended(error: unknown): void {
    const models = this.#run.models.map((model) => cutShort(model, 'cancelled'))
    this.#end({ outcome: this.signal.aborted ? 'cancelled' : 'failed', error: faultOf(error), models })
  }

  #end(last: Partial<RunRecord>): void {
    this.#set({ ...last, doing: null, ended_at: new Date(this.#now()).toISOString() })
    try {
      this.#book.put(this.#run)
    } finally {
      this.#over.resolve()
    }
  }

  #set(next: Partial<RunRecord>): void {
    this.#run = { ...this.#run, ...next }
  }

  /** Known also after a kill. Where it cannot be written down the run goes on: its end says it all again. */
  #keep(next: Partial<RunRecord>): void {
    this.#set(next)
    try {
      this.#book.put(this.#run)
    } catch (error) {
      if (!isError(error, 'STATE_CORRUPT')) throw error
    }
  }

  #with(name: string, next: Partial<RunModel>): RunModel[] {
    return this.#run.models.map((each) => (each.model === name ? { ...each, ...next } : each))
  }
}

/** The context of work that tells a report what it does, and ends when its run is to. */
export function reportedContext({ now, emit }: Pick<Context, 'now' | 'emit'>, report: RunReport): Context {
  return {
    now,
    signal: report.signal,
    emit(event) {
      report.note(event)
      emit(event)
    },
  }
}

/** Who begins what a command line runs. */
export const commandLine = 'a command line'

/** What became of models, in words: `2 built, 1 current`. */
export function outcomesText(outcomes: readonly ModelOutcome[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'no models'
}

function noModel(model: string): Omit<RunModel, 'outcome'> {
  const none = { action: null, share: null, version: null, rows_added: null, rows_removed: null }
  return { model, ...none, elapsed_ms: null, error: null }
}

function modelOf(done: ModelOutcome): RunModel {
  const { step, outcome } = done
  const action = step.action === 'none' ? null : actionText(step)
  const known = { ...noModel(step.model), outcome, action, version: step.version ?? null }
  switch (done.outcome) {
    case 'built': {
      const { version, rowsAdded: rows_added, rowsRemoved: rows_removed } = done.built
      return { ...known, version, rows_added, rows_removed, elapsed_ms: Math.round(done.elapsedMs) }
    }
    case 'failed':
    case 'blocked':
      return { ...known, error: faultOf(done.error) }
    case 'skipped': {
      const hint = 'see what is said of that one'
      return { ...known, error: { code: 'SKIPPED', message: `${done.because} could not be built`, hint } }
    }
    case 'current':
      return known
    default:
      return done satisfies never
  }
}

/** Work of which a run is written down: what it does tells the report what came of it, and answers in words. */
export async function reported(
  book: RunBook,
  begun: RunBegun,
  context: Context,
  work: (report: RunReport, own: Context) => Promise<Came>,
): Promise<void> {
  const report = new RunReport(begun, book, context)
  try {
    report.done(await work(report, reportedContext(context, report)))
  } catch (error) {
    report.ended(error)
    throw error
  }
}
