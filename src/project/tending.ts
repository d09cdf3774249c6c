import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { applyOptimize, planOptimize } from '../lake/optimize.ts'
import type { ModelOutcome } from '../models/build.ts'
import { buildModels, planModels, runBuild } from './building.ts'
import type { LiveProject } from './live.ts'

/** What is done beside the writing of streams, so that reading them stays cheap. */
export interface TendingPolicy {
  /** How often small files of streams' tables are looked for, and how many of one partition are put together at least. */
  readonly optimizeMs?: number
  readonly leastFiles?: number
  /** How often stale intervals and keys of models are built; 0: by nobody here. */
  readonly buildMs?: number
  /** Runs a build when nobody else writes. */
  readonly inTurn?: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** What could not be done: it is tried again when its time comes. */
  readonly onTrouble: (work: 'optimize' | 'build', name: string, error: unknown) => void
}

/** A flush leaves a file a partition; queries open each of them. */
const usual = { optimizeMs: 30_000, leastFiles: 16, buildMs: 300_000 }

/** Tends the tables of a project, one thing at a time, until it is disposed of. */
export function tend(live: LiveProject, given: TendingPolicy, context: Context): AsyncDisposable {
  const policy = { ...usual, ...given }
  const stop = new AbortController()
  const own: Context = { ...context, signal: stop.signal }
  const optimizing = every(policy.optimizeMs, stop.signal, () => optimizeStreams(live, policy, own))
  const building = policy.buildMs > 0 && every(policy.buildMs, stop.signal, () => buildStale(live, policy, own))
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new MillraceError('RUN_STOPPED', {}))
      await Promise.all([optimizing, building])
    },
  }
}

/** Does it again and again, with a pause after each time. */
async function every(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(ms, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await work()
  }
}

type Policy = TendingPolicy & typeof usual

async function optimizeStreams(live: LiveProject, { leastFiles, onTrouble }: Policy, context: Context): Promise<void> {
  const { lake } = live.project
  for (const table of live.streams.keys()) {
    if (context.signal.aborted) return
    try {
      const plan = await planOptimize(lake, table, {}, context)
      const bins = plan.bins.filter(({ paths }) => paths.length >= leastFiles)
      if (bins.length > 0) await applyOptimize(lake, { ...plan, bins }, context)
    } catch (error) {
      if (!context.signal.aborted) onTrouble('optimize', table, error)
    }
  }
}

/** A run is told of where there was something to do. */
async function buildNow(
  { project }: LiveProject,
  select: readonly string[],
  context: Context,
): Promise<readonly ModelOutcome[]> {
  context.signal.throwIfAborted()
  const planned = await planModels(project, { select }, context)
  if (planned.plan.steps.every(({ action }) => action === 'none')) return buildModels(planned, context)
  return runBuild(project, { subject: 'what was stale', by: 'the server' }, planned, context)
}

/**
 * Builds what of incremental and merge models is stale by commits: queries have it all before, and have less to compute
 * then. A `table` is made anew when somebody asks for it.
 */
async function buildStale(
  live: LiveProject,
  { onTrouble, inTurn = (work) => work() }: Policy,
  context: Context,
): Promise<void> {
  try {
    const { order } = await live.models(context)
    const select = order.filter(({ kind }) => kind === 'incremental' || kind === 'merge').map(({ name }) => name)
    if (select.length === 0) return
    const built = await inTurn(() => buildNow(live, select, context))
    for (const done of built)
      if (done.outcome === 'failed' || done.outcome === 'blocked') onTrouble('build', done.step.model, done.error)
  } catch (error) {
    // what somebody has cancelled is tried again in its time
    if (!context.signal.aborted && !isError(error, 'RUN_CANCELLED'))
      onTrouble('build', live.project.settings.name, error)
  }
}
