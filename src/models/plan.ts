import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Relation } from '../engines/relation.ts'
import type { AddFile } from '../lake/actions.ts'
import { recordsIn } from '../lake/records.ts'
import { fileTest } from '../lake/skipping.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import { columnsDiffer } from './build/columns-differ.ts'
import { intervalsWhere } from './build/intervals-where.ts'
import { storedBefore, storedInputs } from './build/stored-inputs.ts'
import type { Label } from './intervals.ts'
import type { BoundModel, ModelKind } from './model.ts'
import { leavesOf } from './reading/leaves.ts'
import type { Part, Reason, Site, Stale } from './site.ts'
import { buildApp } from './state.ts'

/** What would be read, or written anew. */
export interface Cost {
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

/**
 * What is to be done to one model.
 * - `none`: it is current.
 * - `create`, `rebuild`: the whole SELECT, into a new table or in the place of all that is there.
 * - `intervals`, `keys`: what is stale of it.
 */
export type Action = 'none' | 'create' | 'rebuild' | 'intervals' | 'keys'

export interface ModelStep {
  readonly model: string
  readonly kind: Exclude<ModelKind, 'view'>
  readonly action: Action
  /** Of `intervals`: which. */
  readonly labels?: readonly Label[]
  /** Of `keys`: which, and how many. */
  readonly keys?: { readonly rows: Relation; readonly count: number }
  /** Everything is asked for, stale or not. */
  readonly full: boolean
  readonly reasons: readonly Reason[]
  /** Models that are built before, if they are part of the plan. */
  readonly after: readonly string[]
  /** The version of its table that this was decided on; undefined where there is none yet. */
  readonly version?: number
  /** Files of its inputs that are opened. */
  readonly reads: Cost
  /** Files of its table that are replaced. */
  readonly rewrites: Cost
}

/** What a build would do, in an order in which it can be done. Exactly that is done. */
export interface BuildPlan {
  readonly steps: readonly ModelStep[]
}

export interface PlanOptions {
  /** Names of models; without it all of them. */
  readonly select?: ReadonlySet<string>
  /** Everything anew, whether stale or not. */
  readonly full?: boolean
}

/** Looks at every selected model that is stored; nothing is changed. MODEL_TABLE_TAKEN, and what `staleOf` throws. */
export async function planBuild(site: Site, options: PlanOptions, context: Context): Promise<BuildPlan> {
  const steps: ModelStep[] = []
  // models of which more is made anew than what reads them knows of: a `table` is to them what it was when it was built
  const remade = new Set<string>()
  for (const model of site.graph.order) {
    const { kind, name } = model
    if (kind === 'view' || options.select?.has(name) === false) continue
    const upstream = model.onDimensionChange === 'rebuild' ? storedInputs(site.graph, model) : []
    const from = upstream.filter((input) => remade.has(input))
    const step = await planModel(site, { ...model, kind }, { full: options.full ?? false, remade: from }, context)
    if (step.action !== 'none' && (kind === 'table' || from.length > 0)) remade.add(name)
    steps.push(step)
  }
  return Object.freeze({ steps })
}

async function planModel(
  site: Site,
  model: BoundModel & { readonly kind: ModelStep['kind'] },
  { full, remade }: { readonly full: boolean; readonly remade: readonly string[] },
  context: Context,
): Promise<ModelStep> {
  const { name, kind } = model
  const snapshot = await site.output(model, context)
  if (snapshot) checkOwn(model, snapshot)
  const stale = full ? ({ kind: 'all', reasons: [] } as const) : await staleIn(site, model, remade, context)
  const step = {
    model: name,
    kind,
    full,
    reasons: stale.kind === 'none' ? [] : stale.reasons,
    after: storedBefore(site.graph, model),
    ...(snapshot && { version: snapshot.version }),
  }
  const reads = async (part: Part) => readCost(site, await site.select(model, part, context), context)
  const rewrites = (goes: (file: AddFile) => boolean) => costOf([...(snapshot?.files.values() ?? [])].filter(goes))
  switch (stale.kind) {
    case 'none':
      return Object.freeze({ ...step, action: 'none', reads: nothing, rewrites: nothing })
    case 'all': {
      const action = snapshot ? 'rebuild' : 'create'
      return Object.freeze({ ...step, action, reads: await reads({ kind: 'all' }), rewrites: rewrites(() => true) })
    }
    case 'some': {
      const { labels } = stale
      const where = intervalsWhere(model, labels, site.timezone)
      const goes = snapshot ? fileTest(snapshot, where.conditions ?? []) : () => false
      const read = await reads({ kind: 'labels', labels })
      return Object.freeze({ ...step, action: 'intervals', labels, reads: read, rewrites: rewrites(goes) })
    }
    case 'keys': {
      const { keys: rows, count } = stale
      const read = await reads({ kind: 'keys', keys: rows })
      return Object.freeze({
        ...step,
        action: 'keys',
        keys: { rows, count },
        reads: read,
        rewrites: rewrites(() => true),
      })
    }
    default:
      return stale satisfies never
  }
}

async function staleIn(site: Site, model: BoundModel, remade: readonly string[], context: Context): Promise<Stale> {
  const stale = await site.stale(model, context)
  if (remade.length === 0) return stale
  const known = stale.kind === 'none' ? [] : stale.reasons
  const reasons: Reason[] = []
  for (const input of remade) {
    const upstream = site.graph.byName.get(input)
    const version = upstream && (await site.output(upstream, context))?.version
    if (!known.some((reason) => reason.input === input)) reasons.push({ input, to: version ?? 0, why: 'upstream' })
  }
  return { kind: 'all', reasons: [...known, ...reasons] }
}

/** A table that no build has made, and that holds rows, is somebody's. MODEL_TABLE_TAKEN. */
function checkOwn({ name, file, output }: BoundModel, { txns, files, columns }: Snapshot): void {
  if (txns.has(buildApp) || files.size === 0) return
  throw new MillraceError('MODEL_TABLE_TAKEN', { place: file, table: name, difference: columnsDiffer(columns, output) })
}

const nothing: Cost = { files: 0, rows: 0, bytes: 0 }

function costOf(files: readonly AddFile[]): Cost {
  return {
    files: files.length,
    rows: files.reduce((sum, file) => sum + (recordsIn(file) ?? 0), 0),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  }
}

/** The files that a relation is made from, each once. */
async function readCost(site: Site, relation: Relation, context: Context): Promise<Cost> {
  const files = new Map<string, AddFile>()
  for (const leaf of leavesOf(relation)) {
    const held = await site.filesOf(leaf.root, context)
    for (const { path } of leaf.files) {
      const file = held.get(path)
      if (file) files.set(`${leaf.root}\0${path}`, file)
    }
  }
  return costOf([...files.values()])
}
