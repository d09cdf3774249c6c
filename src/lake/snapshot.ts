import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Action, AddFile, Metadata, Protocol, RemoveFile } from './actions.ts'
import { checkReadable } from './features.ts'
import type { Lake } from './lake.ts'
import { readCheckpoint } from './log/checkpoint-rows.ts'
import { commitTime, commitTimes, readCommit, readCommitTime } from './log/commit-time.ts'
import { checkpointHint, type Listing, listLog } from './log/listing.ts'
import { commitPath, logFolder, parseLogName } from './log/names.ts'
import { emptyReplay, type Replay, replay } from './log/replay.ts'
import { columnsOf } from './schema.ts'

/** A table at one version. It is never changed; `refreshSnapshot` gives a newer one. */
export interface Snapshot {
  readonly table: string
  readonly version: number
  /** When the version was committed. */
  readonly timestampMs: number
  readonly protocol: Protocol
  readonly metadata: Metadata
  /** In the table's order, partition columns included. */
  readonly columns: Columns
  readonly partitionColumns: readonly string[]
  /** The table's data files by path. */
  readonly files: ReadonlyMap<string, AddFile>
  /** Tombstones: files that are no longer of the table, and which vacuum has not yet forgotten. */
  readonly removed: ReadonlyMap<string, RemoveFile>
  /** The last version that each application has committed, and when, where it said so. */
  readonly txns: ReadonlyMap<string, bigint>
  readonly txnTimes: ReadonlyMap<string, number>
  /** The version of the checkpoint that this was read from. */
  readonly checkpointVersion?: number
}

/** Which version: a number, or the last one committed at or before a time; the newest without either. */
export interface SnapshotAt {
  readonly version?: number
  readonly timestampMs?: number
}

/** How many commits are read and held at a time. */
const commitsAtOnce = 256

/** How often a log that is cleaned while it is read is begun again. */
const readAttempts = 3

/** True when the table has a log. */
export async function tableExists(lake: Lake, table: string, context: Context): Promise<boolean> {
  const folder = logFolder(table)
  for await (const { path } of lake.store.list(folder, { signal: context.signal }))
    if (parseLogName(path.slice(folder.length))) return true
  return false
}

/**
 * Reads a table from its newest usable checkpoint and the commits after it. TABLE_NOT_FOUND, VERSION_NOT_FOUND,
 * TIME_NOT_FOUND, TABLE_CORRUPT (a gap in the versions, an entry that cannot be read), FEATURE_UNSUPPORTED by name.
 */
export async function readSnapshot(lake: Lake, table: string, at: SnapshotAt, context: Context): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(lake, table, at, context)
    } catch (error) {
      // what was listed has been cleaned away meanwhile; what replaces it was there before
      if (attempt === readAttempts || !isError(error, 'OBJECT_NOT_FOUND')) throw error
    }
  }
}

async function readOnce(lake: Lake, table: string, at: SnapshotAt, context: Context): Promise<Snapshot> {
  const { store } = lake
  const hint = at.timestampMs === undefined ? await checkpointHint(store, table, context.signal) : 0
  if (hint > 0 && hint <= (at.version ?? hint)) {
    const recent = await listLog(store, table, hint, context.signal)
    if (recent.checkpoints.length > 0) {
      const { snapshot } = await buildSnapshot(lake, table, recent, at.version, context)
      if (snapshot) return snapshot
    }
  }
  const whole = await listLog(store, table, 0, context.signal)
  if (latestOf(whole) < 0) {
    if (whole.v2Checkpoints.length > 0) refuseV2(table)
    throw new MillraceError('TABLE_NOT_FOUND', { table, root: lake.root })
  }
  const version =
    at.timestampMs === undefined ? at.version : await versionAt(lake, table, whole, at.timestampMs, context)
  const { snapshot, broken } = await buildSnapshot(lake, table, whole, version, context)
  if (snapshot) return snapshot
  throw broken ?? unreadable(table, whole, version ?? latestOf(whole))
}

