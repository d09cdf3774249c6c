import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { stringifyExact } from '../core/json.ts'
import { mapLimit } from '../core/map-limit.ts'
import { checkWritable } from './features.ts'
import type { Lake } from './lake.ts'
import { type Listing, listLog } from './log/listing.ts'
import { checkpointPath, logFolder, parseLogName } from './log/names.ts'
import { logRetentionMs } from './log/retention.ts'
import { buildSnapshot, type Snapshot } from './snapshot.ts'

/**
 * Deletes the part of a log that lies before its retention (`delta.logRetentionDuration`, 30 days) and before a
 * checkpoint from which every version within it can be read. That checkpoint is first held against the log that it
 * replaces. How many files were deleted. TABLE_CORRUPT when the checkpoint is wrong: nothing is deleted then.
 */
export async function cleanLog(lake: Lake, snapshot: Snapshot, context: Context): Promise<number> {
  const { table, metadata, protocol } = snapshot
  checkWritable(table, protocol, metadata)
  if (metadata.configuration['delta.enableExpiredLogCleanup']?.toLowerCase() === 'false') return 0
  const listing = await listLog(lake.store, table, 0, context.signal)
  const base = baseOf(listing, context.now() - logRetentionMs(metadata))
  if (base === undefined) return 0
  const doomed = await filesBefore(lake, table, base, context)
  if (doomed.length === 0) return 0
  await verify(lake, table, listing, base, context)
  // older checkpoints go first and then the oldest commit, so that what is left never looks like a whole log
  const checkpoints = doomed.filter(({ kind }) => kind !== 'commit')
  const commits = doomed.filter(({ kind }) => kind === 'commit')
  for (const { path } of [...checkpoints, ...commits.slice(0, 1)]) await lake.store.delete(path, context.signal)
  await mapLimit(commits.slice(1), 16, ({ path }) => lake.store.delete(path, context.signal))
  return doomed.length
}

/** The newest checkpoint at or before the version that was current at the time. */
function baseOf({ commits, checkpoints }: Listing, timeMs: number): number | undefined {
  const first = commits.findIndex(({ modifiedMs }) => modifiedMs > timeMs)
  const current = commits.at(first < 0 ? -1 : first - 1)
  if (first === 0 || current === undefined) return undefined
  return checkpoints.findLast(({ version }) => version <= current.version)?.version
}

/** The files of the log that belong to versions before `base`, oldest first. */
async function filesBefore(lake: Lake, table: string, base: number, context: Context) {
  const folder = logFolder(table)
  const found: { readonly path: string; readonly version: number; readonly kind: 'commit' | 'other' }[] = []
  for await (const { path } of lake.store.list(folder, { signal: context.signal })) {
    const name = path.slice(folder.length)
    const version = /^\d{20}(?=\.)/.exec(name)?.[0]
    if (version === undefined || Number(version) >= base) continue
    found.push({ path, version: Number(version), kind: parseLogName(name)?.kind === 'commit' ? 'commit' : 'other' })
  }
  return found.sort((a, b) => a.version - b.version)
}

/** Reads the checkpoint alone, and the same version without it, as long as that is possible. */
async function verify(lake: Lake, table: string, listing: Listing, base: number, context: Context): Promise<void> {
  const only = { ...listing, checkpoints: listing.checkpoints.filter(({ version }) => version === base) }
  const others = { ...listing, checkpoints: listing.checkpoints.filter(({ version }) => version !== base) }
  const checkpoint = await buildSnapshot(lake, table, { ...only, commits: [] }, base, context)
  const log = await buildSnapshot(lake, table, others, base, context)
  const whole = checkpoint.snapshot
  if (whole && (log.snapshot === undefined || contentOf(whole) === contentOf(log.snapshot))) return
  throw (
    checkpoint.broken ??
    new MillraceError('TABLE_CORRUPT', {
      table,
      file: checkpointPath(table, base),
      place: '',
      reason: 'the checkpoint is not what the log before it says',
    })
  )
}

/** What must be the same however a version was read: statistics may be left out of a checkpoint, tombstones expire. */
function contentOf({ protocol, metadata, files, txns }: Snapshot): string {
  const sorted = <T extends readonly unknown[]>(items: T[]) => items.map((item) => stringifyExact(item)).sort()
  return stringifyExact([
    protocol,
    metadata.id,
    metadata.schemaString,
    metadata.partitionColumns,
    sorted(Object.entries(metadata.configuration)),
    sorted([...files.values()].map((file) => [file.path, file.size, sorted(Object.entries(file.partitionValues))])),
    sorted([...txns]),
  ])
}
