import type { Action, Metadata } from '../actions.ts'
import type { ChangeAt } from '../change.ts'
import { addsOnly, schemaDifference } from './schema-change.ts'

/** A commit that came in between: the one at a version that the change wanted. */
export interface Winner {
  readonly version: number
  readonly actions: readonly Action[]
}

/**
 * - `compatible`: the change holds on top of the winner as well.
 * - `covered`: the winner carries all that the change would have, by the versions of its `txn`s.
 * - `conflict`: read again and decide again.
 */
export type Verdict =
  | { readonly kind: 'compatible' }
  | { readonly kind: 'covered'; readonly appId: string; readonly version: bigint }
  | { readonly kind: 'conflict'; readonly reason: string }

const compatible: Verdict = { kind: 'compatible' }
const conflict = (reason: string): Verdict => ({ kind: 'conflict', reason })

/**
 * Whether a change that was decided over a table with `metadata` still holds after `winner`: the rules of Delta's own
 * conflict checker under WriteSerializable (or Serializable, where the change asks for it), with two differences. A commit that carries a `txn` is not a blind append,
 * whatever it says. A winner's new metadata is looked at rather than refused: an append survives an added column.
 */
export function judge(change: ChangeAt, metadata: Metadata | undefined, winner: Winner): Verdict {
  const kinds = byKind(winner.actions)
  return (
    judgeTxns(change, kinds) ??
    judgeProtocol(change, kinds) ??
    judgeMetadata(change, metadata, kinds) ??
    judgeRemoves(change, kinds) ??
    judgeAdds(change, metadata, kinds) ??
    compatible
  )
}

type Kinds = ReturnType<typeof byKind>

function byKind(actions: readonly Action[]) {
  return {
    adds: actions.flatMap((action) => ('add' in action ? [action.add] : [])),
    removes: actions.flatMap((action) => ('remove' in action ? [action.remove] : [])),
    txns: actions.flatMap((action) => ('txn' in action ? [action.txn] : [])),
    metadata: actions.flatMap((action) => ('metaData' in action ? [action.metaData] : []))[0],
    protocol: actions.flatMap((action) => ('protocol' in action ? [action.protocol] : []))[0],
    saysBlind: actions.some((action) => 'commitInfo' in action && action.commitInfo['isBlindAppend'] === true),
  }
}

/** Two commits of one application are one after the other, never side by side. */
function judgeTxns(change: ChangeAt, winner: Kinds): Verdict | undefined {
  const won = new Map(winner.txns.map((txn) => [txn.appId, txn.version]))
  const met = change.txns.filter((txn) => won.has(txn.appId))
  const [first] = met
  if (!first) return undefined
  const version = won.get(first.appId) as bigint
  const behind = change.txns.some((txn) => (won.get(txn.appId) ?? txn.version - 1n) < txn.version)
  if (!behind) return { kind: 'covered', appId: first.appId, version }
  return conflict(`it moved ${first.appId} to ${version}`)
}

function judgeProtocol(change: ChangeAt, winner: Kinds): Verdict | undefined {
  // without a change of ours the caller asks again whether it can write the table at all
  return winner.protocol && change.protocol ? conflict('it changed the protocol too') : undefined
}

function judgeMetadata(change: ChangeAt, before: Metadata | undefined, winner: Kinds): Verdict | undefined {
  const after = winner.metadata
  if (!after || !before) return undefined
  if (change.metadata) return conflict('it changed the metadata too')
  if (after.id !== before.id) return conflict('it put another table in the place of this one')
  if (after.partitionColumns.join('\0') !== before.partitionColumns.join('\0'))
    return conflict('it changed the partition columns')
  const difference = schemaDifference(before, after)
  if (difference.kind === 'none') return undefined
  if (difference.kind === 'other') return conflict(difference.reason)
  return change.reads === 'nothing' ? undefined : conflict('it added columns')
}

function judgeRemoves(change: ChangeAt, winner: Kinds): Verdict | undefined {
  const mine = new Set(change.removes.map((file) => file.path))
  const { reads } = change
  for (const { path } of winner.removes) {
    if (mine.has(path)) return conflict(`it removed ${path}, which this would remove`)
    if (reads === 'everything' || (reads !== 'nothing' && reads.files.has(path)))
      return conflict(`it removed ${path}, which this has read`)
  }
  return undefined
}

function judgeAdds(change: ChangeAt, metadata: Metadata | undefined, winner: Kinds): Verdict | undefined {
  const { reads } = change
  if (winner.adds.length === 0) return undefined
  const otherSchema = change.metadata && metadata && !addsOnly(metadata, change.metadata)
  if (otherSchema) return conflict('it added files of the schema that this would change')
  // rows that only moved were judged by the files they moved from
  if (isRearrangement(winner) || isCompaction(change)) return undefined
  if (reads === 'nothing') return undefined
  if (isBlindAppend(winner) && change.isolation !== 'Serializable') return undefined
  const met = winner.adds.find((file) => reads === 'everything' || reads.couldHold(file))
  return met ? conflict(`it added ${met.path}, which this would have read`) : undefined
}

function isBlindAppend(winner: Kinds): boolean {
  return winner.saysBlind && winner.txns.length === 0 && winner.removes.length === 0
}

function isRearrangement(winner: Kinds): boolean {
  return winner.removes.length > 0 && [...winner.adds, ...winner.removes].every((file) => !file.dataChange)
}

function isCompaction(change: ChangeAt): boolean {
  return (
    !change.metadata &&
    change.removes.length > 0 &&
    [...change.adds, ...change.removes].every((file) => !file.dataChange)
  )
}
