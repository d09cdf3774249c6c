import { z } from 'zod'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from '../storage/own-file.ts'

const count = z.number().int().nonnegative()

const deliverySchema = z.object({
  path: z.string(),
  digest: z.string(),
  contentBytes: count,
  /** Lines of the whole content. */
  lines: count,
  endsLine: z.boolean(),
  stamp: z.string(),
  /** What was loaded before, where this is what was appended to it. */
  after: z.object({ contentBytes: count, lines: count }).optional(),
  counts: z.object({ header: count, blank: count, records: count, continuation: count, rejected: count }),
  stored: count,
  duplicate: count,
  /** Records that broke the contract. */
  rejected: count,
  /** Records that other tables of the same source take. */
  elsewhere: count,
})

const batchSchema = z.object({
  loadedAt: z.string(),
  deliveries: z.array(deliverySchema),
  /** Deliveries whose rows this batch takes out of the table. */
  replaces: z.array(z.object({ source: z.string(), batch: count, path: z.string(), rows: count })),
})

/** A file, or what was appended to one, as it was loaded: one line of a table's ledger of files. */
export type Delivery = Readonly<z.infer<typeof deliverySchema>>

/** What one commit loads. Written before it; true once the table's `txn` has reached its number. */
export type Batch = Readonly<z.infer<typeof batchSchema>>

export interface RecordedDelivery extends Delivery {
  readonly source: string
  readonly batch: number
  readonly loadedAt: string
  /** False: a later batch took its rows out. */
  readonly current: boolean
}

const batchFile: OwnFileKind<Batch> = { format: 1, content: batchSchema }

const appIdPrefix = 'files/'

/** The `txn` application of a source: its version is the number of the last batch. */
export function appIdOf(source: string): string {
  return `${appIdPrefix}${source}`
}

/** The number of the last batch of a source that the table holds; 0 before the first. */
export function lastBatch(snapshot: Snapshot, source: string): number {
  return Number(snapshot.txns.get(appIdOf(source)) ?? 0n)
}

/** All that files have brought into a table, of every source, in the order of their batches. STATE_CORRUPT. */
export async function readDeliveries(
  lake: Lake,
  snapshot: Snapshot,
  context: Context,
): Promise<readonly RecordedDelivery[]> {
  const wanted = [...snapshot.txns].flatMap(([appId, version]) =>
    appId.startsWith(appIdPrefix)
      ? Array.from({ length: Number(version) }, (_, at) => ({ source: appId.slice(appIdPrefix.length), n: at + 1 }))
      : [],
  )
  const batches = await mapLimit(wanted, 16, async ({ source, n }) => {
    const path = batchPath(snapshot.table, source, n)
    const batch = await readOwnFile(lake.store, path, batchFile, context.signal)
    if (!batch) throw new MillraceError('LEDGER_LOST', { file: path, table: snapshot.table })
    return { source, n, batch }
  })
  const replaced = new Set(
    batches.flatMap(({ batch }) => batch.replaces.map(({ source, batch: n, path }) => keyOf(source, n, path))),
  )
  return batches.flatMap(({ source, n, batch }) =>
    batch.deliveries.map((delivery) => ({
      ...delivery,
      source,
      batch: n,
      loadedAt: batch.loadedAt,
      current: !replaced.has(keyOf(source, n, delivery.path)),
    })),
  )
}

/** Writes what batch `n` is about to load; an unfinished attempt at the same number is overwritten. */
export async function writeIntent(
  lake: Lake,
  table: string,
  source: string,
  n: number,
  batch: Batch,
  context: Context,
): Promise<void> {
  await writeOwnFile(lake.store, batchPath(table, source, n), batchFile, batch, { signal: context.signal })
}

function batchPath(table: string, source: string, n: number): string {
  return `${table}/_millrace/files/${encodeURIComponent(source)}/${n}.json`
}

function keyOf(source: string, batch: number, path: string): string {
  return JSON.stringify([source, batch, path])
}
