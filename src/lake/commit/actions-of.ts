import type { Action } from '../actions.ts'
import type { ChangeAt } from '../change.ts'
import { recordsOf } from '../records.ts'

/** What a commit says of itself besides its change. */
export interface CommitId {
  /** The commit's own name: by it an attempt whose answer was lost is found again. */
  readonly txnId: string
  readonly timestampMs: number
  /** Not there in the first commit: delta-rs cannot read a history with -1. */
  readonly readVersion?: number
}

/** The actions of a commit in the order of Delta's own writers. */
export function actionsOf(change: ChangeAt, { txnId, timestampMs, readVersion }: CommitId): Action[] {
  const { operation, parameters = {}, adds, removes, metadata, protocol, txns, metrics = {}, info } = change
  return [
    {
      commitInfo: {
        timestamp: timestampMs,
        operation,
        operationParameters: Object.fromEntries(
          Object.entries(parameters).map(([key, held]) => [
            key,
            typeof held === 'string' ? held : JSON.stringify(held),
          ]),
        ),
        ...(readVersion !== undefined && { readVersion }),
        isolationLevel: change.isolation ?? 'WriteSerializable',
        isBlindAppend: isBlindAppend(change),
        operationMetrics: {
          numFiles: String(adds.length),
          numOutputRows: String(recordsOf(adds) ?? ''),
          numOutputBytes: String(adds.reduce((sum, file) => sum + file.size, 0)),
          numRemovedFiles: String(removes.length),
          ...Object.fromEntries(Object.entries(metrics).map(([key, count]) => [key, String(count)])),
        },
        engineInfo: 'Millrace',
        txnId,
        ...info,
      },
    },
    ...(protocol ? [{ protocol }] : []),
    ...(metadata ? [{ metaData: metadata }] : []),
    ...txns.map((txn) => ({ txn: { lastUpdated: timestampMs, ...txn } })),
    ...removes.map((remove) => ({ remove })),
    ...adds.map((add) => ({ add })),
  ]
}

/** An append that looked at nothing: the only kind of commit that others may overlook. */
function isBlindAppend({ reads, removes, txns, metadata, protocol }: ChangeAt): boolean {
  return reads === 'nothing' && removes.length === 0 && txns.length === 0 && !metadata && !protocol
}
