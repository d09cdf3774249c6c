import { z } from 'zod'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Lake } from '../../lake/lake.ts'
import type { Snapshot } from '../../lake/snapshot.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from '../../storage/own-file.ts'

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

export const batchSchema = z.object({
  loadedAt: z.string(),
  deliveries: z.array(deliverySchema),
  /** Deliveries whose rows this batch takes out of the table. */
  replaces: z.array(z.object({ source: z.string(), batch: count, path: z.string(), rows: count })),
})

/** A file, or what was appended to one, as it was loaded: one line of a table's ledger of files. */
export type Delivery = Readonly<z.infer<typeof deliverySchema>>

/** What one commit loads. Written before it; true once the table's `txn` has reached its number. */
export type Batch = Readonly<z.infer<typeof batchSchema>>

/** The last batch of each source. */
export type Batches = readonly { readonly source: string; readonly n: number }[]

/** A batch by its place. */
export interface NumberedBatch {
  readonly source: string
  readonly n: number
  readonly batch: Batch
}

const batchFile: OwnFileKind<Batch> = { format: 1, content: batchSchema }

const appIdPrefix = 'files/'

/** The `txn` application of a source: its version is the number of the last batch. */
export function appIdOf(source: string): string {
  return `${appIdPrefix}${source}`
}

/** The sources that have brought files into a table, and how many batches each. */
export function batchesOf({ txns }: Snapshot): Batches {
  return [...txns].flatMap(([appId, version]) =>
    appId.startsWith(appIdPrefix) ? [{ source: appId.slice(appIdPrefix.length), n: Number(version) }] : [],
  )
}

/** A batch that the table says it holds. LEDGER_LOST, FILE_DAMAGED. */
export async function readBatch(
  { store }: Lake,
  table: string,
  source: string,
  n: number,
  context: Context,
): Promise<Batch> {
  const file = batchPath(table, source, n)
  const batch = await readOwnFile(store, file, batchFile, context.signal)
  if (batch) return batch
  throw new MillraceError('LEDGER_LOST', { file, table })
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

/** `name`: the number of a batch, or of the first and the last of several. */
export function batchPath(table: string, source: string, name: number | string): string {
  return `${table}/_millrace/files/${encodeURIComponent(source)}/${name}.json`
}
