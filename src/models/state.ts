import { z } from 'zod'
import type { Context } from '../core/context.ts'
import type { Txn } from '../lake/actions.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import { type OwnFileKind, readOwnFile } from '../storage/own-file.ts'
import type { Label } from './intervals.ts'

/** Intervals, or all that there are. */
export type Labels = 'all' | readonly Label[]

/** What a model's table says of its last build: from its `txn`s and that build's intent, which nothing but drop removes. */
export interface ModelState {
  /** The number of the build, from 1. */
  readonly build: bigint
  /** The version that the build has committed. */
  readonly builtVersion: number
  /** That of the model as it was built. */
  readonly fingerprint: string
  /** Table id → the version that was read, of every table that some build has read. */
  readonly inputs: ReadonlyMap<string, number>
  /** What was stale and has not been built; `all` where the intent is gone. */
  readonly remaining: Labels
}

/**
 * What a build is about to commit, written before it: valid once the table's `txn` has reached its number. `labels`: the
 * intervals that it replaces, and no row outside them; without it that is told by the commit's files.
 */
export interface BuildIntent {
  readonly labels?: Labels | undefined
  readonly remaining: Labels
}

/** appId of the number of the last build. */
export const buildApp = 'millrace/build'

/** appId of the version that the last build has committed. */
export const builtApp = 'millrace/built'

/** appId of the number of the last build of a model with this fingerprint. */
export function fingerprintApp(fingerprint: string): string {
  return `${fingerprintPrefix}${fingerprint}`
}

/** appId of the version of an input, by its table id, that the last build has read. */
export function inputApp(tableId: string): string {
  return `${inputPrefix}${tableId}`
}

const fingerprintPrefix = 'millrace/model/'
const inputPrefix = 'in/'

/** The state of a table; undefined where no build has made it. */
export async function readState(lake: Lake, snapshot: Snapshot, context: Context): Promise<ModelState | undefined> {
  const build = snapshot.txns.get(buildApp)
  const built = snapshot.txns.get(builtApp)
  if (build === undefined || built === undefined) return undefined
  const models = appsOf(snapshot, fingerprintPrefix)
  const intent = await readIntent(lake, snapshot.table, build, context)
  return {
    build,
    builtVersion: Number(built),
    fingerprint: models.find(([, number]) => number === build)?.[0] ?? '',
    inputs: new Map(appsOf(snapshot, inputPrefix).map(([id, version]) => [id, Number(version)])),
    remaining: intent?.remaining ?? 'all',
  }
}

function appsOf({ txns }: Snapshot, prefix: string): [string, bigint][] {
  return [...txns].flatMap(([appId, version]): [string, bigint][] =>
    appId.startsWith(prefix) ? [[appId.slice(prefix.length), version]] : [],
  )
}

/** The number of the build that a commit is of; undefined for a commit of others. */
export function buildOf(txns: readonly Txn[]): bigint | undefined {
  return txns.find(({ appId }) => appId === buildApp)?.version
}

const labels = z.union([z.literal('all'), z.array(z.string().nullable())])

/** On disk: `{"format": 1, "labels": …, "remaining": …}`; a label as `Label`, the file under its build's number. */
export const intentFile: OwnFileKind<BuildIntent> = {
  format: 1,
  content: z.object({ labels: labels.optional(), remaining: labels }),
}

/** Where the intent of a build lies. */
export function intentPath(table: string, build: bigint): string {
  return `${table}/_millrace/builds/${build}.json`
}

/** The intent of a build, if it is there. */
export async function readIntent(
  lake: Lake,
  table: string,
  build: bigint,
  context: Context,
): Promise<BuildIntent | undefined> {
  return readOwnFile(lake.store, intentPath(table, build), intentFile, context.signal)
}
