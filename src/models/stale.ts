import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { changesBetween } from '../lake/changes.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { Filter } from '../sql/filters.ts'
import type { Occurrence } from '../sql/trace.ts'
import { type Label, sortLabels } from './intervals.ts'
import type { BoundModel } from './model.ts'
import { changeOf, commitsTold, type InputChange, rowsOfChange, upstreamChange } from './reading/changed.ts'
import { inputFilters } from './reading/input-filters.ts'
import { keysIn, unionKeys } from './reading/keys.ts'
import { labelsOf } from './reading/labels.ts'
import { occurrencesOf, selectOver, tablesRead } from './reading/occurrences.ts'
import { timedOf } from './reading/reach.ts'
import { rowwisePlace } from './reading/rowwise.ts'
import { columnsOf } from './reading/select.ts'
import type { Reading } from './reading.ts'
import type { Reason, Stale } from './site.ts'
import { buildApp, type Labels, type ModelState, readState } from './state.ts'

/**
 * What of a stored model is not as its inputs are now: told from the `txn`s of its table, the commits of its inputs since
 * the versions that it has read, and what is stale of the models among them. What the filters rule out is not looked for.
 * INPUT_BEHIND.
 */
export async function staleOf(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  context: Context,
): Promise<Stale> {
  const snapshot = await reading.output(model, context)
  const found = await changesOf(reading, model, filters, context)
  if ('why' in found) return { kind: 'all', reasons: [{ input: model.name, to: snapshot?.version ?? 0, ...found }] }
  return staleBy(reading, model, found.changes, found.left, context)
}

/** What rows that came give, where they change none that are there: see `Reading.missing`. */
export async function missingOf(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  context: Context,
): Promise<Relation | undefined> {
  const place = rowwisePlace(reading.graph, model)
  if (place === undefined) return undefined
  const found = await changesOf(reading, model, filters, context)
  if ('why' in found || found.left.length > 0) return undefined
  const [change, second] = found.changes.values()
  const { came = [] } = change ?? {}
  if (second || came.length === 0) return undefined
  const rows: Relation = came.length === 1 ? (came[0] as Relation) : { kind: 'union', of: came }
  return selectOver(reading.graph, model, new Map([[place, rows]]))
}

interface Changes {
  readonly changes: ReadonlyMap<string, InputChange>
  /** What the last build has left. */
  readonly left: readonly Label[]
}

/** What has changed in the inputs since a model was built, as far as the filters do not rule it out; or why all has. */
async function changesOf(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  context: Context,
): Promise<WhyAll | Changes> {
  const snapshot = await reading.output(model, context)
  const found: WhyAll | ModelState = snapshot ? await whyAll(reading, model, snapshot, context) : { why: 'new' }
  if ('why' in found) return found
  const changes = new Map<string, InputChange>()
  for (const [input, own] of await inputFilters(reading, model, filters, context)) {
    const since = { version: (id: string) => found.inputs.get(id), filters: own }
    changes.set(input, await changeOf(reading, model, input, since, context))
  }
  return { changes, left: found.remaining === 'all' ? [] : found.remaining }
}

type WhyAll = Omit<Reason, 'input' | 'to'>

/** Why nothing of the table can be kept, or else what it says of itself. */
async function whyAll(
  reading: Reading,
  model: BoundModel,
  snapshot: Snapshot,
  context: Context,
): Promise<WhyAll | ModelState> {
  const state = await readState(reading.lake, snapshot, context)
  if (!state) return { why: 'new' }
  if (state.fingerprint !== model.fingerprint) return { why: 'fingerprint' }
  const since = await changesBetween(reading.lake, state.builtVersion, snapshot, context)
  if (!since) return { why: 'unknown' }
  if (since.added.size + since.removed.size > 0)
    return { why: 'foreign', from: state.builtVersion, ...commitsTold(since) }
  if (state.remaining === 'all') return { why: 'remaining' }
  const own = await inputVersions(reading, model, context)
  // a table that has come in the place of another may have been read before that one
  const [set] = [...own].filter(([key]) => key.startsWith(setPrefix))
  return state.inputs.get(set?.[0] ?? '') === Number(state.build) ? state : { why: 'new' }
}

