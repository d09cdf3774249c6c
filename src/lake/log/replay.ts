import type { Action, AddFile, Metadata, Protocol, RemoveFile } from '../actions.ts'

/** The state of a table while its log is replayed (Delta protocol, "Action Reconciliation"): the last action wins. */
export interface Replay {
  protocol?: Protocol
  metadata?: Metadata
  readonly files: Map<string, AddFile>
  readonly removed: Map<string, RemoveFile>
  readonly txns: Map<string, bigint>
  readonly txnTimes: Map<string, number>
}

export function emptyReplay(): Replay {
  return { files: new Map(), removed: new Map(), txns: new Map(), txnTimes: new Map() }
}

/** Applies the actions of one commit, or of a part of a checkpoint. */
export function replay(state: Replay, actions: Iterable<Action>): void {
  for (const action of actions) {
    if ('add' in action) {
      state.removed.delete(action.add.path)
      state.files.set(action.add.path, action.add)
    } else if ('remove' in action) {
      state.files.delete(action.remove.path)
      state.removed.set(action.remove.path, action.remove)
    } else if ('txn' in action) {
      const { appId, version, lastUpdated } = action.txn
      state.txns.set(appId, version)
      if (lastUpdated === undefined) state.txnTimes.delete(appId)
      else state.txnTimes.set(appId, lastUpdated)
    } else if ('metaData' in action) state.metadata = action.metaData
    else if ('protocol' in action) state.protocol = action.protocol
  }
}
