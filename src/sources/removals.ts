import { z } from 'zod'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import { collect } from '../engines/rows.ts'
import { applyDelete, type DeletePlan } from '../lake/delete.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { applyRestore, type RestorePlan } from '../lake/restore.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { raw, sql } from '../sql/text.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from '../storage/own-file.ts'
import { batchesOf } from './deliveries/batch-file.ts'

const count = z.number().int().nonnegative()
const batches = z.array(z.object({ source: z.string(), n: count })).readonly()

const removalSchema = z.object({
  operation: z.enum(['DELETE', 'RESTORE']),
  /** The batches that the table had when it was decided. */
  batches,
  /** The version that the removal before this one has committed. */
  previous: count.optional(),
  /** Of a restore: the version that came back, and the batches and removals that it had. */
  to: z.object({ version: count, batches, removals: count }).optional(),
  /** Of a deletion: the rows that it took, file by file. */
  deleted: z.array(z.object({ path: z.string(), rows: count })),
})

type RemovalRecord = Readonly<z.infer<typeof removalSchema>>

/** A commit that took rows of loaded files out of a table on purpose, or brought them back. */
export interface Removal extends RemovalRecord {
  /** The version that it has committed. */
  readonly version: number
}

/** `{"format": 1, …}`: written before the commit; true once the table's `txn` has reached its number. */
const removalFile: OwnFileKind<RemovalRecord> = { format: 1, content: removalSchema }

/** appId of the number of the last removal, and of the version that it has committed. */
const removalsApp = 'removals'
const removedApp = 'removals/version'

/** What was removed on purpose up to a version of a table, oldest first. LEDGER_LOST. */
export async function readRemovals(lake: Lake, snapshot: Snapshot, context: Context): Promise<readonly Removal[]> {
  const { table, txns } = snapshot
  const numbers = Array.from({ length: numberOf(snapshot) }, (_, at) => at + 1)
  const records = await mapLimit(numbers, 16, async (n) => {
    const file = removalPath(table, n)
    const record = await readOwnFile(lake.store, file, removalFile, context.signal)
    if (!record) throw new MillraceError('LEDGER_LOST', { file, table })
    return record
  })
  const last = Number(txns.get(removedApp) ?? 0n)
  return records.map((record, at) => ({ ...record, version: records[at + 1]?.previous ?? last }))
}

/** `applyRestore`, and the table's ledger of files knows of it. */
export async function restoreTable(lake: Lake, plan: RestorePlan, context: Context): Promise<Snapshot> {
  const base = await readSnapshot(lake, plan.table, { version: plan.version }, context)
  if (batchesOf(base).length === 0) return applyRestore(lake, plan, {}, context)
  const then = await readSnapshot(lake, plan.table, { version: plan.to }, context)
  const to = { version: plan.to, batches: batchesOf(then), removals: numberOf(then) }
  const txns = await recordRemoval(lake, base, { operation: 'RESTORE', to, deleted: [] }, context)
  return applyRestore(lake, plan, { txns }, context)
}

/** `applyDelete`, and the table's ledger of files knows of it. */
export async function deleteRows(lake: Lake, plan: DeletePlan, context: Context): Promise<Snapshot> {
  const base = await readSnapshot(lake, plan.table, { version: plan.version }, context)
  if (batchesOf(base).length === 0 || plan.rowsDeleted === 0) return applyDelete(lake, plan, {}, context)
  const files = new Map([...base.files].filter(([path]) => plan.files.some((file) => file.path === path)))
  const query = sql`SELECT _file, count(*) FROM t WHERE (\n${raw(plan.where.sql)}\n) AND _file IS NOT NULL GROUP BY 1`
  const from = { t: relationOf(lake, { ...base, files }) }
  const deleted = (await collect(await lake.engine.run({ sql: query.text, from }, context))).map(([path, rows]) => ({
    path: String(path),
    rows: Number(rows),
  }))
  const txns = await recordRemoval(lake, base, { operation: 'DELETE', deleted }, context)
  return applyDelete(lake, plan, { txns }, context)
}

/** Writes what the next commit is about to remove; the `txn`s that make it true. */
async function recordRemoval(
  lake: Lake,
  base: Snapshot,
  removal: Pick<RemovalRecord, 'operation' | 'to' | 'deleted'>,
  context: Context,
) {
  const n = numberOf(base) + 1
  const previous = base.txns.get(removedApp)
  const record = {
    ...removal,
    batches: batchesOf(base),
    ...(previous !== undefined && { previous: Number(previous) }),
  }
  await writeOwnFile(lake.store, removalPath(base.table, n), removalFile, record, { signal: context.signal })
  return (version: number) => [
    { appId: removalsApp, version: BigInt(n) },
    { appId: removedApp, version: BigInt(version) },
  ]
}

function numberOf({ txns }: Snapshot): number {
  return Number(txns.get(removalsApp) ?? 0n)
}

function removalPath(table: string, n: number): string {
  return `${table}/_millrace/removals/${n}.json`
}
