import { inspectChecks } from '../../checks/inspect.ts'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Query } from '../../engines/engine.ts'
import type { Txn } from '../../lake/actions.ts'
import { createTableWith } from '../../lake/create.ts'
import type { RowOptions } from '../../lake/delete.ts'
import { assertUnique, mergeByKey } from '../../lake/merge.ts'
import type { Snapshot } from '../../lake/snapshot.ts'
import { type Outcome, overwrite } from '../../lake/write.ts'
import { writeOwnFile } from '../../storage/own-file.ts'
import { type Label, sortLabels } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import type { Part, Site } from '../site.ts'
import {
  type BuildIntent,
  buildApp,
  builtApp,
  fingerprintApp,
  inputApp,
  intentFile,
  intentPath,
  type Labels,
} from '../state.ts'
import { intervalsWhere } from './intervals-where.ts'

/** One commit of a build. */
export interface Deed {
  /** Which rows. */
  readonly part: Part
  /** They take the place of all that is there, whatever columns it has. */
  readonly whole: boolean
  /** What is stale after it. */
  readonly remaining: readonly Label[]
}

/**
 * Computes rows of a model and commits them: intent, staged files, checks on them, commit. What the intent says counts
 * from the commit on, whose `txn`s say what was read; so a build that is cut short at any call has done all or nothing.
 */
export async function commitRows(
  site: Site,
  model: BoundModel,
  plannedVersion: number | undefined,
  deed: Deed,
  context: Context,
): Promise<Outcome> {
  const { lake } = site
  const before = await site.output(model, context)
  checkVersion(model, before, plannedVersion)
  const build = (before?.txns.get(buildApp) ?? 0n) + 1n
  const inputs = await site.inputs(model, context)
  await site.settle(model, context)
  const remaining = remainingOf(deed.remaining, await site.borrowed(model, context))
  const query: Query = {
    sql: 'SELECT * FROM model_rows',
    from: { model_rows: await site.select(model, deed.part, context) },
  }
  const path = intentPath(model.name, build)
  await writeOwnFile(lake.store, path, intentFile, intentOf(model, deed, remaining), { signal: context.signal })
  const options: RowOptions = {
    // whatever another writer adds meanwhile would be taken for ours
    isolation: 'Serializable',
    txns: (version) => txnsOf(model, build, version, inputs),
    inspect: async (rows) => {
      // of touched keys the merge asks it
      if (model.kind === 'merge' && deed.part.kind === 'all')
        await assertUnique(lake, model.name, model.key ?? [], rows.staged, context)
      await checkRows(site, model, build, before, rows, context)
    },
  }
  const outcome = await write(site, model, before, query, deed, options, context)
  site.built(model, outcome.snapshot)
  return outcome
}

async function write(
  site: Site,
  model: BoundModel,
  before: Snapshot | undefined,
  query: Query,
  { part, whole }: Deed,
  options: RowOptions,
  context: Context,
): Promise<Outcome> {
  const { lake, timezone } = site
  const { name, output, description } = model
  const columns = output.map((column) => ({ ...column, nullable: true }))
  const shape = { columns, partitionBy: partitionsOf(model) }
  if (!before) {
    const spec = { ...shape, ...(description !== undefined && { description }) }
    return createTableWith(lake, name, spec, query, options, context)
  }
  const rows = (now: Snapshot): Query => {
    checkVersion(model, now, before.version)
    return query
  }
  const onTop = { ...options, base: before }
  if (whole || part.kind === 'all') return overwrite(lake, name, rows, shape, onTop, context)
  if (part.kind === 'keys') {
    const merge = { key: model.key ?? [], rows, touched: part.keys }
    return mergeByKey(lake, name, merge, onTop, context)
  }
  const where = intervalsWhere(model, part.labels, timezone)
  return overwrite(lake, name, rows, { where }, onTop, context)
}

/** A build rests on what the table was when it was planned. */
function checkVersion({ name }: BoundModel, now: Snapshot | undefined, planned: number | undefined): void {
  if (now?.version === planned) return
  const [from, to] = [planned, now?.version].map((version) => version ?? 'none')
  throw new MillraceError('MODEL_OUTPUT_CHANGED', { table: name, from: from ?? 'none', to: to ?? 'none' })
}

/** What the build has left, and what it rests on rows for that are in no table yet. */
function remainingOf(left: readonly Label[], borrowed: Labels): Labels {
  return borrowed === 'all' ? 'all' : sortLabels([...left, ...borrowed])
}

/** Only of intervals is it known beforehand which rows change; of all else the commit's files tell. */
function intentOf({ kind }: BoundModel, { part, whole }: Deed, remaining: Labels): BuildIntent {
  if (kind !== 'incremental') return { remaining }
  return { labels: whole || part.kind !== 'labels' ? 'all' : part.labels, remaining }
}

function txnsOf(
  { fingerprint }: BoundModel,
  build: bigint,
  version: number,
  inputs: ReadonlyMap<string, number>,
): readonly Txn[] {
  return [
    { appId: buildApp, version: build },
    { appId: builtApp, version: BigInt(version) },
    { appId: fingerprintApp(fingerprint), version: build },
    ...[...inputs].map(([id, read]) => ({ appId: inputApp(id), version: BigInt(read) })),
  ]
}

async function checkRows(
  site: Site,
  { name: table, checks, output: columns, personal: pii }: BoundModel,
  build: bigint,
  before: Snapshot | undefined,
  rows: Parameters<NonNullable<RowOptions['inspect']>>[0],
  context: Context,
): Promise<void> {
  const reference = (name: string) => site.rows(name, context)
  const ground = { ...rows, reference, build, ...(before && { version: before.version }) }
  await inspectChecks(site.lake, { table, columns, checks, pii }, ground, context)
}

/** The partition columns as the output has them. */
function partitionsOf({ partition, output }: BoundModel): readonly string[] {
  return partition.map(
    (wanted) => output.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.name ?? wanted,
  )
}
