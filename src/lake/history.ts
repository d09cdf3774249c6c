import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Action, CommitInfo, Txn } from './actions.ts'
import type { Lake } from './lake.ts'
import { commitTime, findCommit, readCommit } from './log/commit-time.ts'
import { listLog } from './log/listing.ts'
import { recordsOf } from './records.ts'

/** What one commit did, as its own actions and its commitInfo tell. */
export interface HistoryEntry {
  readonly version: number
  readonly timestampMs: number
  /** Delta's name of it: `WRITE`, `DELETE`, `MERGE`, … */
  readonly operation?: string
  /** Which system made it, as it says of itself. */
  readonly engine?: string
  readonly filesAdded: number
  readonly filesRemoved: number
  readonly bytesAdded: number
  /** Rows of the added files; undefined where one of them does not say. */
  readonly rowsAdded?: number
  /** False when the table's rows are the same as before. */
  readonly dataChange: boolean
  readonly txns: readonly Txn[]
  /** The whole commitInfo. */
  readonly info: CommitInfo
}

/** The commits that the log still has, newest first, at most `limit`. TABLE_NOT_FOUND, TABLE_CORRUPT. */
export async function history(
  lake: Lake,
  table: string,
  limit: number,
  context: Context,
): Promise<readonly HistoryEntry[]> {
  const { commits, checkpoints } = await listLog(lake.store, table, 0, context.signal)
  if (commits.length + checkpoints.length === 0) throw new MillraceError('TABLE_NOT_FOUND', { table, root: lake.root })
  const wanted = commits.toReversed().slice(0, limit)
  return mapLimit(wanted, 16, async ({ version, modifiedMs }) => {
    const actions = await readCommit(lake.store, table, version, context.signal)
    return entryOf(version, commitTime(actions, modifiedMs), actions)
  })
}

/** When a version was committed, in milliseconds; undefined where its commit is gone, or does not say. TABLE_CORRUPT. */
export async function committedAt(
  lake: Lake,
  table: string,
  version: number,
  context: Context,
): Promise<number | undefined> {
  const actions = await findCommit(lake.store, table, version, context.signal)
  const time = actions && commitTime(actions, Number.NaN)
  return Number.isNaN(time) ? undefined : time
}

/** The history of one commit. */
function entryOf(version: number, timestampMs: number, actions: readonly Action[]): HistoryEntry {
  const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []))
  const removes = actions.flatMap((action) => ('remove' in action ? [action.remove] : []))
  const info = actions.find((action) => 'commitInfo' in action)?.commitInfo ?? {}
  const { operation, engineInfo } = info
  const rowsAdded = recordsOf(adds)
  return {
    version,
    timestampMs,
    ...(typeof operation === 'string' && { operation }),
    ...(typeof engineInfo === 'string' && { engine: engineInfo }),
    filesAdded: adds.length,
    filesRemoved: removes.length,
    bytesAdded: adds.reduce((sum, add) => sum + add.size, 0),
    ...(rowsAdded !== undefined && { rowsAdded }),
    dataChange: [...adds, ...removes].some((file) => file.dataChange),
    txns: actions.flatMap((action) => ('txn' in action ? [action.txn] : [])),
    info,
  }
}
