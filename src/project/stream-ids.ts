import { join } from 'node:path'
import { eventChecker } from '../contract/check-event.ts'
import type { Contract } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import { readSnapshot } from '../lake/snapshot.ts'
import { nodeDisk } from '../storage/disk.ts'
import { type IdIndex, openIdIndex } from '../streams/dedupe.ts'
import { type EventIds, eventIdSql } from '../streams/event-ids.ts'
import { RejectedIds } from '../streams/rejected-ids.ts'
import { idSqlOf, storedIds } from '../streams/stored-ids.ts'
import type { OpenProject } from './open.ts'
import type { Target } from './parse.ts'

/** Opens the index of a stream's ids, of the table with that id. */
export async function openIds(
  { lake }: OpenProject,
  contract: Contract,
  name: string,
  table: string,
  context: Context,
): Promise<EventIds> {
  const stored = storedIds(lake, name, { table, contract }, context)
  const folder = join(lake.root, name, '_millrace', 'ids')
  const hasRules = contract.rules.length > 0
  const index = await openIdIndex({ disk: nodeDisk(), folder, stored, rules: hasRules })
  return {
    index,
    check: eventChecker(contract),
    idSql: idSqlOf(contract),
    eventIdSql: eventIdSql(contract),
    rejected: new RejectedIds(),
    hasRules,
  }
}

/** Gives `work` the index of a stream whose table is there: the one that is open, or one for its time. */
export async function withIds<Result>(
  project: OpenProject,
  { kind, name, contract }: Target,
  context: Context,
  work: (ids: IdIndex | undefined) => Promise<Result>,
): Promise<Result> {
  const open = project.ids?.(name)
  if (open || kind !== 'stream' || contract.id === undefined) return work(open)
  const { metadata } = await readSnapshot(project.lake, name, {}, context)
  const { index } = await openIds(project, contract, name, metadata.id, context)
  await using _ = index
  return await work(index)
}