/** The snapshot brought up to date by the commits after it; the very same one when there are none. */
export async function refreshSnapshot(lake: Lake, snapshot: Snapshot, context: Context): Promise<Snapshot> {
  const { table, version } = snapshot
  const newer = await listLog(lake.store, table, version, context.signal)
  const commits = newer.commits.filter((commit) => commit.version > version)
  const known = newer.commits.length > commits.length || newer.checkpoints.some((found) => found.version === version)
  // without its own version, or with a gap after it, the log was cleaned or the table made anew
  if (!known || commits.some((commit, index) => commit.version !== version + 1 + index))
    return readSnapshot(lake, table, {}, context)
  const own = newer.commits.find((commit) => commit.version === version)
  if (own && (await readCommitTime(lake.store, table, own, context.signal)) > snapshot.timestampMs)
    return readSnapshot(lake, table, {}, context) // another table's commit has taken the number
  if (commits.length === 0) return snapshot
  const state = stateOf(snapshot)
  const timestampMs = await replayCommits(lake, table, commits, state, context)
  if (state.metadata?.id !== snapshot.metadata.id) return readSnapshot(lake, table, {}, context)
  return finish(table, state, {
    version: commits.at(-1)?.version ?? version,
    timestampMs: Math.max(timestampMs, snapshot.timestampMs + 1),
    checkpointVersion: newer.checkpoints.at(-1)?.version ?? snapshot.checkpointVersion,
  })
}

/** The newest version: of a table that is known by an older one with less work. */
export async function currentSnapshot(
  lake: Lake,
  table: string,
  known: Snapshot | undefined,
  context: Context,
): Promise<Snapshot> {
  return known ? refreshSnapshot(lake, known, context) : readSnapshot(lake, table, {}, context)
}

/** The snapshot after one more commit, whose actions are at hand. FEATURE_UNSUPPORTED when they make it unreadable. */
export function advanceSnapshot(snapshot: Snapshot, actions: readonly Action[], timestampMs: number): Snapshot {
  const state = stateOf(snapshot)
  replay(state, actions)
  return finish(snapshot.table, state, {
    version: snapshot.version + 1,
    timestampMs,
    checkpointVersion: snapshot.checkpointVersion,
  })
}

/** The snapshot's state as the start of a replay. */
function stateOf(snapshot: Snapshot): Replay {
  return {
    protocol: snapshot.protocol,
    metadata: snapshot.metadata,
    files: new Map(snapshot.files),
    removed: new Map(snapshot.removed),
    txns: new Map(snapshot.txns),
    txnTimes: new Map(snapshot.txnTimes),
  }
}

/** The snapshot that a listing allows; without a way to that version, the checkpoint that stands in it, if one does. */
export async function buildSnapshot(
  lake: Lake,
  table: string,
  listing: Listing,
  wanted: number | undefined,
  context: Context,
): Promise<{ readonly snapshot?: Snapshot; readonly broken?: MillraceError }> {
  const target = wanted ?? latestOf(listing)
  const usable = listing.checkpoints.filter(({ version }) => version <= target).reverse()
  let broken: MillraceError | undefined
  for (const checkpoint of [...usable, undefined]) {
    const commits = commitsBetween(listing, checkpoint?.version ?? -1, target)
    if (!commits) continue
    const state = emptyReplay()
    if (checkpoint) {
      try {
        for (const path of checkpoint.paths) replay(state, await readCheckpoint(lake, table, path, context))
      } catch (error) {
        const unusable = isError(error, 'TABLE_CORRUPT') || isError(error, 'FEATURE_UNSUPPORTED')
        if (!unusable) throw error
        broken ??= error
        continue // an older checkpoint, or the commits alone, give the same table, or the same refusal
      }
    }
    const replayed = await replayCommits(lake, table, commits, state, context)
    const timestampMs = commits.length > 0 ? replayed : await timeOf(lake, table, listing, target, context)
    return { snapshot: finish(table, state, { version: target, timestampMs, checkpointVersion: checkpoint?.version }) }
  }
  return broken ? { broken } : {}
}

/** The commits after `from` up to `to`, or undefined when one is missing. */
function commitsBetween(listing: Listing, from: number, to: number): Listing['commits'] | undefined {
  const commits = listing.commits.filter(({ version }) => version > from && version <= to)
  return commits.length === to - from ? commits : undefined
}

