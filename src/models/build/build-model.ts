import type { Context } from '../../core/context.ts'
import { isError } from '../../core/errors.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { sql } from '../../sql/text.ts'
import { bucketText, type Label, labelOf, sortLabels } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import type { ModelStep } from '../plan.ts'
import type { Site } from '../site.ts'
import { commitRows, type Deed } from './commit-rows.ts'
import { bucketOf } from './intervals-where.ts'
import { portionsOf, smallerPortions } from './portions.ts'

/** What a build has done to a model's table. */
export interface Built {
  readonly version: number
  readonly commits: number
  readonly rowsAdded: number
  readonly rowsRemoved: number
}

/**
 * Carries out one step of a plan: one commit, or several where that would write to too many partitions; each leaves the
 * table whole, and says what remains. MODEL_OUTPUT_CHANGED where somebody else has written to the table since the plan;
 * CHECK_FAILED, CHECK_NOT_RUN, INTEGER_OVERFLOW; see `stage` and `commit` for the other errors.
 */
export async function buildModel(site: Site, step: ModelStep, context: Context): Promise<Built> {
  const model = site.graph.byName.get(step.model) as BoundModel
  switch (step.action) {
    case 'create':
    case 'rebuild':
      return buildAll(site, model, step, context)
    case 'intervals':
      return buildPortions(site, model, step, portionsOf(step.labels ?? [], model.partition.length > 0), context)
    case 'keys': {
      const deed: Deed = { part: { kind: 'keys', keys: step.keys?.rows as Relation }, whole: false, remaining: [] }
      return sumOf([await commitRows(site, model, step.version, deed, context)])
    }
    case 'none':
      return { version: step.version ?? 0, commits: 0, rowsAdded: 0, rowsRemoved: 0 }
    default:
      return step.action satisfies never
  }
}

async function buildAll(site: Site, model: BoundModel, step: ModelStep, context: Context): Promise<Built> {
  try {
    const deed: Deed = { part: { kind: 'all' }, whole: true, remaining: [] }
    return sumOf([await commitRows(site, model, step.version, deed, context)])
  } catch (error) {
    if (model.kind !== 'incremental' || !isError(error, 'TOO_MANY_PARTITIONS')) throw error
    const labels = await labelsOf(site, model, context)
    const portions = portionsOf(labels, true)
    // no more than it took at once: the same again
    const smaller = portions.length > 1 ? portions : smallerPortions(labels, error)
    if (!smaller) throw error
    return buildPortions(site, model, step, smaller, context)
  }
}

/** One commit a portion. Where everything is to be replaced, the first commit takes out all that is there. */
async function buildPortions(
  site: Site,
  model: BoundModel,
  step: ModelStep,
  portions: readonly (readonly Label[])[],
  context: Context,
): Promise<Built> {
  const queue = [...portions]
  const done: Committed[] = []
  for (let portion = queue.shift(); portion; portion = queue.shift()) {
    const whole = done.length === 0 && step.action !== 'intervals'
    const deed: Deed = { part: { kind: 'labels', labels: portion }, whole, remaining: queue.flat() }
    try {
      const version = done.at(-1)?.snapshot.version ?? step.version
      done.push(await commitRows(site, model, version, deed, context))
    } catch (error) {
      const smaller = smallerPortions(portion, error)
      if (!smaller) throw error
      queue.unshift(...smaller)
    }
  }
  return sumOf(done)
}

type Committed = Awaited<ReturnType<typeof commitRows>>

function sumOf(done: readonly Committed[]): Built {
  return {
    version: done.at(-1)?.snapshot.version ?? 0,
    commits: done.length,
    rowsAdded: done.reduce((sum, { rowsAdded }) => sum + rowsAdded, 0),
    rowsRemoved: done.reduce((sum, { rowsRemoved }) => sum + rowsRemoved, 0),
  }
}

/** Every interval that the model has rows in. */
async function labelsOf(site: Site, model: BoundModel, context: Context): Promise<readonly Label[]> {
  const rows = await site.select(model, { kind: 'all' }, context)
  const text = sql`SELECT DISTINCT ${bucketText(bucketOf(model, site.timezone))} FROM model_rows`.text
  const found = await collect(await site.lake.engine.run({ sql: text, from: { model_rows: rows } }, context))
  return sortLabels(found.map(([bucket]) => labelOf(bucket as string | null, model.grain ?? 'day')))
}
