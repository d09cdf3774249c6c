import type { Context } from '../../core/context.ts'
import type { Value } from '../../core/values.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { changesBetween } from '../../lake/changes.ts'
import { relationOf } from '../../lake/relation.ts'
import type { Snapshot } from '../../lake/snapshot.ts'
import { readModels } from '../../models/complete.ts'
import type { BoundModel, ModelGraph } from '../../models/model.ts'
import type { Catalog } from '../../query/catalog.ts'
import type { Freezing, Frozen } from '../../query/frozen.ts'
import type { LakeTable } from '../../query/known-snapshots.ts'
import { type Answer, query } from '../../query/query.ts'
import { join, name, sql, value } from '../../sql/text.ts'
import { modelGround } from '../models.ts'
import type { OpenProject } from '../open.ts'

/** What is looked up, and in what it is found. */
export interface LookedUp {
  readonly name: string
  readonly key: string
  catalog(context: Context): Promise<Catalog>
  models(context: Context): Promise<ModelGraph>
}

/** What was read, for telling what has changed since. */
export interface Seen {
  readonly offsets: Readonly<Record<string, bigint>>
  /** Of all tables that the rows are made of, each with its version. */
  readonly tables: ReadonlyMap<string, Snapshot>
  /** Of a merge model, the keys that were computed on the spot. */
  readonly stale: Keys
}

/** Keys whose rows may be others, or all of them. */
export type Keys = 'all' | readonly Value[]

/** Rows by key, and which of them may have changed. */
export interface Rows {
  readonly name: string
  readonly key: string
  /** All rows, or those of some keys. */
  read(keys: Keys, freezing: Freezing, context: Context): Promise<Answer>
  /** `all` where nothing was seen before. */
  touched(
    before: Seen | undefined,
    frozen: Frozen,
    context: Context,
  ): Promise<{ readonly keys: Keys; readonly seen: Seen }>
}

/** More keys than this are not asked for one by one. */
const listedKeys = 5_000

/** The rows of a table, a stream or a model. */
export function lookedUpIn(project: OpenProject, { name: wanted, key, catalog, models }: LookedUp): Rows {
  const { engine } = project.lake
  return {
    name: wanted,
    key,
    async read(keys, freezing, context) {
      const where = keys === 'all' ? sql`` : sql` WHERE ${name(key)} IN (${join(keys.map(literal))})`
      const text = sql`SELECT ${name(key)}, * FROM ${name(wanted)}${where}`
      return query(await catalog(context), engine, text.text, freezing, context)
    },
    async touched(before, frozen, context) {
      const graph = await models(context)
      const model = graph.byName.get(wanted)
      const found = model
        ? await touchedOfModel(project, { graph, model, key }, before, frozen, context)
        : await touchedOfTable(project, wanted, key, before, frozen, context)
      return { keys: found.keys, seen: { ...found.seen, offsets: frozen.offsets() } }
    },
  }
}

type Touched = { readonly keys: Keys; readonly seen: Omit<Seen, 'offsets'> }

async function touchedOfTable(
  project: OpenProject,
  wanted: string,
  key: string,
  before: Seen | undefined,
  frozen: Frozen,
  context: Context,
): Promise<Touched> {
  const place = await project.table(wanted, context)
  const { snapshot, changed } = await changedRows(place, before, frozen, context)
  const seen = { tables: new Map([[wanted, snapshot]]), stale: [] }
  if (changed === 'all') return { keys: 'all', seen }
  const beyond = await frozen.beyond(place, context, before?.offsets[wanted])
  return { keys: await keysIn(project, key, [...changed, ...(beyond ? [beyond] : [])], context), seen }
}