/** Applies commits in their order; the time of the last. */
async function replayCommits(
  lake: Lake,
  table: string,
  commits: Listing['commits'],
  state: Replay,
  context: Context,
): Promise<number> {
  let last = 0
  for (let from = 0; from < commits.length; from += commitsAtOnce) {
    const batch = commits.slice(from, from + commitsAtOnce)
    const read = await mapLimit(batch, 16, ({ version }) => readCommit(lake.store, table, version, context.signal))
    for (const [index, actions] of read.entries()) {
      replay(state, actions)
      last = commitTime(actions, batch[index]?.modifiedMs ?? 0)
    }
  }
  return last
}

/** The time of a version that was read from its checkpoint alone. */
async function timeOf(lake: Lake, table: string, listing: Listing, version: number, context: Context): Promise<number> {
  const commit = listing.commits.find((found) => found.version === version)
  if (commit) return readCommitTime(lake.store, table, commit, context.signal)
  return listing.checkpoints.findLast((found) => found.version === version)?.modifiedMs ?? 0
}

function finish(
  table: string,
  { protocol, metadata, ...state }: Replay,
  at: { readonly version: number; readonly timestampMs: number; readonly checkpointVersion: number | undefined },
): Snapshot {
  if (!protocol || !metadata)
    throw new MillraceError('TABLE_CORRUPT', {
      table,
      file: logFolder(table),
      place: '',
      reason: `no ${protocol ? 'metaData' : 'protocol'} up to version ${at.version}`,
    })
  checkReadable(table, protocol, metadata)
  const { checkpointVersion, ...when } = at
  return {
    table,
    ...when,
    protocol,
    metadata,
    columns: columnsOf(metadata.schemaString, table),
    partitionColumns: metadata.partitionColumns,
    ...state,
    ...(checkpointVersion !== undefined && { checkpointVersion }),
  }
}

/** The last version committed at or before a time, of those that can still be read. */
async function versionAt(
  lake: Lake,
  table: string,
  listing: Listing,
  timestampMs: number,
  context: Context,
): Promise<number> {
  const earliest = earliestOf(listing) ?? Number.POSITIVE_INFINITY
  const commits = listing.commits.filter(({ version }) => version >= earliest)
  const times = [...(await commitTimes(lake.store, table, commits, context.signal))]
  // the commit of the oldest checkpoint may be gone
  const oldest = listing.checkpoints.find(({ version }) => version === earliest && version !== commits[0]?.version)
  if (oldest) times.unshift({ version: oldest.version, timestampMs: oldest.modifiedMs })
  const found = times.findLast((commit) => commit.timestampMs <= timestampMs)
  if (found) return found.version
  throw new MillraceError('TIME_NOT_FOUND', {
    table,
    time: new Date(timestampMs).toISOString(),
    earliest: times[0] ? new Date(times[0].timestampMs).toISOString() : 'unknown',
  })
}

function latestOf(listing: Listing): number {
  return Math.max(listing.commits.at(-1)?.version ?? -1, listing.checkpoints.at(-1)?.version ?? -1)
}

/** Why there is no way to a version. */
function unreadable(table: string, listing: Listing, version: number): MillraceError {
  const latest = latestOf(listing)
  const earliest = earliestOf(listing)
  if (version > latest || (earliest !== undefined && version < earliest))
    return new MillraceError('VERSION_NOT_FOUND', { table, version, earliest: earliest ?? latest, latest })
  if (listing.v2Checkpoints.some((found) => found <= version)) refuseV2(table)
  const base = listing.checkpoints.findLast((found) => found.version <= version)?.version ?? -1
  const present = new Set(listing.commits.map((commit) => commit.version))
  let gap = base + 1
  while (present.has(gap)) gap++
  return new MillraceError('TABLE_CORRUPT', {
    table,
    file: commitPath(table, gap),
    place: '',
    reason: 'the commit is missing',
  })
}

/** The first version from which the log can be replayed. */
function earliestOf({ commits, checkpoints }: Listing): number | undefined {
  return commits[0]?.version === 0 ? 0 : checkpoints[0]?.version
}

function refuseV2(table: string): never {
  throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: 'v2Checkpoint', operation: 'read' })
}
