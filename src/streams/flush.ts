import { randomUUID } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Query } from '../engines/engine.ts'
import type { Relation, TailRelation } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import type { SealedTail } from '../engines/tail.ts'
import type { Txn } from '../lake/actions.ts'
import { again } from '../lake/again.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { settle } from '../lake/settle.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { commitStaged, stage } from '../lake/stage.ts'
import { raw, sql } from '../sql/text.ts'
import { type EventId, type EventIds, idsOfEvents } from './event-ids.ts'
import type { Log } from './log.ts'
import { logApp, readOf } from './read-logs.ts'
import { commitStreamRejects, idsOf } from './rejects.ts'
import { accountTxns, type RowAccount, rowAccount } from './row-account.ts'
import { runKey } from './stored-ids.ts'

/** What a generation goes through on its way to the table. */
export interface FlushSite {
  readonly lake: Lake
  readonly table: string
  readonly log: Log
  readonly ids?: EventIds
}

/** What one commit takes of a generation that takes no more; its name stays the same however often it is tried. */
export interface Portion {
  readonly sealed: SealedTail
  readonly commit: string
  /** It takes the records after this offset, */
  readonly after: bigint
  /** and before this one. */
  readonly upTo: bigint
}

/** What is next of a generation: at most so many records, so that whoever is killed again and again gets on. */
export function portionOf(sealed: SealedTail, after: bigint, records: number): Portion {
  const most = after + 1n + BigInt(records)
  return { sealed, commit: randomUUID(), after, upTo: most < sealed.upTo ? most : sealed.upTo }
}

/**
 * Brings a portion of a sealed generation into its table: rejects first, then the run of its ids, its rows; then its part
 * of the log may be freed. Each step is done once, however often it is tried. The errors of `stage` and `commit`.
 */
export async function flushPortion(site: FlushSite, portion: Portion, context: Context): Promise<Snapshot> {
  const { lake, table, log, ids } = site
  const { sealed, commit, after, upTo } = portion
  const txn = { appId: logApp(log.id), version: upTo - 1n }
  const rejects = { ...sealed.rejects, after, upTo }
  const rejected = ids ? await judge(lake, ids, rejects, upTo, context) : []
  await commitStreamRejects(lake, { table, log: log.id, rejects, ids: idsOf(rejected), txn }, context)
  await ids?.index.seal(commit, upTo)
  const snapshot = await commitRows(site, portion, txn, context)
  await ids?.index.adopt(commit, snapshot.version)
  return snapshot
}

async function commitRows(site: FlushSite, portion: Portion, txn: Txn, context: Context): Promise<Snapshot> {
  const { lake, table, log, ids } = site
  const { sealed, commit, after, upTo } = portion
  try {
    return await again(lake, table, context, async (enter) => {
      const base = await readSnapshot(lake, table, {}, context)
      if (readOf(base, log.id) >= txn.version) {
        // an earlier attempt has come through, though nobody was told
        await settle(lake, base, context)
        return base
      }
      const account = await rowAccount(lake, base, context)
      const { query, late } = await newRows(site, { ...sealed.rows, after, upTo }, base, account, context)
      const rejected = await refusedIn(lake, { ...sealed.rejects, after, upTo }, context)
      const { adds, rows } = await stage(lake, base, query, context)
      const txns = [txn, ...accountTxns(base, account, log.id, { stored: BigInt(rows), rejected, late })]
      const change = {
        operation: 'WRITE',
        parameters: { mode: 'Append', partitionBy: base.partitionColumns },
        adds,
        removes: [],
        txns,
        // ids that others bring meanwhile are looked at
        ...(ids ? ({ reads: 'everything', isolation: 'Serializable' } as const) : ({ reads: 'nothing' } as const)),
        info: { [runKey]: commit },
      }
      return enter(() => commitStaged(lake, base, change, adds, context))
    })
  } catch (error) {
    if (isError(error, 'TXN_COVERED')) return readSnapshot(lake, table, {}, context)
    // of one whose outcome is unknown the run is kept, as its files are
    if (!isError(error, 'COMMIT_UNKNOWN')) await ids?.index.withdraw(commit)
    throw error
  }
}

/** How many events of a portion the rules refuse. */
async function refusedIn(lake: Lake, rejects: TailRelation, context: Context): Promise<bigint> {
  if (rejects.generations.length === 0) return 0n
  const query = { sql: `SELECT count(*) FROM rejects WHERE kind = 'event'`, from: { rejects } }
  const [row] = await collect(await lake.engine.run(query, context))
  return BigInt(String(row?.[0]))
}

/** The rows without those whose id others have brought to the table since: these are late duplicates. */
async function newRows(
  { lake, ids }: FlushSite,
  rows: Relation,
  base: Snapshot,
  { news }: RowAccount,
  context: Context,
): Promise<{ readonly query: Query; readonly late: bigint }> {
  const all = 'SELECT * EXCLUDE (_offset, _received_at) FROM tail'
  if (!ids || news.length === 0) return { query: { sql: all, from: { tail: rows } }, late: 0n }
  const from = {
    tail: rows,
    news: relationOf(lake, { ...base, files: new Map(news.map((file) => [file.path, file])) }),
  }
  const id = raw(ids.idSql)
  const known = sql`${id} IS NOT NULL AND ${id} IN (SELECT ${id} FROM news WHERE ${id} IS NOT NULL)`
  const count = sql`SELECT count(*) FROM tail WHERE ${known}`
  const [row] = await collect(await lake.engine.run({ sql: count.text, from }, context))
  return { query: { sql: sql`${raw(all)} WHERE NOT (${known})`.text, from }, late: BigInt(String(row?.[0])) }
}

/** Tells the index which events before an offset broke a rule: their ids are free. They are the answer. */
export async function judge(
  lake: Lake,
  ids: EventIds,
  rejects: Relation,
  upTo: bigint,
  context: Context,
): Promise<readonly EventId[]> {
  const { ids: rejected, offsetOf, found } = await refusedEvents(lake, ids, rejects, context)
  // before their ids are free
  for (const { id } of found) ids.rejected.add(id)
  ids.index.judge(upTo, rejected, offsetOf)
  return found
}

/** The ids of the events that broke a rule. */
async function refusedEvents(
  lake: Lake,
  ids: EventIds,
  rejects: Relation,
  context: Context,
): Promise<ReturnType<typeof idsOfEvents>> {
  const bad = `SELECT _offset, payload FROM rejects WHERE kind = 'event'`
  const none = rejects.kind === 'tail' && rejects.generations.length === 0
  const rows = none ? [] : await collect(await lake.engine.run({ sql: bad, from: { rejects } }, context))
  const events = rows.map(([offset, payload]) => ({
    offset: BigInt(String(offset)),
    payload: Buffer.from(String(payload)),
  }))
  return idsOfEvents(ids, events)
}
