import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Relation } from '../../engines/relation.ts'
import { changesBetween, type TableChanges } from '../../lake/changes.ts'
import { recordsOf } from '../../lake/records.ts'
import { relationOf } from '../../lake/relation.ts'
import { zoned } from '../../query/lake-catalog.ts'
import type { Filter } from '../../sql/filters.ts'
import { intervalsWhere } from '../build/intervals-where.ts'
import { inLabels, type Label } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import type { InputTable, Reading } from '../reading.ts'
import type { Reason } from '../site.ts'
import { buildOf, readIntent } from '../state.ts'
import { rowsByKeys } from './keys.ts'
import { bucketOfModel, where } from './select.ts'

/** What has become other in an input since a model was built. */
export interface InputChange {
  readonly reasons: readonly Reason[]
  /** Everything may be other. */
  readonly all: boolean
  /** Rows that came and rows that went; empty where none did. */
  readonly rows: readonly Relation[]
  /** The rows that came, where none went. */
  readonly came?: readonly Relation[]
  /** Of an input that is a model: its intervals that its table does not have as they are. */
  readonly stale?: { readonly model: BoundModel; readonly labels: readonly Label[] }
}

const nothing: InputChange = { reasons: [], all: false, rows: [], came: [] }

/**
 * What has changed in the table of an input since the version that was read, beyond it, and in what it is made of itself;
 * of rows that do not fulfil the filters maybe nothing.
 */
export async function changeOf(
  reading: Reading,
  owner: BoundModel,
  input: string,
  since: { readonly version: (tableId: string) => number | undefined; readonly filters: readonly Filter[] },
  context: Context,
): Promise<InputChange> {
  const { filters } = since
  const table = await reading.input(input, context)
  const upstream = await upstreamChange(reading, input, filters, context)
  if (!table) return upstream
  const from = since.version(table.snapshot.metadata.id)
  const own = await commitsOf(reading, owner, input, { ...table, from, filters }, context)
  const beyond = table.beyond ? [table.beyond] : []
  const tail: Reason[] = table.beyond ? [{ input, to: table.snapshot.version, why: 'tail' }] : []
  const came = own.came && upstream.came && [...own.came, ...beyond, ...upstream.came]
  return {
    reasons: [...own.reasons, ...tail, ...upstream.reasons],
    all: own.all || upstream.all,
    rows: [...own.rows, ...beyond, ...upstream.rows],
    ...(came && { came }),
    ...(upstream.stale && { stale: upstream.stale }),
  }
}

async function commitsOf(
  reading: Reading,
  owner: BoundModel,
  input: string,
  {
    lake,
    snapshot,
    from,
    filters,
  }: InputTable & { readonly from: number | undefined; readonly filters: readonly Filter[] },
  context: Context,
): Promise<InputChange> {
  const to = snapshot.version
  const all = (why: Reason['why']): InputChange => ({
    reasons: [{ input, to, ...(from !== undefined && { from }), why }],
    all: true,
    rows: [],
  })
  if (from === undefined) return all('new')
  if (from > to) {
    // a copy brought back can be older for good; else it has moved on since it was frozen
    if ((await reading.newestVersion(input, context)) < from) return all('unknown')
    throw new MillraceError('INPUT_BEHIND', { table: input, version: to, model: owner.name, built: from })
  }
  if (from === to) return nothing
  const changes = await changesBetween(lake, from, snapshot, context)
  if (!changes) return all('unknown')
  const { added, removed } = changes
  if (added.size + removed.size === 0) return nothing
  const files = [...added.values(), ...removed.values()]
  const rows = recordsOf(files)
  const reason: Reason = {
    input,
    from,
    to,
    why: 'commits',
    ...commitsTold(changes),
    files: files.length,
    ...(rows !== undefined && { rows }),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  }
  const changed = [added, removed]
    .filter((part) => part.size > 0)
    .map((part) => relationOf(lake, { ...snapshot, files: part }, zoned(filters, snapshot.columns)))
  const model = reading.graph.byName.get(input)
  const labels = model && (await builtLabels(reading, model, changes, context))
  const told = labels
    ? changed.map((part) => where(inLabels(bucketOfModel(model, reading.timezone), labels), part))
    : changed
  return { reasons: [reason], all: false, rows: told, ...(removed.size === 0 && { came: changed }) }
}

/** The commits of a change for people. */
export function commitsTold({ commits }: TableChanges): Pick<Reason, 'commits' | 'operations'> {
  const operations = new Set(commits.map(({ operation }) => operation).filter((operation) => operation !== ''))
  return { commits: commits.length, operations: [...operations] }
}

/** The intervals that the builds of a model have replaced, where all of these commits are such builds. */
async function builtLabels(
  reading: Reading,
  model: BoundModel,
  { commits }: TableChanges,
  context: Context,
): Promise<readonly Label[] | undefined> {
  if (model.kind !== 'incremental') return undefined
  const found = new Set<Label>()
  for (const { txns } of commits) {
    const build = buildOf(txns)
    const labels =
      build === undefined ? undefined : (await readIntent(reading.lake, model.name, build, context))?.labels
    if (labels === undefined || labels === 'all') return undefined
    for (const label of labels) found.add(label)
  }
  return [...found]
}

/** What of an input that is a model itself differs from its table. A `table` is what it was when it was built. */
export async function upstreamChange(
  reading: Reading,
  input: string,
  filters: readonly Filter[],
  context: Context,
): Promise<InputChange> {
  const model = reading.graph.byName.get(input)
  const output = model && (await reading.output(model, context))
  if (!model || (model.kind === 'table' && output)) return nothing
  const reasons: readonly Reason[] = [{ input, to: output?.version ?? 0, why: 'upstream' }]
  const missing = await reading.missing(model, context, filters)
  if (missing) return { reasons, all: false, rows: [missing], came: [missing] }
  const stale = await reading.stale(model, context, filters)
  switch (stale.kind) {
    case 'none':
      return nothing
    case 'all':
      return { reasons, all: true, rows: [] }
    case 'some':
      return {
        reasons,
        all: false,
        rows: [],
        stale: { model, labels: stale.labels },
      }
    case 'keys': {
      const { keys } = stale
      const computed = await reading.select(model, { kind: 'keys', keys }, context)
      const had = output ? [rowsByKeys(model, 'among', relationOf(reading.lake, output), keys)] : []
      return { reasons, all: false, rows: [...had, computed] }
    }
    default:
      return stale satisfies never
  }
}

/** The rows of a change, those that its table does not have computed, and those in their place as it has them. */
export async function rowsOfChange(
  reading: Reading,
  { rows, stale }: InputChange,
  context: Context,
): Promise<readonly Relation[]> {
  if (!stale) return rows
  const { model, labels } = stale
  const output = await reading.output(model, context)
  const bucket = bucketOfModel(model, reading.timezone)
  const { conditions } = intervalsWhere(model, labels, reading.timezone)
  const had = output ? [where(inLabels(bucket, labels), relationOf(reading.lake, output, conditions))] : []
  return [...rows, ...had, await reading.select(model, { kind: 'labels', labels }, context)]
}
