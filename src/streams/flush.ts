import { randomUUID } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Relation } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import type { SealedTail } from '../engines/tail.ts'
import type { Txn } from '../lake/actions.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { append } from '../lake/write.ts'
import { type EventIds, idsOfEvents } from './event-ids.ts'
import type { Log } from './log.ts'
import { logApp } from './read-logs.ts'
import { commitStreamRejects } from './rejects.ts'
import { runKey } from './stored-ids.ts'

/** What a generation goes through on its way to the table. */
export interface FlushSite {
  readonly lake: Lake
  readonly table: string
  readonly log: Log
  readonly ids?: EventIds
}

/** A generation that takes no more; the name of its commit stays the same however often it is tried. */
export interface Pending {
  readonly sealed: SealedTail
  readonly commit: string
}

export function pendingOf(sealed: SealedTail): Pending {
  return { sealed, commit: randomUUID() }
}

/**
 * Brings a sealed generation into its table: rejects first, then the run of its ids, its rows; it is dropped then, and its
 * part of the log is freed. Each step is done once, however often it is tried. The errors of `append`.
 */
export async function flushPending(site: FlushSite, { sealed, commit }: Pending, context: Context): Promise<Snapshot> {
  const { lake, table, log, ids } = site
  const { upTo } = sealed
  const txn = { appId: logApp(log.id), version: upTo - 1n }
  if (ids) await judge(lake, ids, sealed.rejects, upTo, context)
  await commitStreamRejects(lake, { table, log: log.id, rejects: sealed.rejects, txn }, context)
  await ids?.index.seal(commit, upTo)
  const snapshot = await commitRows(site, { sealed, commit }, txn, context)
  await ids?.index.adopt(commit, snapshot.version)
  sealed.drop()
  await log.trim(upTo)
  return snapshot
}

async function commitRows(
  { lake, table, ids }: FlushSite,
  { sealed, commit }: Pending,
  txn: Txn,
  context: Context,
): Promise<Snapshot> {
  const rows = { sql: 'SELECT * EXCLUDE (_offset, _received_at) FROM tail', from: { tail: sealed.rows } }
  try {
    return (await append(lake, table, rows, { txns: [txn], info: { [runKey]: commit } }, context)).snapshot
  } catch (error) {
    // an earlier attempt has come through, though nobody was told
    if (isError(error, 'TXN_COVERED')) return readSnapshot(lake, table, {}, context)
    // of one whose outcome is unknown the run is kept, as its files are
    if (!isError(error, 'COMMIT_UNKNOWN')) await ids?.index.withdraw(commit)
    throw error
  }
}

/** Tells the index which events before an offset broke a rule: their ids are free. */
export async function judge(
  lake: Lake,
  ids: EventIds,
  rejects: Relation,
  upTo: bigint,
  context: Context,
): Promise<void> {
  const sql = `SELECT _offset, payload FROM rejects WHERE kind = 'event'`
  const rows = await collect(await lake.engine.run({ sql, from: { rejects } }, context))
  const events = rows.map(([offset, payload]) => ({
    offset: BigInt(String(offset)),
    payload: Buffer.from(String(payload)),
  }))
  const { ids: rejected, offsetOf } = idsOfEvents(ids, events)
  ids.index.judge(upTo, rejected, offsetOf)
}
