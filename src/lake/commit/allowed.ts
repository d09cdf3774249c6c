import { MillraceError } from '../../core/errors.ts'
import type { ChangeAt } from '../change.ts'
import { checkWritable, isAppendOnly } from '../features.ts'
import type { Snapshot } from '../snapshot.ts'

/** Under this property readers forget `txn`s after a while, and a batch would be loaded twice. */
const txnRetention = 'delta.setTransactionRetentionDuration'

/**
 * Whether the change may be committed on top of a snapshot. FEATURE_UNSUPPORTED, TABLE_APPEND_ONLY; COMMIT_CONFLICT when
 * a file that it removes is no longer live or one that it adds is.
 */
export function checkAllowed(snapshot: Snapshot, change: ChangeAt): void {
  const { table, version, files } = snapshot
  const { operation, removes, adds, txns } = change
  const metadata = change.metadata ?? snapshot.metadata
  checkWritable(table, change.protocol ?? snapshot.protocol, metadata)
  if (txns.length > 0 && metadata.configuration[txnRetention] !== undefined)
    throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: txnRetention, operation: 'write' })
  if (isAppendOnly(metadata) && removes.some((file) => file.dataChange))
    throw new MillraceError('TABLE_APPEND_ONLY', { table, operation })
  const gone = removes.find((file) => !files.has(file.path))
  const there = adds.find((file) => files.has(file.path))
  if (!gone && !there) return
  const reason = gone ? `${gone.path} is no longer in the table` : `${there?.path} is in the table already`
  throw new MillraceError('COMMIT_CONFLICT', { table, operation, version, reason })
}
