import { randomUUID } from 'node:crypto'
import type { RunModel, RunView } from '../api/runs.ts'
import type { Context } from '../core/context.ts'
import type { MillEvent } from '../core/events.ts'
import type { ModelOutcome } from '../models/build.ts'
import type { BuildPlan } from '../models/plan.ts'
import { actionText } from '../models/why.ts'
import { faultOf } from './fault-of.ts'
import { cutShort, type RunBook } from './runs.ts'

/** What is to be known of a run before it has begun. */
export type RunBegun = Pick<RunView, 'kind' | 'subject' | 'by'>

/** A run that is under way: what it tells of itself is kept. */
export class RunReport {
  #run: RunView
  readonly #book: RunBook
  readonly #now: () => number

  /** It is written down as it begins. STATE_CORRUPT. */
  constructor(begun: RunBegun, book: RunBook, now: () => number) {
    const started_at = new Date(now()).toISOString()
    const open = { ended_at: null, outcome: 'running', doing: null, summary: null, error: null, models: [] } as const
    this.#run = { id: randomUUID(), ...begun, started_at, ...open, models: [] }
    this.#book = book
    this.#now = now
    book.put(this.#run)
  }

  get view(): RunView {
    return this.#run
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
        this.#set({ models: this.#with(model, { outcome: 'built', share: null, version, rows_added, rows_removed }) })
        return
      }
      case 'model.failed':
        this.#set({ models: this.#with(event.model, { outcome: 'failed', share: null }) })
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
    this.#set({ models })
  }

  built(outcomes: readonly ModelOutcome[]): void {
    this.#set({ models: outcomes.map(modelOf) })
  }

  /** It has come to its end by itself; `failed`: not with what was wanted. */
  done(summary: string, failed = false): RunView {
    const bad = failed || this.#run.models.some(({ outcome }) => outcome === 'failed' || outcome === 'blocked')
    return this.#end({ outcome: bad ? 'failed' : 'done', summary })
  }

  /** It was ended by an error, or because somebody wanted it. */
  ended(error: unknown, signal: AbortSignal): RunView {
    const models = this.#run.models.map(cutShort)
    return this.#end({ outcome: signal.aborted ? 'cancelled' : 'failed', error: faultOf(error), models })
  }

  #end(last: Partial<RunView>): RunView {
    this.#run = { ...this.#run, ...last, doing: null, ended_at: new Date(this.#now()).toISOString() }
    this.#book.put(this.#run)
    return this.#run
  }

  #set(next: Partial<RunView>): void {
    this.#run = { ...this.#run, ...next }
    this.#book.advance(this.#run)
  }

  #with(name: string, next: Partial<RunModel>): RunModel[] {
    return this.#run.models.map((each) => (each.model === name ? { ...each, ...next } : each))
  }
}

/** The context of work that tells a report what it does. */
export function reportedContext(context: Context, report: RunReport): Context {
  return {
    now: context.now,
    signal: context.signal,
    emit(event) {
      report.note(event)
      context.emit(event)
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
  work: (report: RunReport, own: Context) => Promise<{ readonly summary: string; readonly failed?: boolean }>,
): Promise<void> {
  const report = new RunReport(begun, book, context.now)
  try {
    const { summary, failed } = await work(report, reportedContext(context, report))
    report.done(summary, failed)
  } catch (error) {
    report.ended(error, context.signal)
    throw error
  }
}
