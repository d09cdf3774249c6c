import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { settle } from '../lake/settle.ts'
import { type Built, buildModel } from './build/build-model.ts'
import { type Done, runGraph } from './build/schedule.ts'
import type { BuildPlan, ModelStep } from './plan.ts'
import type { Site } from './site.ts'

/**
 * What became of a model.
 * - `current`: there was nothing to do.
 * - `blocked`: a check kept the new rows out.
 * - `skipped`: a model that it is made from could not be built.
 * But for `built` its table is as it was, or as the last commit of several left it.
 */
export type ModelOutcome = { readonly step: ModelStep } & (
  | { readonly outcome: 'built'; readonly built: Built; readonly elapsedMs: number }
  | { readonly outcome: 'current' }
  | { readonly outcome: 'failed' | 'blocked'; readonly error: MillraceError }
  | { readonly outcome: 'skipped'; readonly because: string }
)

/** Models that are built side by side. They share the engine's memory, and spill the sooner the more there are. */
const lanes = 2

/**
 * Carries a plan out, each model after those that it is made from. One that fails is told, and leaves what hangs on it as
 * it was; the rest goes on. Errors that are no model's fault, and the signal's reason, are thrown once all that was under
 * way has ended.
 */
export async function build(site: Site, plan: BuildPlan, context: Context): Promise<readonly ModelOutcome[]> {
  const tasks = plan.steps.map((step) => ({ name: step.model, after: step.after, step }))
  const done = await runGraph(tasks, lanes, ({ step }) => buildStep(site, step, context), context.signal)
  return tasks.map(({ name, step }) => outcomeOf(step, done.get(name) as Done<ModelOutcome>))
}

async function buildStep(site: Site, step: ModelStep, context: Context): Promise<ModelOutcome> {
  const { model, version } = step
  if (step.action === 'none') {
    // whoever built it may have been killed before it was there to stay
    if (version !== undefined) await settle(site.lake, { table: model, version }, context)
    return { step, outcome: 'current' }
  }
  const started = context.now()
  // to whoever watches it is the model that is written, not the engine
  const named: Context = {
    now: context.now,
    signal: context.signal,
    emit: (event) => context.emit(event.type === 'task.progress' ? { ...event, task: model } : event),
  }
  // of some queries the engine does not tell for long how far they are
  context.emit({ kind: 'pulse', type: 'task.progress', task: model, done: 0, unit: 'steps' })
  try {
    const built = await buildModel(site, step, named)
    const { rowsAdded, rowsRemoved } = built
    context.emit({ kind: 'fact', type: 'model.built', model, version: built.version, rowsAdded, rowsRemoved })
    return { step, outcome: 'built', built, elapsedMs: context.now() - started }
  } catch (thrown) {
    const error = isError(thrown, 'QUERY_FAILED') ? inFile(site, model, thrown) : thrown
    if (error instanceof MillraceError && !context.signal.aborted)
      context.emit({ kind: 'fact', type: 'model.failed', model, code: error.code, reason: error.message })
    throw error
  }
}

/** The engine knows a line of the query that it was given, which is not that of the model. */
function inFile({ graph }: Site, model: string, error: MillraceError): MillraceError {
  const reason = error.message.replace(/ \(line \d+\)$/, '')
  const fields = { reason: `${graph.byName.get(model)?.file ?? model}: ${reason}`, suggestion: error.hint }
  return new MillraceError('QUERY_FAILED', fields, error)
}

function outcomeOf(step: ModelStep, done: Done<ModelOutcome>): ModelOutcome {
  switch (done.kind) {
    case 'done':
      return done.result
    case 'skipped':
      return { step, outcome: 'skipped', because: done.because }
    case 'failed': {
      const { error } = done
      if (!(error instanceof MillraceError)) throw error
      const blocked = isError(error, 'CHECK_FAILED') || isError(error, 'CHECK_NOT_RUN')
      return { step, outcome: blocked ? 'blocked' : 'failed', error }
    }
    default:
      return done satisfies never
  }
}
