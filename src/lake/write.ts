import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Query } from '../engines/engine.ts'
import { collect } from '../engines/rows.ts'
import { name, raw, sql, value } from '../sql/text.ts'
import type { AddFile, Metadata } from './actions.ts'
import { again } from './again.ts'
import { type Change, removeOf, txnsAt } from './change.ts'
import { type RowOptions, type StagedDelete, stageDelete, type Where, type WriteOptions } from './delete.ts'
import type { Lake } from './lake.ts'
import { columnsOf, evolve, schemaOf } from './schema.ts'
import { settle } from './settle.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'
import { commitStaged, stage, unstage } from './stage.ts'
import { commitDecision } from './write/decision.ts'
import { countRows, rowsOf } from './write/rows-of.ts'

/**
 * Rows to write. A function is asked for each attempt, with the version that the attempt is decided on: rows that are
 * computed from the table itself must be given so, else another writer's rows could be overwritten unseen.
 */
export type Rows = Query | ((snapshot: Snapshot) => Query)

export interface AppendOptions extends RowOptions {
  /** Columns that the table lacks are added to it. Otherwise they are refused: COLUMN_UNKNOWN. */
  readonly evolve?: boolean
}

/** What an overwrite replaces. `written`: those partitions that the new rows fall into. */
export type Target =
  | 'everything'
  /** Everything, and the table has these columns and partitions afterwards, whatever it had. */
  | { readonly columns: Columns; readonly partitionBy: readonly string[] }
  | { readonly partitions: 'written' | readonly Readonly<Record<string, string | null>>[] }
  | { readonly where: Where }

/** What a write did. */
export interface Outcome {
  readonly snapshot: Snapshot
  readonly rowsAdded: number
  readonly rowsRemoved: number
}

/**
 * Adds rows. TXN_COVERED when the table has all of the `txns` already: nothing is written then. See `stage` and `commit`
 * for the other errors.
 */
export async function append(
  lake: Lake,
  table: string,
  rows: Rows,
  options: AppendOptions,
  context: Context,
): Promise<Outcome> {
  return commitDecision(lake, table, options, context, async (base) => {
    await checkNews(lake, base, options, context)
    const { snapshot: shape, metadata, query } = await prepare(lake, base, rows, 'everything', options, context)
    const staged = await stage(lake, shape, query, context)
    const change = {
      operation: 'WRITE',
      parameters: { mode: 'Append', partitionBy: shape.partitionColumns },
      adds: staged.adds,
      removes: [],
      reads: typeof rows === 'function' ? 'everything' : 'nothing',
      ...(metadata && { metadata }),
    } as const
    return { shape, staged, change, rowsRemoved: 0 }
  })
}

/** Puts rows in the place of others, in one commit. ROWS_OUTSIDE when some lie outside of what they replace. */
export async function overwrite(
  lake: Lake,
  table: string,
  rows: Rows,
  target: Target,
  options: AppendOptions,
  context: Context,
): Promise<Outcome> {
  return commitDecision(lake, table, options, context, async (base) => {
    const { snapshot: shape, metadata, query } = await prepare(lake, base, rows, target, options, context)
    const staged = await stage(lake, shape, query, context)
    let replaced: StagedDelete | undefined
    try {
      await checkInside(lake, shape, staged.adds, target, context)
      replaced = await replacedBy(lake, base, staged.adds, target, context)
    } catch (error) {
      await unstage(lake, table, staged.adds)
      throw error
    }
    const { removes, reads, rowsRemoved } = replaced
    const change = {
      operation: 'WRITE',
      parameters: { mode: 'Overwrite', partitionBy: shape.partitionColumns, predicate: targetText(target) },
      adds: [...replaced.adds, ...staged.adds],
      removes,
      reads: isWhole(target) || typeof rows === 'function' ? 'everything' : reads,
      metrics: { numDeletedRows: rowsRemoved },
      ...(metadata && { metadata }),
    } as const
    return { shape, staged, change, rowsRemoved }
  })
}

/** The rows whose column lies in [from, to), for `overwrite` and `deleteWhere`. */
export function interval(column: string, from: string | number, to: string | number): Where {
  const path = [column]
  return {
    sql: sql`${name(column)} >= ${value(from)} AND ${name(column)} < ${value(to)}`.text,
    conditions: [
      { column: path, op: '>=', value: from },
      { column: path, op: '<', value: to },
    ],
  }
}

/** Adds columns, empty in the rows that are there. SCHEMA_MISMATCH; the snapshot as it is when none is new. */
export async function addColumns(lake: Lake, table: string, columns: Columns, context: Context): Promise<Snapshot> {
  return again(lake, table, context, async (enter) => {
    const base = await readSnapshot(lake, table, {}, context)
    const schemaString = evolve(base.metadata.schemaString, columns, table)
    if (schemaString === base.metadata.schemaString) {
      await settle(lake, base, context)
      return base
    }
    const change: Change = {
      metadata: { ...base.metadata, schemaString },
      txns: [],
      operation: 'ADD COLUMNS',
      parameters: { columns: columns.map((column) => column.name) },
      adds: [],
      removes: [],
      reads: 'nothing',
    }
    return enter(() => commitStaged(lake, base, change, [], context))
  })
}