/** What is stale by changes of the inputs, and what the last build has left. */
async function staleBy(
  reading: Reading,
  model: BoundModel,
  changes: ReadonlyMap<string, InputChange>,
  left: readonly Label[],
  context: Context,
): Promise<Stale> {
  const reasons: Reason[] = left.length > 0 ? [{ input: model.name, to: 0, why: 'remaining' }] : []
  const changed = [...changes].filter(([, change]) => change.all || change.rows.length > 0 || change.stale)
  const isWhole = model.kind !== 'incremental' && model.kind !== 'merge'
  if (isWhole) {
    for (const [, change] of changed) reasons.push(...change.reasons)
    return changed.length > 0 ? { kind: 'all', reasons } : { kind: 'none' }
  }
  const occurrences = changed.length > 0 ? occurrencesOf(model) : []
  const told: { readonly occurrence: Occurrence; readonly change: InputChange }[] = []
  let isAll = false
  for (const [input, change] of changed) {
    const places = occurrences.filter((each) => each.name === input)
    const dimension = places.some((each) => !isTraced(reading, model, each))
    if (dimension && model.onDimensionChange === 'ignore') continue
    reasons.push(...change.reasons.map((reason) => (dimension ? asDimension(reason) : reason)))
    isAll ||= dimension || change.all
    told.push(...places.map((occurrence) => ({ occurrence, change })))
  }
  if (isAll) return { kind: 'all', reasons }
  if (model.kind === 'merge') {
    const keys: Relation[] = []
    for (const { occurrence, change } of told)
      for (const rows of await rowsOfChange(reading, change, context))
        keys.push(keysIn(model, occurrence.traced ?? [], rows))
    const touched = keys.length > 0 && (await unionKeys(reading.lake.engine, model, keys, context))
    return touched && touched.count > 0 ? { kind: 'keys', ...touched, reasons } : { kind: 'none' }
  }
  const labels = new Set(left)
  for (const { occurrence, change } of told) {
    const timed = timedOf(model, occurrence, columnsOf(reading, occurrence.name))
    if (timed) for (const label of await labelsOf(reading, model, timed, change, context)) labels.add(label)
  }
  return labels.size > 0 ? { kind: 'some', labels: sortLabels(labels), reasons } : { kind: 'none' }
}

/** False for a dimension: which rows it changes is not told by its own. */
function isTraced(reading: Reading, model: BoundModel, occurrence: Occurrence): boolean {
  if (model.kind === 'merge') return occurrence.traced !== undefined
  return timedOf(model, occurrence, columnsOf(reading, occurrence.name)) !== undefined
}

function asDimension(reason: Reason): Reason {
  return reason.why === 'commits' ? { ...reason, why: 'dimension' } : reason
}

/**
 * What of a model that is built now will rest on rows of other models that their tables do not have: it stays stale until
 * these are built. Else a row that they lose again before that would be seen by nobody.
 */
export async function borrowedBy(reading: Reading, model: BoundModel, context: Context): Promise<Labels> {
  const changes = new Map<string, InputChange>()
  for (const input of tablesRead(reading.graph, model))
    changes.set(input, await upstreamChange(reading, input, [], context))
  const stale = await staleBy(reading, model, changes, [], context)
  if (stale.kind === 'none') return []
  return stale.kind === 'some' ? stale.labels : 'all'
}

const setPrefix = 'set/'

/**
 * Table id → version of the tables that a model reads now. With one entry more, which says that these are all of them:
 * its version is the number of the build that is the next.
 */
export async function inputVersions(
  reading: Reading,
  model: BoundModel,
  context: Context,
): Promise<ReadonlyMap<string, number>> {
  const output = await reading.output(model, context)
  const versions = new Map<string, number>()
  const set: string[] = []
  for (const input of tablesRead(reading.graph, model)) {
    const table = await reading.input(input, context)
    if (table) versions.set(table.snapshot.metadata.id, table.snapshot.version)
    set.push(table?.snapshot.metadata.id ?? `no ${input}`)
  }
  const key = createHash('sha256').update(set.sort().join('\0')).digest('hex').slice(0, 32)
  return versions.set(`${setPrefix}${key}`, Number(output?.txns.get(buildApp) ?? 0n) + 1)
}
