import { randomUUID } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Relation } from '../engines/relation.ts'
import type { SealedTail } from '../engines/tail.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { append } from '../lake/write.ts'
import type { Log } from './log.ts'
import { commitStreamRejects } from './rejects.ts'

/** What a generation goes through on its way to the table. */
export interface FlushSite {
  readonly lake: Lake
  readonly table: string
  readonly log: Log
  /** The rows of a tail as the table has them. */
  readonly rowsOf: (rows: SealedTail['rows']) => Relation
}

/** A generation that takes no more; the name of its commit stays the same however often it is tried. */
export interface Pending {
  readonly sealed: SealedTail
  readonly commit: string
}

export function pendingOf(sealed: SealedTail): Pending {
  return { sealed, commit: randomUUID() }
}

/** appId under which a table says how far it has read a log: the offset of the last record, rows and rejects alike. */
export function logApp(log: string): string {
  return `${logPrefix}${log}`
}

const logPrefix = 'log/'

/** The logs that a table has read. */
export function logsOf({ txns }: Snapshot): readonly string[] {
  return [...txns.keys()].flatMap((appId) => (appId.startsWith(logPrefix) ? [appId.slice(logPrefix.length)] : []))
}

/**
 * Brings a sealed generation into its table, rejects first; then it is dropped, and its part of the log is freed. Each step
 * is done once, however often it is tried. The errors of `append`.
 */
export async function flushPending(site: FlushSite, { sealed, commit }: Pending, context: Context): Promise<Snapshot> {
  const { lake, table, log, rowsOf } = site
  const { upTo } = sealed
  const txn = { appId: logApp(log.id), version: upTo - 1n }
  await commitStreamRejects(lake, { table, log: log.id, rejects: sealed.rejects, txn }, context)
  const rows = { sql: 'SELECT * FROM events', from: { events: rowsOf(sealed.rows) } }
  let snapshot: Snapshot
  try {
    snapshot = (await append(lake, table, rows, { txns: [txn], info: { commit } }, context)).snapshot
  } catch (error) {
    // an earlier attempt has come through, though nobody was told
    if (!isError(error, 'TXN_COVERED')) throw error
    snapshot = await readSnapshot(lake, table, {}, context)
  }
  sealed.drop()
  await log.trim(upTo)
  return snapshot
}
