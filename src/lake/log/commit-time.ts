import { mapLimit } from '../../core/map-limit.ts'
import type { ObjectStore } from '../../storage/store.ts'
import type { Action } from '../actions.ts'
import { decodeCommit } from './commit-codec.ts'
import type { Listing } from './listing.ts'
import { commitPath } from './names.ts'

/** Reads one commit. OBJECT_NOT_FOUND, TABLE_CORRUPT, FEATURE_UNSUPPORTED. */
export async function readCommit(
  store: ObjectStore,
  table: string,
  version: number,
  signal: AbortSignal,
): Promise<Action[]> {
  const file = commitPath(table, version)
  return decodeCommit(await store.read(file, undefined, signal), { table, file })
}

/**
 * When a commit was made, in milliseconds: what its commitInfo says (`inCommitTimestamp`, else `timestamp`), which
 * copying a table does not change; without it the time of the file.
 */
export function commitTime(actions: readonly Action[], modifiedMs: number): number {
  for (const action of actions) {
    if (!('commitInfo' in action)) continue
    const { inCommitTimestamp, timestamp } = action.commitInfo
    const time = inCommitTimestamp ?? timestamp
    if (Number.isSafeInteger(time)) return time as number
  }
  return modifiedMs
}

/**
 * The times of the commits of a listing, each later than the one before: where clocks went backwards, a version is taken
 * to be one millisecond younger than its predecessor, as Spark does.
 */
export async function commitTimes(
  store: ObjectStore,
  table: string,
  commits: Listing['commits'],
  signal: AbortSignal,
): Promise<readonly { readonly version: number; readonly timestampMs: number }[]> {
  const own = await mapLimit(commits, 16, async ({ version, modifiedMs }) =>
    commitTime(await readCommit(store, table, version, signal), modifiedMs),
  )
  let last = Number.NEGATIVE_INFINITY
  return commits.map(({ version }, index) => {
    last = Math.max(own[index] as number, last + 1)
    return { version, timestampMs: last }
  })
}