async function touchedOfModel(
  project: OpenProject,
  { graph, model, key }: { readonly graph: ModelGraph; readonly model: BoundModel; readonly key: string },
  before: Seen | undefined,
  frozen: Frozen,
  context: Context,
): Promise<Touched> {
  const ground = { ...(await modelGround(project, context, graph)), frozen }
  const tables = new Map<string, Snapshot>()
  const reading = readModels(ground)
  for (const each of sourcesOf(graph, model)) {
    const upstream = graph.byName.get(each)
    const snapshot = upstream ? await reading.output(upstream, context) : (await reading.input(each, context))?.snapshot
    if (snapshot) tables.set(each, snapshot)
  }
  const [only, second] = model.key ?? []
  if (model.kind !== 'merge' || second !== undefined || only?.toLowerCase() !== key.toLowerCase()) {
    const same = before && isSame(before, { tables, offsets: frozen.offsets() })
    return { keys: same ? [] : 'all', seen: { tables, stale: [] } }
  }
  const stale = await reading.stale(model, context)
  const now =
    stale.kind === 'none' ? [] : stale.kind === 'keys' ? await keysIn(project, key, [stale.keys], context) : 'all'
  const seen = { tables, stale: now }
  if (!tables.has(model.name)) return { keys: 'all', seen }
  const place = { name: model.name, lake: ground.lake, table: model.name }
  const { changed } = await changedRows(place, before, frozen, context)
  const stored = changed === 'all' ? 'all' : await keysIn(project, key, changed, context)
  const parts = [now, stored, before?.stale ?? 'all']
  if (parts.includes('all')) return { keys: 'all', seen }
  const keys = [...new Set((parts as (readonly Value[])[]).flat())]
  return { keys: keys.length > listedKeys ? 'all' : keys, seen }
}

/** The rows that have come and gone in a table since it was seen. */
async function changedRows(
  place: LakeTable,
  before: Seen | undefined,
  frozen: Frozen,
  context: Context,
): Promise<{ readonly snapshot: Snapshot; readonly changed: 'all' | readonly Relation[] }> {
  const snapshot = await frozen.snapshot(place, context)
  const seen = before?.tables.get(place.name)
  if (!seen || seen.metadata.id !== snapshot.metadata.id) return { snapshot, changed: 'all' }
  if (seen.version === snapshot.version) return { snapshot, changed: [] }
  const changes = await changesBetween(place.lake, seen.version, snapshot, context)
  if (!changes) return { snapshot, changed: 'all' }
  const parts = [changes.added, changes.removed].filter((files) => files.size > 0)
  return { snapshot, changed: parts.map((files) => relationOf(place.lake, { ...snapshot, files })) }
}

/** The models and tables that the rows of a model are made of, itself included. A `table` is as it was built. */
function sourcesOf(graph: ModelGraph, model: BoundModel): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (each: string): void => {
    const upstream = graph.byName.get(each)
    if (found.has(each)) return
    if (upstream?.kind !== 'view') found.add(each)
    if (upstream?.kind !== 'table') for (const input of upstream?.inputs ?? []) visit(input)
  }
  visit(model.name)
  return found
}

function isSame(a: Omit<Seen, 'stale'>, b: Omit<Seen, 'stale'>): boolean {
  const facts = ({ tables, offsets }: Omit<Seen, 'stale'>) =>
    [...tables].map(([each, { metadata, version }]) => `${each} ${metadata.id} ${version} ${offsets[each]}`).join('\n')
  return facts(a) === facts(b)
}

async function keysIn(project: OpenProject, key: string, rows: readonly Relation[], context: Context): Promise<Keys> {
  if (rows.length === 0) return []
  const text = sql`SELECT DISTINCT ${name(key)} FROM t WHERE ${name(key)} IS NOT NULL`.text
  const asked = { sql: text, from: { t: { kind: 'union', of: rows } as const }, limits: { rows: listedKeys + 1 } }
  const found = await collect(await project.lake.engine.run(asked, context))
  const keys = found.map(([each]) => each as Value)
  return keys.length > listedKeys || keys.some((each) => typeof each === 'object') ? 'all' : keys
}

function literal(key: Value) {
  return value(key as string | number | bigint | boolean)
}
