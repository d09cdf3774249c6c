import { type Columns, parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import type { Disk } from '../storage/disk.ts'
import type { HeldRejects } from '../streams/held-rejects.ts'
import { type StreamAccount, streamLedger } from '../streams/ledger.ts'
import type { LogView } from '../streams/log.ts'
import { streamRejects } from '../streams/rejects.ts'
import { keyOf } from './deliveries/holding.ts'
import { type RecordedDelivery, readDeliveries } from './deliveries.ts'
import { rejectColumns, rejectsRelation } from './rejects.ts'
import type { Removal } from './removals.ts'

/** The account of one delivery: what was counted on the way in, and what is there now. */
export interface LedgerLine {
  readonly table: string
  readonly delivery: RecordedDelivery
  /** How the rows of the file come about, all its deliveries together; for the first that stands only. */
  readonly rows?: RowsAccount
  /** Rejects that are kept of the delivery. */
  readonly rejectsKept: number
  /** What does not add up, in words. */
  readonly open: readonly string[]
}

/** Rows of one file: stored − removed + restored = in the table. */
export interface RowsAccount {
  /** Of the deliveries that no other has replaced. */
  readonly stored: number
  /** Of these, what deletions and restores have taken out. */
  readonly removed: number
  /** Of replaced deliveries, what restores have brought back. */
  readonly restored: number
  /** Counted there. */
  readonly inTable: number
  /** The commits that removed and restored, each with what it did. */
  readonly by: readonly string[]
}

/**
 * The ledger of a table's files: lines against what they were, records against what became of them, and both against
 * what table and rejects hold. What was removed on purpose is part of it, with the commit; rows that are missing for any
 * other reason open it.
 */
export async function fileLedger(lake: Lake, table: string, context: Context): Promise<readonly LedgerLine[]> {
  const snapshot = await readSnapshot(lake, table, {}, context)
  const deliveries = await readDeliveries(lake, snapshot, context)
  const rows = await rowsByFile(lake, snapshot, context)
  const kept = await rejectsByDelivery(lake, table, deliveries, context)
  const accounts = new Map(
    [...Map.groupBy(deliveries, ({ path }) => path)].map(([path, of]) => [path, rowsAccount(of, rows.get(path) ?? 0)]),
  )
  const told = new Set<string>()
  return deliveries.map((delivery) => {
    const { path, current, held } = delivery
    const account = accounts.get(path) as RowsAccount
    // rows that came back in a way that nobody told are those of the first
    const stray = account.inTable > 0 && !deliveries.some((each) => stands(each, path))
    const first = !told.has(path) && (current || held || stray)
    if (first) told.add(path)
    const rejectsKept = kept.get(keyOf(delivery.source, delivery.batch, path)) ?? 0
    const open = [
      ...countFaults(delivery),
      ...(current ? rejectFaults(delivery, rejectsKept) : []),
      ...(first ? rowFaults(account) : []),
    ]
    return { table, delivery, rejectsKept, open, ...(first && { rows: account }) }
  })
}

function stands({ path, current, held }: RecordedDelivery, of: string): boolean {
  return path === of && (current || held)
}

function rowsAccount(of: readonly RecordedDelivery[], inTable: number): RowsAccount {
  const sum = (deliveries: readonly RecordedDelivery[]) => deliveries.reduce((rows, { stored }) => rows + stored, 0)
  const away = of.filter(({ current, held }) => current && !held)
  const back = of.filter(({ current, held }) => !current && held)
  const deletions = of[0]?.deletions ?? []
  const changes = [
    ...away.map(({ restore, stored }) => ({ by: restore, rows: -stored })),
    ...back.map(({ restore, stored }) => ({ by: restore, rows: stored })),
    ...deletions.map(({ by, rows }) => ({ by, rows: -rows })),
  ]
  return {
    stored: sum(of.filter(({ current }) => current)),
    removed: sum(away) + deletions.reduce((rows, deletion) => rows + deletion.rows, 0),
    restored: sum(back),
    inTable,
    by: [...Map.groupBy(changes, ({ by }) => by)].flatMap(([by, made]) => (by ? [changeText(by, made)] : [])),
  }
}

function changeText(by: Removal, made: readonly { readonly rows: number }[]): string {
  const of = (sign: number) => made.reduce((sum, { rows }) => (Math.sign(rows) === sign ? sum + rows : sum), 0)
  const what = by.to ? `RESTORE to version ${by.to.version}` : by.operation
  const counts = [of(-1) === 0 ? '' : `−${-of(-1)}`, of(1) === 0 ? '' : `+${of(1)}`].filter((text) => text !== '')
  return `version ${by.version} (${what}): ${counts.join(' ')}`
}

function rowFaults({ stored, removed, restored, inTable }: RowsAccount): string[] {
  if (stored - removed + restored === inTable) return []
  const terms = [
    `${stored} ${stored === 1 ? 'row' : 'rows'} stored`,
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(restored > 0 ? [`${restored} restored`] : []),
  ]
  return [`${terms.join(', ')}, ${inTable} in the table`]
}

function countFaults({ lines, after, counts, stored, rejected, duplicate, elsewhere }: RecordedDelivery): string[] {
  const { header, blank, records, continuation, rejected: badLines } = counts
  const accounted = (after?.lines ?? 0) + header + blank + records + continuation + badLines
  const settled = stored + rejected + duplicate + elsewhere
  return [
    ...(accounted === lines ? [] : [`${lines} lines, ${accounted} accounted for`]),
    ...(settled === records ? [] : [`${records} records, ${settled} accounted for`]),
  ]
}

function rejectFaults({ rejected, counts }: RecordedDelivery, kept: number): string[] {
  const told = rejected + counts.rejected
  return told === kept ? [] : [`${told} rejects counted, ${kept} kept`]
}

async function rowsByFile(lake: Lake, snapshot: Snapshot, context: Context): Promise<ReadonlyMap<string, number>> {
  if (snapshot.files.size === 0 || !snapshot.columns.some(({ name }) => name === '_file')) return new Map()
  const query = { sql: 'SELECT _file, count(*) FROM t GROUP BY 1', from: { t: relationOf(lake, snapshot) } }
  const rows = await collect(await lake.engine.run(query, context))
  return new Map(rows.map(([path, count]) => [String(path), Number(count)]))
}

async function rejectsByDelivery(
  lake: Lake,
  table: string,
  deliveries: readonly RecordedDelivery[],
  context: Context,
): Promise<ReadonlyMap<string, number>> {
  const r = await rejectsRelation(lake, table, deliveries, context)
  const sql = 'SELECT source, batch, file, count(*) FROM r GROUP BY ALL'
  const rows = await collect(await lake.engine.run({ sql, from: { r } }, context))
  return new Map(
    rows.map(([source, batch, file, count]) => [keyOf(String(source), Number(batch), String(file)), Number(count)]),
  )
}

const fileColumns: Columns = [
  parseColumn('table', 'varchar not null'),
  parseColumn('source', 'varchar not null'),
  parseColumn('batch', 'bigint not null'),
  parseColumn('file', 'varchar not null'),
  parseColumn('digest', 'varchar not null'),
  parseColumn('content_bytes', 'bigint not null'),
  parseColumn('loaded_at', 'timestamptz not null'),
  // false: a later delivery of the file took its rows out
  parseColumn('current', 'boolean not null'),
  ...['lines', 'header', 'blank', 'records', 'continuation', 'rejected_lines'].map((name) =>
    parseColumn(name, 'bigint'),
  ),
  ...['stored', 'rejected', 'duplicate', 'elsewhere'].map((name) => parseColumn(name, 'bigint')),
]

/** `millrace.files`: every file that was loaded into these tables, as it was counted. */
export async function filesRelation(lake: Lake, tables: readonly string[], context: Context): Promise<Relation> {
  const rows = []
  for (const table of tables) {
    const snapshot = await readSnapshot(lake, table, {}, context)
    for (const delivery of await readDeliveries(lake, snapshot, context)) rows.push([table, ...fileRow(delivery)])
  }
  return { kind: 'values', columns: fileColumns, rows }
}

function fileRow(delivery: RecordedDelivery) {
  const { source, batch, path, digest, contentBytes, loadedAt, current, lines, after, counts } = delivery
  const { header, blank, records, continuation, rejected } = counts
  const own = lines - (after?.lines ?? 0)
  const facts = [source, batch, path, digest, contentBytes, loadedAt, current]
  const settled = [delivery.stored, delivery.rejected, delivery.duplicate, delivery.elsewhere]
  return [...facts, own, header, blank, records, continuation, rejected, ...settled]
}

/** What lines of streams have beside what they share with those of files; `rejected` is at ingest. */
const streamCounts = [
  'received',
  'accepted',
  'conflicts',
  'mended',
  'rejected_by_rule',
  'late_duplicate',
  'pending',
  'rejects_open',
  'rejects_mended',
  'rejects_superseded',
  'rejects_discarded',
  'rows_stored',
  'rows_foreign',
] as const

const ledgerColumns: Columns = [
  parseColumn('table', 'varchar not null'),
  // `file`: of a source; `log`: of a stream, all that was sent to it
  parseColumn('kind', 'varchar not null'),
  parseColumn('source', 'varchar'),
  parseColumn('batch', 'bigint'),
  parseColumn('file', 'varchar'),
  parseColumn('log', 'varchar'),
  parseColumn('current', 'boolean not null'),
  ...[
    'lines',
    'records',
    'stored',
    'rejected',
    'duplicate',
    'removed',
    'restored',
    'rows_in_table',
    'rejects_kept',
  ].map((name) => parseColumn(name, 'bigint')),
  // the commits that removed and restored rows of the file
  parseColumn('changed_by', 'varchar'),
  ...streamCounts.map((name) => parseColumn(name, 'bigint')),
  parseColumn('closes', 'boolean not null'),
  parseColumn('open', 'varchar'),
]

/** `millrace.ledger`: whether the account of each file and of each stream closes. */
export async function ledgerRelation(
  lake: Lake,
  tables: readonly string[],
  context: Context,
  logs: Logs,
): Promise<Relation> {
  const rows = []
  for (const table of tables) {
    for (const { delivery, rows: account, rejectsKept, open } of await fileLedger(lake, table, context)) {
      const { source, batch, path, current, lines, counts, stored, rejected, duplicate } = delivery
      const { removed = null, restored = null, inTable = null, by = [] } = account ?? {}
      const told = [counts.records, stored, rejected + counts.rejected, duplicate, removed, restored, inTable]
      const why = [open.length === 0, open.join('; ') || null]
      const none = streamCounts.map(() => null)
      const place = [table, 'file', source, batch, path, null, current]
      rows.push([...place, lines, ...told, rejectsKept, by.join('; ') || null, ...none, ...why])
    }
    const stream = await streamLedger(lake, table, { disk: logs.disk, view: () => logs.log(table) }, context)
    if (stream) rows.push(streamRow(table, stream))
  }
  return { kind: 'values', columns: ledgerColumns, rows }
}

/** The logs of a project's streams, as they are when they are asked for. */
export interface Logs {
  readonly disk: Disk
  log(stream: string): Promise<LogView | undefined>
  /** What streams have refused that their tables have not read; else it is left out. */
  readonly held?: ReadonlyMap<string, HeldRejects> | undefined
}

function streamRow(table: string, account: StreamAccount) {
  const { counters, rejects, rows, open } = account
  const { received, accepted, duplicates, rejected, conflicts, mended } = counters
  const kept = rejects.open + rejects.mended + rejects.superseded + rejects.discarded
  const told = [account.next, account.stored, rejected, duplicates, rows.removed, rows.restored, rows.inTable, kept]
  const came = [received, accepted, conflicts, mended, account.rejectedByRule, account.lateDuplicates, account.pending]
  const states = [rejects.open, rejects.mended, rejects.superseded, rejects.discarded]
  const place = [table, 'log', null, null, null, account.log, true]
  const why = [open.length === 0, open.join('; ') || null]
  return [...place, null, ...told, null, ...came, ...states, rows.stored, rows.foreign, ...why]
}

/** Events as the rows of files: the log in the place of the file, the offset in that of the line. */
const streamRows = `SELECT n."table", s.id, 'events' AS source, NULL AS batch, 'log/' || s.log AS file, s."offset" AS line,
  s."column", s.code, s.message, s.raw, s.encoding, s.rejected_at, s.state, s.reason
  FROM s CROSS JOIN n`

const stateColumns: Columns = [parseColumn('state', 'varchar not null'), parseColumn('reason', 'varchar')]

/** Rejects of files are open for as long as their delivery stands. */
const fileRejects = `SELECT n."table", r.*, 'open' AS state, NULL::VARCHAR AS reason FROM r CROSS JOIN n`

/** `millrace.rejects`: what these tables refused, each with the table's name. */
export async function allRejectsRelation(
  lake: Lake,
  tables: readonly string[],
  context: Context,
  { held }: Pick<Logs, 'held'> = {},
): Promise<Relation> {
  const of: Relation[] = []
  for (const table of tables) {
    const snapshot = await readSnapshot(lake, table, {}, context)
    const deliveries = await readDeliveries(lake, snapshot, context)
    const columns = [parseColumn('table', 'varchar')]
    const n = { kind: 'values', columns, rows: [[table]] } as const
    const r = await rejectsRelation(lake, table, deliveries, context)
    of.push({ kind: 'select', sql: fileRejects, from: { r, n } })
    const s = await streamRejects(lake, snapshot, { held: held?.get(table)?.beyond(snapshot) }, context)
    if (s) of.push({ kind: 'select', sql: streamRows, from: { s, n } })
  }
  if (of.length > 0) return { kind: 'union', of }
  return { kind: 'values', columns: [parseColumn('table', 'varchar'), ...rejectColumns, ...stateColumns], rows: [] }
}
