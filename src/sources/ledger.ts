import { type Columns, parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { type RecordedDelivery, readDeliveries } from './deliveries.ts'
import { rejectColumns, rejectsRelation } from './rejects.ts'

/** The account of one delivery: what was counted on the way in, and what is there now. */
export interface LedgerLine {
  readonly table: string
  readonly delivery: RecordedDelivery
  /** Rows that the table holds of the file, all its deliveries together; for the first of them only. */
  readonly rowsInTable?: number
  /** Rejects that are kept of the delivery. */
  readonly rejectsKept: number
  /** What does not add up, in words. */
  readonly open: readonly string[]
}

/**
 * The ledger of a table's files: lines against what they were, records against what became of them, and both against
 * what table and rejects hold. Rows that were deleted since by other means than a file's replacement are told, as the
 * table's history names the commit.
 */
export async function fileLedger(lake: Lake, table: string, context: Context): Promise<readonly LedgerLine[]> {
  const snapshot = await readSnapshot(lake, table, {}, context)
  const deliveries = await readDeliveries(lake, snapshot, context)
  const rows = await rowsByFile(lake, snapshot, context)
  const kept = await rejectsByDelivery(lake, table, deliveries, context)
  const expected = new Map<string, number>()
  for (const { path, current, stored } of deliveries)
    if (current) expected.set(path, (expected.get(path) ?? 0) + stored)
  const seen = new Set<string>()
  return deliveries.map((delivery) => {
    const { path, current } = delivery
    const first = current && !seen.has(path)
    if (current) seen.add(path)
    const rowsInTable = first ? (rows.get(path) ?? 0) : undefined
    const rejectsKept = kept.get(keyOf(delivery.source, delivery.batch, path)) ?? 0
    const open = [...countFaults(delivery), ...(current ? rejectFaults(delivery, rejectsKept) : [])]
    if (rowsInTable !== undefined && rowsInTable !== expected.get(path))
      open.push(`${expected.get(path)} rows stored, ${rowsInTable} in the table`)
    return { table, delivery, rejectsKept, open, ...(rowsInTable !== undefined && { rowsInTable }) }
  })
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

function keyOf(source: string, batch: number, path: string): string {
  return JSON.stringify([source, batch, path])
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

const ledgerColumns: Columns = [
  parseColumn('table', 'varchar not null'),
  parseColumn('source', 'varchar not null'),
  parseColumn('batch', 'bigint not null'),
  parseColumn('file', 'varchar not null'),
  parseColumn('current', 'boolean not null'),
  ...['lines', 'records', 'stored', 'rejected', 'duplicate', 'rows_in_table', 'rejects_kept'].map((name) =>
    parseColumn(name, 'bigint'),
  ),
  parseColumn('closes', 'boolean not null'),
  parseColumn('open', 'varchar'),
]

/** `millrace.ledger`: whether each file's account closes. */
export async function ledgerRelation(lake: Lake, tables: readonly string[], context: Context): Promise<Relation> {
  const rows = []
  for (const table of tables)
    for (const { delivery, rowsInTable, rejectsKept, open } of await fileLedger(lake, table, context)) {
      const { source, batch, path, current, lines, counts, stored, rejected, duplicate } = delivery
      const told = [counts.records, stored, rejected + counts.rejected, duplicate, rowsInTable ?? null, rejectsKept]
      rows.push([table, source, batch, path, current, lines, ...told, open.length === 0, open.join('; ') || null])
    }
  return { kind: 'values', columns: ledgerColumns, rows }
}

/** `millrace.rejects`: what these tables refused, each with the table's name. */
export async function allRejectsRelation(lake: Lake, tables: readonly string[], context: Context): Promise<Relation> {
  const of: Relation[] = []
  for (const table of tables) {
    const deliveries = await readDeliveries(lake, await readSnapshot(lake, table, {}, context), context)
    const columns = [parseColumn('table', 'varchar')]
    const from = {
      r: await rejectsRelation(lake, table, deliveries, context),
      n: { kind: 'values', columns, rows: [[table]] },
    } as const
    of.push({ kind: 'select', sql: 'SELECT n."table", r.* FROM r CROSS JOIN n', from })
  }
  if (of.length > 0) return { kind: 'union', of }
  return { kind: 'values', columns: [parseColumn('table', 'varchar'), ...rejectColumns], rows: [] }
}
