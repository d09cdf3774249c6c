import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import { build, type ModelOutcome } from '../models/build.ts'
import { readModels } from '../models/complete.ts'
import type { ModelGraph } from '../models/model.ts'
import { type BuildPlan, planBuild } from '../models/plan.ts'
import { selectModels, selectsChanged } from '../models/select.ts'
import type { Site } from '../models/site.ts'
import { readState } from '../models/state.ts'
import { freeze } from '../query/frozen.ts'
import { modelGround, openModels } from './models.ts'
import type { OpenProject } from './open.ts'
import { outcomesText, type RunBegun, reported } from './run-report.ts'

/** Which models, and whether what is current is made anew too. */
export interface ModelChoice {
  /** See `selectModels`. */
  readonly select?: readonly string[]
  readonly full?: boolean
}

/** The choice in words. */
export function subjectOf({ select = [], full = false }: ModelChoice): string {
  const models = select.length === 0 ? 'all models' : select.join(', ')
  return full ? `${models}, everything anew` : models
}

/** A plan, and the versions of all tables that it was decided on: it is carried out over the very same. */
export interface PlannedBuild {
  readonly site: Site
  readonly plan: BuildPlan
}

/**
 * What a build of the project's models would do; `graph` where they are bound already. See `openModels`, `selectModels` and
 * `planBuild` for the errors.
 */
export async function planModels(
  project: OpenProject,
  choice: ModelChoice,
  context: Context,
  graph?: ModelGraph,
): Promise<PlannedBuild> {
  // to whoever watches it is the plan that is made, not the engine's queries
  const named: Context = {
    now: context.now,
    signal: context.signal,
    emit: (event) => context.emit(event.type === 'task.progress' ? { ...event, task: 'planning models' } : event),
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await planOnce(project, choice, named, graph)
    } catch (error) {
      if (attempt === attempts || !isError(error, 'INPUT_BEHIND')) throw error
    }
  }
}

/** How often versions are taken again where a table moved on while they were. */
const attempts = 3

async function planOnce(
  project: OpenProject,
  { select = [], full = false }: ModelChoice,
  context: Context,
  graph: ModelGraph | undefined,
): Promise<PlannedBuild> {
  const site = readModels({ ...(await modelGround(project, context, graph)), frozen: freeze() })
  const changed = selectsChanged(select) ? await changedModels(site, context) : undefined
  const chosen = selectModels({ graph: site.graph, changed }, select)
  const plan = await planBuild(site, { select: new Set(chosen.map(({ name }) => name)), full }, context)
  return { site, plan }
}

/** Meets what is wrong with the models or with the choice before anything is done. See `openModels` and `selectModels`. */
export async function checkModels(project: OpenProject, { select = [] }: ModelChoice, context: Context): Promise<void> {
  selectModels({ graph: await openModels(project, context), changed: new Set() }, select)
}

/** Carries it out. See `build`. */
export function buildModels({ site, plan }: PlannedBuild, context: Context): Promise<readonly ModelOutcome[]> {
  return build(site, plan, context)
}

/** The same as a run that is written down. */
export async function runBuild(
  { runs }: Pick<OpenProject, 'runs'>,
  begun: Omit<RunBegun, 'kind'>,
  planned: PlannedBuild,
  context: Context,
): Promise<readonly ModelOutcome[]> {
  const { promise, resolve } = Promise.withResolvers<readonly ModelOutcome[]>()
  await reported(runs, { kind: 'build', ...begun }, context, async (report, own) => {
    report.planned(planned.plan)
    const outcomes = await buildModels(planned, own)
    report.built(outcomes)
    resolve(outcomes)
    return { summary: outcomesText(outcomes) }
  })
  return promise
}

/** The models that are not built as they are written now. */
async function changedModels(site: Site, context: Context): Promise<ReadonlySet<string>> {
  const changed = new Set<string>()
  for (const model of site.graph.order) {
    if (model.kind === 'view') continue
    const snapshot = await site.output(model, context)
    const state = snapshot && (await readState(site.lake, snapshot, context))
    if (state?.fingerprint !== model.fingerprint) changed.add(model.name)
  }
  return changed
}
