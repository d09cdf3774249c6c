import type { Columns } from '../core/columns.ts'
import { parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import type { FilesRelation, Relation } from '../engines/relation.ts'
import type { RemoveFile } from '../lake/actions.ts'
import { createTable } from '../lake/create.ts'
import { stageDelete } from '../lake/delete.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, tableExists } from '../lake/snapshot.ts'
import { commitStaged, stage } from '../lake/stage.ts'
import { sql, value } from '../sql/text.ts'
import type { RecordedDelivery } from './deliveries.ts'

/** What a table refused, each row or line whole. */
export const rejectColumns: Columns = [
  parseColumn('id', 'varchar not null'),
  parseColumn('source', 'varchar not null'),
  parseColumn('batch', 'bigint not null'),
  parseColumn('file', 'varchar not null'),
  parseColumn('line', 'bigint'),
  parseColumn('column', 'varchar'),
  parseColumn('code', 'varchar not null'),
  parseColumn('message', 'varchar not null'),
  parseColumn('raw', 'varchar'),
  // how `raw` keeps the bytes: as the text that they are, or base64 where they are none
  parseColumn('encoding', 'varchar not null'),
  parseColumn('rejected_at', 'timestamptz not null'),
]

/** The table of what another table refused. */
export function rejectsTable(table: string): string {
  return `${table}/_millrace/rejects`
}

/**
 * Puts the rejects of batch `n` in the place of those of an unfinished attempt at it. They count from the moment on at
 * which the table itself has committed the batch: this goes first. `file`: NDJSON of `RejectRow`s.
 */
export async function commitRejects(
  lake: Lake,
  batch: { readonly table: string; readonly source: string; readonly n: number; readonly file?: string },
  context: Context,
): Promise<void> {
  const table = rejectsTable(batch.table)
  const exists = await tableExists(lake, table, context)
  if (!exists && batch.file === undefined) return
  if (!exists) await createTable(lake, table, { columns: rejectColumns }, context)
  await lake.queue.run(table, async () => {
    const snapshot = await readSnapshot(lake, table, {}, context)
    const stale = sql`source = ${value(batch.source)} AND batch >= ${value(batch.n)}`
    const removal =
      snapshot.files.size > 0 ? await stageDelete(lake, snapshot, { sql: stale.text }, context) : undefined
    const staged =
      batch.file === undefined
        ? { adds: [], rows: 0 }
        : await stage(lake, snapshot, { sql: rejectRows.text, from: { rejects: ndjson(batch.file) } }, context)
    const adds = [...(removal?.adds ?? []), ...staged.adds]
    const removes: readonly RemoveFile[] = removal?.removes ?? []
    if (adds.length + removes.length === 0) return
    const reads = removal?.reads ?? 'nothing'
    await commitStaged(lake, snapshot, { operation: 'WRITE', adds, removes, txns: [], reads }, adds, context)
  })
}

/** Each line is parsed once: with a path a column, some lines of a megabyte took all memory. */
const rejectRows = sql`SELECT r.id, r.source, r.batch, r.file, r.line, r."column", r.code, r.message, r.raw, r.encoding,
  make_timestamptz(r.rejected_at * 1000) AS rejected_at FROM (SELECT json_transform(json, ${value(
    JSON.stringify({
      ...Object.fromEntries(rejectColumns.map(({ name }) => [name, 'VARCHAR'])),
      batch: 'BIGINT',
      line: 'BIGINT',
      rejected_at: 'BIGINT',
    }),
  )}) AS r FROM rejects)`

function ndjson(path: string): FilesRelation {
  const format = { name: 'json', lines: true, compression: 'none' } as const
  return { kind: 'files', format, paths: [path], columns: [parseColumn('json', 'varchar')] }
}

/** The rejects of deliveries whose rows are in the table: those of replaced files and of unfinished batches are not. */
export async function rejectsRelation(
  lake: Lake,
  table: string,
  deliveries: readonly RecordedDelivery[],
  context: Context,
): Promise<Relation> {
  const live = deliveries.filter((delivery) => delivery.current)
  const columns = [parseColumn('source', 'varchar'), parseColumn('batch', 'bigint'), parseColumn('file', 'varchar')]
  const rows = live.map(({ source, batch, path }) => [source, batch, path] as const)
  const from = {
    live: { kind: 'values', columns, rows },
    kept: (await rejectsSnapshot(lake, table, context)) ?? { kind: 'values', columns: rejectColumns, rows: [] },
  } as const
  return { kind: 'select', sql: 'SELECT kept.* FROM kept SEMI JOIN live USING (source, batch, file)', from }
}

async function rejectsSnapshot(lake: Lake, table: string, context: Context): Promise<Relation | undefined> {
  const name = rejectsTable(table)
  if (!(await tableExists(lake, name, context))) return undefined
  return relationOf(lake, await readSnapshot(lake, name, {}, context))
}
