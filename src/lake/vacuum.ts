import type { Context } from '../core/context.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Lake } from './lake.ts'
import { tombstoneRetentionMs } from './log/retention.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'

const hourMs = 3_600_000

/** Which files a vacuum would delete: shown before it is done, and no other is deleted. */
export interface VacuumPlan {
  readonly table: string
  readonly version: number
  /** What has gone, or been written without ever being committed, before this time is deleted. */
  readonly olderThanMs: number
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[]
  readonly bytes: number
}

export interface VacuumOptions {
  /** How long files of older versions are kept: `delta.deletedFileRetentionDuration` or 7 days, and never below an hour. */
  readonly retentionMs?: number
  /** Further files that somebody still needs, relative to the table. */
  readonly keep?: ReadonlySet<string>
}

/**
 * The data files that no version within the retention needs: removed before it, or written before it and of no version at
 * all. Folders beginning with `_` or `.` are left alone unless they are partitions. TABLE_NOT_FOUND.
 */
export async function planVacuum(
  lake: Lake,
  table: string,
  options: VacuumOptions,
  context: Context,
): Promise<VacuumPlan> {
  const snapshot = await readSnapshot(lake, table, {}, context)
  const retentionMs = Math.max(hourMs, options.retentionMs ?? tombstoneRetentionMs(snapshot.metadata))
  const olderThanMs = context.now() - retentionMs
  const files: { path: string; sizeBytes: number }[] = []
  for await (const { path, sizeBytes, modifiedMs } of lake.store.list(`${table}/`, { signal: context.signal })) {
    const inside = path.slice(table.length + 1)
    if (!isData(snapshot, inside) || modifiedMs >= olderThanMs) continue
    if (isNeeded(snapshot, inside, olderThanMs) || options.keep?.has(inside)) continue
    files.push({ path: inside, sizeBytes })
  }
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  return Object.freeze({ table, version: snapshot.version, olderThanMs, files, bytes })
}

/** Deletes what the plan lists, except what a version has come to need since. The number of deleted files. */
export async function applyVacuum(lake: Lake, plan: VacuumPlan, context: Context): Promise<number> {
  const { table, olderThanMs } = plan
  // in the queue, so that no restore of this process brings a file back while it goes
  return lake.queue.run(
    table,
    async () => {
      const snapshot = await readSnapshot(lake, table, {}, context)
      const files = plan.files.filter(({ path }) => !isNeeded(snapshot, path, olderThanMs))
      await mapLimit(files, 8, async ({ path }) => {
        context.signal.throwIfAborted()
        await lake.store.delete(`${table}/${path}`)
      })
      return files.length
    },
    'upkeep',
  )
}

/** A data file by its name, outside of what Delta hides from a vacuum. */
function isData({ partitionColumns }: Snapshot, path: string): boolean {
  if (!path.endsWith('.parquet')) return false
  return path.split('/').every((part) => {
    const hidden = part.startsWith('_') || part.startsWith('.')
    return !hidden || partitionColumns.some((column) => part.startsWith(`${column}=`))
  })
}

function isNeeded({ files, removed }: Snapshot, path: string, olderThanMs: number): boolean {
  if (files.has(path)) return true
  const tombstone = removed.get(path)
  return tombstone !== undefined && (tombstone.deletionTimestamp ?? 0) >= olderThanMs
}
