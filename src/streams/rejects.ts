import { type Columns, parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Relation } from '../engines/relation.ts'
import type { Txn } from '../lake/actions.ts'
import { createTable } from '../lake/create.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot, tableExists } from '../lake/snapshot.ts'
import { append } from '../lake/write.ts'
import { join, name as quoted, sql, value } from '../sql/text.ts'
import type { EventId } from './event-ids.ts'
import { logsOf, readOf } from './read-logs.ts'
import { type LoggedMend, withStates } from './reject-state.ts'
import type { RejectedIds } from './rejected-ids.ts'

/** What a stream's log holds that is no row of its table, each record whole. */
export const streamRejectColumns: Columns = [
  // from the log and the offset: the same each time that the log is read
  parseColumn('id', 'varchar not null'),
  parseColumn('log', 'varchar not null'),
  parseColumn('offset', 'bigint not null'),
  // `event`: refused when it was loaded; `reject`: when it came; `mend`: what became of one;
  // `position`: how far a file has been read, see `positions.ts`
  parseColumn('kind', 'varchar not null'),
  // the id of the event, where it has one that can be read; of a conflict what stands for that and its content
  parseColumn('event_id', 'varchar'),
  parseColumn('column', 'varchar'),
  parseColumn('code', 'varchar'),
  parseColumn('message', 'varchar'),
  parseColumn('raw', 'varchar'),
  // how `raw` keeps the bytes: as the text that they are, or base64 where they are none
  parseColumn('encoding', 'varchar not null'),
  parseColumn('rejected_at', 'timestamptz not null'),
]

/** The table of what a stream refused. */
export function streamRejectsTable(table: string): string {
  return `${table}/_millrace/stream_rejects`
}

/** What a sealed generation refuses, or was told to be refused. */
export interface StreamRejects {
  readonly table: string
  readonly log: string
  /** What `Tail.seal` gives. */
  readonly rejects: Relation
  /** The ids of the events among them: `_offset`, `id`. */
  readonly ids: Relation
  readonly txn: Txn
}

/**
 * Adds a sealed generation's rejects, before its rows are committed: those up to the table's own `txn` count. Done once,
 * however often it is asked.
 */
export async function commitStreamRejects(
  lake: Lake,
  { table, log, rejects, ids, txn }: StreamRejects,
  context: Context,
): Promise<void> {
  const name = streamRejectsTable(table)
  if (!(await tableExists(lake, name, context)))
    await createTable(lake, name, { columns: streamRejectColumns }, context)
  // of a flush that was cut short they may be there, and their rows not
  const rows = (before: Snapshot) => recordsOf({ log, rejects, ids }, before.txns.get(txn.appId) ?? -1n)
  try {
    // a table of an earlier version lacks columns
    await append(lake, name, rows, { txns: [txn], evolve: true }, context)
  } catch (error) {
    if (!isError(error, 'TXN_COVERED')) throw error
  }
}

/** The ids of some events, as `commitStreamRejects` takes them. */
export function idsOf(events: readonly EventId[]): Relation {
  const columns = [parseColumn('_offset', 'bigint'), parseColumn('id', 'varchar')]
  return { kind: 'values', columns, rows: events.map(({ offset, id }) => [offset, id]) }
}

/** Records of a tail that are no rows, after an offset: rows of `streamRejectColumns`. */
export function recordsOf({ log, rejects, ids }: Pick<StreamRejects, 'log' | 'rejects' | 'ids'>, after: bigint) {
  const query = sql`SELECT substr(sha256(${value(log)} || ':' || _offset), 1, 20) AS id, ${value(log)} AS log,
    _offset AS "offset", kind, coalesce(told ->> 'id', known.id) AS event_id, coalesce("column", told ->> 'column') AS "column", coalesce(code, told ->> 'code') AS code,
    coalesce(message, told ->> 'message') AS message, CASE kind WHEN 'reject' THEN told ->> 'raw' ELSE payload END AS raw,
    coalesce(told ->> 'encoding', 'text') AS encoding, _received_at AS rejected_at
    FROM (SELECT *, CASE kind WHEN 'reject' THEN payload::JSON END AS told FROM rejects WHERE _offset > ${value(after)}) LEFT JOIN known USING (_offset)`
  return { sql: query.text, from: { rejects, known: ids } }
}

/**
 * What a stream has refused of what its table has read, a row a record, with the state that mends have given it; undefined
 * where there is none. `beyond`: mends that its log has beyond that; `held`: all that it has refused beyond that.
 */
export async function streamRejects(
  lake: Lake,
  table: Snapshot,
  { log = '', beyond = [], held }: Beyond,
  context: Context,
): Promise<Relation | undefined> {
  const kept = await keptRecords(lake, table, context)
  const of = [kept, held].filter((records) => records !== undefined)
  return of.length === 0 ? undefined : withStates({ kind: 'union', of }, log, beyond)
}

interface Beyond {
  readonly log?: string
  readonly beyond?: readonly LoggedMend[]
  readonly held?: Relation | undefined
}

/** Takes in the ids of all rejects of a table. */
export async function addRejectedIds(lake: Lake, table: string, ids: RejectedIds, context: Context): Promise<void> {
  const kept = await keptRecords(lake, await readSnapshot(lake, table, {}, context), context)
  if (!kept) return
  const query = { sql: 'SELECT event_id FROM kept WHERE event_id IS NOT NULL', from: { kept } }
  await using result = await lake.engine.run(query, context)
  for await (const rows of result.batches) for (const [id] of rows) ids.add(String(id))
}

/** The rejects and mends that a table has read: those beyond are not decided yet. */
export async function keptRecords(lake: Lake, table: Snapshot, context: Context): Promise<Relation | undefined> {
  const name = streamRejectsTable(table.table)
  if (!(await tableExists(lake, name, context))) return undefined
  const snapshot = await readSnapshot(lake, name, {}, context)
  const has = new Set(snapshot.columns.map((column) => column.name))
  const read = logsOf(table).map((log) => sql`log = ${value(log)} AND "offset" <= ${value(readOf(table, log))}`)
  if (read.length === 0) return undefined
  const columns = streamRejectColumns.map((column) =>
    has.has(column.name) ? quoted(column.name) : sql`NULL::VARCHAR AS ${quoted(column.name)}`,
  )
  const rows = sql`SELECT ${join(columns)} FROM rejects WHERE ${join(read, ' OR ')}`
  return { kind: 'select', sql: rows.text, from: { rejects: relationOf(lake, snapshot) } }
}
