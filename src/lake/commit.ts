import { randomUUID } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { type Change, changeAt } from './change.ts'
import { actionsOf } from './commit/actions-of.ts'
import { checkAllowed } from './commit/allowed.ts'
import { judge } from './commit/conflict.ts'
import { keepUp } from './commit/keep-up.ts'
import { putCommit } from './commit/put-commit.ts'
import type { Lake } from './lake.ts'
import { encodeCommit } from './log/commit-codec.ts'
import { commitTime, findCommit } from './log/commit-time.ts'
import { recordsOf } from './records.ts'
import { settle } from './settle.ts'
import { advanceSnapshot, type Snapshot } from './snapshot.ts'

/**
 * Commits a change that was decided over `base`, at the first free version. Commits in between are read and judged: it
 * goes on top of them where it still holds. Its files must be synced (`stage` does), and it belongs into the table's
 * queue. Files of a commit that failed with COMMIT_UNKNOWN are left alone by everybody but vacuum.
 *
 * COMMIT_CONFLICT (decide again), TXN_COVERED (nothing left to do), COMMIT_UNKNOWN, TABLE_APPEND_ONLY,
 * FEATURE_UNSUPPORTED.
 */
export async function commit(lake: Lake, base: Snapshot, change: Change, context: Context): Promise<Snapshot> {
  const { table } = base
  const id = randomUUID()
  let current = base
  for (;;) {
    // a look costs less than a put that comes second
    current = await passWinners(lake, base, current, change, context)
    const version = current.version + 1
    const wanted = changeAt(change, version)
    checkAllowed(current, wanted)
    const timestampMs = Math.max(context.now(), current.timestampMs + 1)
    const actions = actionsOf(wanted, { txnId: id, timestampMs, readVersion: base.version })
    const outcome = await putCommit(lake, { table, version, id, bytes: encodeCommit(actions) }, context)
    if (outcome === 'ours') {
      const committed = advanceSnapshot(current, actions, timestampMs)
      report(committed, change, context)
      return keepUp(lake, committed, context)
    }
  }
}

/** The snapshot after the commits that came in between, if the change still holds after each. */
async function passWinners(
  lake: Lake,
  base: Snapshot,
  before: Snapshot,
  change: Change,
  context: Context,
): Promise<Snapshot> {
  const { table } = base
  let current = before
  for (;;) {
    const version = current.version + 1
    const actions = await findCommit(lake.store, table, version, context.signal)
    if (!actions) return current
    const verdict = judge(changeAt(change, version), base.metadata, { version, actions })
    if (verdict.kind === 'covered') {
      await settle(lake, { table, version }, context)
      throw new MillraceError('TXN_COVERED', { table, appId: verdict.appId, version: verdict.version })
    }
    if (verdict.kind === 'conflict')
      throw new MillraceError('COMMIT_CONFLICT', {
        table,
        operation: change.operation,
        version,
        reason: verdict.reason,
      })
    current = advanceSnapshot(current, actions, Math.max(commitTime(actions, 0), current.timestampMs + 1))
  }
}

function report({ table, version }: Snapshot, { adds }: Change, context: Context): void {
  const rowsAdded = recordsOf(adds) ?? 0
  context.emit({ kind: 'fact', type: 'table.committed', table, version, rowsAdded, filesAdded: adds.length })
}
