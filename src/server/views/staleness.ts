import type { ModelStaleness, StalenessAnswer } from '../../api/staleness.ts'
import type { Context } from '../../core/context.ts'
import { Flights } from '../../dashboards/flights.ts'
import { committedAt } from '../../lake/history.ts'
import type { ModelGraph } from '../../models/model.ts'
import { onTheSpotBytes } from '../../models/model-catalog.ts'
import type { ModelStep } from '../../models/plan.ts'
import type { Reason } from '../../models/site.ts'
import { whyTexts } from '../../models/why.ts'
import { planModels } from '../../project/building.ts'
import type { FailingBuild } from '../../project/failing-builds.ts'
import type { LiveProject } from '../../project/live.ts'
import { type Grant, tablesOf } from '../access.ts'
import { failingView } from './failing-builds.ts'
import { type Allowed, isAllowed, timeOf } from './tables.ts'

/** Rests between looks, in times of how long the last one took: however many ask, the server has time for others. */
const restTimes = 1

interface Look {
  readonly at: string
  readonly models: readonly Known[]
  readonly failing: ReadonlyMap<string, FailingBuild>
}

type Known = Omit<ModelStaleness, 'failing'>

/** How stale the models are that may be seen: one look for all who ask meanwhile. The codes of `planModels`. */
export function stalenessView(live: LiveProject): (grant: Grant, context: Context) => Promise<StalenessAnswer> {
  const flights = new Flights<Look>()
  const look = async (context: Context) => {
    const beganMs = performance.now()
    const models = await stalenessOf(live, context)
    const built = models.filter(({ state }) => state !== 'view').map(({ model }) => model)
    const result = { at: timeOf(context.now()), models, failing: live.failingBuilds(built) }
    return { result, restMs: (performance.now() - beganMs) * restTimes }
  }
  return async (grant, context) => {
    const { at, models, failing } = await flights.join('all', look, context)
    const told = models.flatMap((each) => seen(each, tablesOf(grant)))
    const failingOf = (model: string) => {
      const found = failing.get(model)
      return found ? failingView(found, grant) : null
    }
    return { at, models: told.map((each) => ({ ...each, failing: failingOf(each.model) })) }
  }
}

/** What is told of a model names what it is made from. */
function seen(model: Known, allowed: Allowed): readonly Known[] {
  if (allowed === 'all') return [model]
  if (!isAllowed(allowed, model.model)) return []
  return [{ ...model, why: [], stale_inputs: model.stale_inputs.filter((name) => isAllowed(allowed, name)) }]
}

async function stalenessOf(live: LiveProject, context: Context): Promise<Known[]> {
  const graph = await live.models(context)
  const { plan } = await planModels(live.project, {}, context, graph)
  const steps = new Map(plan.steps.map((step) => [step.model, step]))
  const waiting = new Map(live.states().map((state) => [state.stream, Number(state.waiting)]))
  const known = new Map<string, Known>()
  for (const model of graph.order) {
    const reached = reachedFrom(graph, model.name)
    const below = [...reached].flatMap((name) => known.get(name) ?? [])
    const facts = {
      model: model.name,
      waiting: [...reached].reduce((sum, name) => sum + (waiting.get(name) ?? 0), 0),
      stale_inputs: below
        .filter(({ state, answers }) => state === 'stale' && answers === 'last_build')
        .map((each) => each.model),
    }
    const step = steps.get(model.name)
    known.set(model.name, step ? { ...facts, ...(await storedOf(live, step, context)) } : { ...facts, ...ofView })
  }
  return [...known.values()]
}

const nothing = { files: 0, rows: 0, bytes: 0 }

const ofView = {
  state: 'view',
  answers: 'live',
  action: 'none',
  intervals: null,
  keys: null,
  why: [] as string[],
  behind: null,
  reads: nothing,
  rewrites: nothing,
} as const

type Stored = Omit<Known, 'model' | 'waiting' | 'stale_inputs'>

async function storedOf(live: LiveProject, step: ModelStep, context: Context): Promise<Stored> {
  const { model, kind, action, labels, keys, reasons, reads, rewrites } = step
  const state = action === 'create' ? 'unbuilt' : action === 'none' ? 'current' : 'stale'
  // a query computes what is stale of the others, as far as that is not too much
  const isLive = state === 'unbuilt' || (kind !== 'table' && reads.bytes <= onTheSpotBytes)
  const [first = null, last = null] = [labels?.[0], labels?.at(-1)]
  return {
    state,
    answers: isLive ? 'live' : 'last_build',
    action,
    intervals: labels ? { count: labels.length, first, last } : null,
    keys: keys?.count ?? null,
    why: [...whyTexts(model, reasons)],
    behind: state === 'stale' ? await behindOf(live, reasons, context) : null,
    reads: { ...reads },
    rewrites: { ...rewrites },
  }
}

async function behindOf(live: LiveProject, reasons: readonly Reason[], context: Context): Promise<Stored['behind']> {
  const unread = reasons.filter(({ why }) => why === 'commits' || why === 'dimension')
  const times: number[] = []
  for (const { input, from = -1 } of unread) {
    const { lake, table } = await live.project.table(input, context)
    const atMs = await committedAt(lake, table, from + 1, context)
    if (atMs !== undefined) times.push(atMs)
  }
  return {
    commits: unread.reduce((sum, { commits = 0 }) => sum + commits, 0),
    rows: unread.reduce((sum, { rows = 0 }) => sum + rows, 0),
    since: times.length > 0 ? timeOf(Math.min(...times)) : null,
  }
}

/** What a model is made from, through others too. */
function reachedFrom(
  { byName }: Pick<ModelGraph, 'byName'>,
  name: string,
  reached = new Set<string>(),
): ReadonlySet<string> {
  for (const input of byName.get(name)?.inputs ?? []) {
    if (reached.has(input)) continue
    reached.add(input)
    reachedFrom({ byName }, input, reached)
  }
  return reached
}
