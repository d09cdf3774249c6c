import { isError } from '../../core/errors.ts'
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

/** Reads one commit; undefined where there is none. TABLE_CORRUPT, FEATURE_UNSUPPORTED. */
export async function findCommit(
  store: ObjectStore,
  table: string,
  version: number,
  signal: AbortSignal,
): Promise<Action[] | undefined> {
  try {
    return await readCommit(store, table, version, signal)
  } catch (error) {
    if (isError(error, 'OBJECT_NOT_FOUND')) return undefined
    throw error
  }
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

/** Bytes in which the commitInfo, mostly the first line, is looked for before a whole commit is read. */
const headBytes = 64 * 1024

/** The time of a commit, without reading all of it where its commitInfo comes early. */
export async function readCommitTime(
  store: ObjectStore,
  table: string,
  { version, modifiedMs }: Listing['commits'][number],
  signal: AbortSignal,
): Promise<number> {
  const file = commitPath(table, version)
  const head = await store.read(file, { start: 0, end: headBytes }, signal)
  const whole = head.length < headBytes
  const lines = whole ? head : head.subarray(0, head.lastIndexOf(10) + 1)
  if (whole || lines.length > 0) {
    const actions = decodeCommit(lines, { table, file })
    if (whole || actions.some((action) => 'commitInfo' in action)) return commitTime(actions, modifiedMs)
  }
  return commitTime(await readCommit(store, table, version, signal), modifiedMs)
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
  const own = await mapLimit(commits, 16, (commit) => readCommitTime(store, table, commit, signal))
  let last = Number.NEGATIVE_INFINITY
  return commits.map(({ version }, index) => {
    last = Math.max(own[index] as number, last + 1)
    return { version, timestampMs: last }
  })
}
