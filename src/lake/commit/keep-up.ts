import type { Context } from '../../core/context.ts'
import { checkpointDue, writeCheckpoint } from '../checkpoint.ts'
import type { Lake } from '../lake.ts'
import { cleanLog } from '../log-cleanup.ts'
import type { Snapshot } from '../snapshot.ts'

/**
 * The checkpoint that a commit has made due, and the clean-up of the log behind it. The commit stands whatever becomes of
 * them: a failure is told as a fact, and the next commit tries again.
 */
export async function keepUp(lake: Lake, snapshot: Snapshot, context: Context): Promise<Snapshot> {
  const { table, version } = snapshot
  if (!checkpointDue(snapshot)) return snapshot
  try {
    const after = await writeCheckpoint(lake, snapshot, context)
    await cleanLog(lake, after, context)
    return after
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    context.emit({ kind: 'fact', type: 'table.checkpoint_failed', table, version, reason })
    return snapshot
  }
}