/** TXN_COVERED when the table has all of the `txns`. */
async function checkNews(lake: Lake, base: Snapshot, options: WriteOptions, context: Context): Promise<void> {
  const { table, version } = base
  const txns = txnsAt(options.txns, version + 1)
  const [first] = txns
  if (!first || txns.some((txn) => (base.txns.get(txn.appId) ?? txn.version - 1n) < txn.version)) return
  // whoever is told that it is done will forget where the rows came from
  await settle(lake, { table, version }, context)
  const { appId } = first
  throw new MillraceError('TXN_COVERED', { table, appId, version: base.txns.get(appId) ?? first.version })
}

/** The table as the rows will find it: with the columns that they bring, or with others altogether. */
async function prepare(
  lake: Lake,
  base: Snapshot,
  rows: Rows,
  target: Target,
  options: AppendOptions,
  context: Context,
): Promise<{ readonly snapshot: Snapshot; readonly metadata?: Metadata; readonly query: Query }> {
  const query = typeof rows === 'function' ? rows(base) : rows
  const { table } = base
  const { schemaString: before } = base.metadata
  const remake = target !== 'everything' && 'columns' in target ? target : undefined
  const brings = options.evolve ? await lake.engine.describe(query, context) : []
  const schemaString = remake ? schemaOf(remake.columns) : evolve(before, brings, table)
  const partitionColumns = remake?.partitionBy ?? base.partitionColumns
  if (schemaString === before && partitionColumns.join('\0') === base.partitionColumns.join('\0'))
    return { snapshot: base, query }
  const metadata = { ...base.metadata, schemaString, partitionColumns }
  return { snapshot: { ...base, columns: columnsOf(schemaString, table), partitionColumns, metadata }, metadata, query }
}

async function replacedBy(
  lake: Lake,
  base: Snapshot,
  staged: readonly AddFile[],
  target: Target,
  context: Context,
): Promise<StagedDelete> {
  if (!isWhole(target) && 'where' in target) return stageDelete(lake, base, target.where, context)
  const goes = isWhole(target) ? () => true : partitionTest(base, target.partitions, staged)
  const files = [...base.files.values()].filter(goes)
  const now = context.now()
  return {
    adds: [],
    removes: files.map((file) => removeOf(file, now, true)),
    rowsRemoved: await countRows(lake, base, files, context),
    reads: { files: new Set(files.map((file) => file.path)), couldHold: goes },
  }
}

type Part = Exclude<Target, 'everything' | { readonly columns: Columns }>
type Partitions = Extract<Part, { readonly partitions: unknown }>['partitions']

function isWhole(target: Target): target is Exclude<Target, Part> {
  return target === 'everything' || 'columns' in target
}

/** Whether a file lies in one of the partitions. */
function partitionTest(
  { partitionColumns }: Snapshot,
  partitions: Partitions,
  staged: readonly AddFile[],
): (file: AddFile) => boolean {
  // an empty text is NULL in Delta
  const key = (values: Readonly<Record<string, string | null>>) =>
    JSON.stringify(partitionColumns.map((column) => values[column] || null))
  const wanted = new Set(
    partitions === 'written' ? staged.map((file) => key(file.partitionValues)) : partitions.map(key),
  )
  return (file) => wanted.has(key(file.partitionValues))
}

/** ROWS_OUTSIDE when rows lie outside of what they replace: they would double what is there. */
async function checkInside(
  lake: Lake,
  snapshot: Snapshot,
  staged: readonly AddFile[],
  target: Target,
  context: Context,
): Promise<void> {
  if (isWhole(target) || staged.length === 0) return
  let rows = 0
  if ('where' in target) {
    const text = sql`SELECT count(*) FROM staged WHERE (\n${raw(target.where.sql)}\n) IS NOT TRUE`.text
    const from = { staged: rowsOf(lake, snapshot, staged) }
    const [row] = await collect(await lake.engine.run({ sql: text, from }, context))
    rows = Number(row?.[0])
  } else {
    const inside = partitionTest(snapshot, target.partitions, staged)
    const outside = staged.filter((file) => !inside(file))
    rows = await countRows(lake, snapshot, outside, context)
  }
  if (rows > 0) throw new MillraceError('ROWS_OUTSIDE', { table: snapshot.table, rows, what: targetText(target) })
}

function targetText(target: Target): string {
  if (isWhole(target)) return 'everything'
  return 'where' in target ? target.where.sql : `partitions ${JSON.stringify(target.partitions)}`
}
