import { type Column, type Columns, storedType } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Query, Written } from '../engines/engine.ts'
import type { AddFile } from './actions.ts'
import type { Change } from './change.ts'
import { commit } from './commit.ts'
import type { Lake } from './lake.ts'
import type { Snapshot } from './snapshot.ts'
import { fitQuery } from './write/fit-query.ts'
import { checkNulls } from './write/nulls.ts'

/** Where a data file ends and the next begins. */
export const targetFileBytes = 256 * 1024 * 1024

/** Partitions that one commit may write to. */
const partitionLimit = 500

/** On every file of ours: its partition values were computed from its rows. A foreign file's may be anything. */
export const ownTags: Readonly<Record<string, string>> = { 'millrace.partitions': 'computed' }

/** Files that are written and synced, and of no version yet. */
export interface Staged {
  readonly adds: readonly AddFile[]
  readonly rows: number
}

export interface StageOptions {
  readonly fileBytes?: number
  /** False: the rows have moved from other files of the table and are no news to anybody. */
  readonly dataChange?: boolean
  readonly tags?: Readonly<Record<string, string>>
  readonly partitionLimit?: number
  /** The rows keep a contract: text of a UUID or JSON column is as it is to be stored, and is not parsed once more. */
  readonly checked?: boolean
  /** Any other count is refused: the query says something else than what it was decided on. */
  readonly expectedRows?: number
}

/**
 * Writes the rows of a query as files of the table, and syncs them. Its columns are found by name without case and cast
 * to the table's where no value can change; those it lacks are NULL. On any error the files are gone again.
 *
 * COLUMN_UNKNOWN, SCHEMA_MISMATCH, NULL_NOT_ALLOWED, TOO_MANY_PARTITIONS, ROWS_UNACCOUNTED, and what the engine throws.
 */
export async function stage(
  lake: Lake,
  table: Pick<Snapshot, 'table' | 'columns' | 'partitionColumns'>,
  query: Query,
  context: Context,
  options: StageOptions = {},
): Promise<Staged> {
  const columns = options.checked ? table.columns.map(storedColumn) : table.columns
  const fitted = fitQuery({ table: table.table, columns }, query, await lake.engine.describe(query, context))
  const written = await lake.engine.write(
    fitted,
    {
      root: `${lake.root}/${table.table}`,
      partitionBy: table.partitionColumns,
      fileBytes: options.fileBytes ?? targetFileBytes,
    },
    context,
  )
  const adds = addsOf(written, table.columns, context.now(), options)
  try {
    checkRows(table.table, written.rows, options.expectedRows)
    checkPartitions(table.table, adds, options.partitionLimit ?? partitionLimit)
    await checkNulls(lake, table, adds, context)
    await lake.store.sync(
      adds.map((file) => `${table.table}/${file.path}`),
      context.signal,
    )
  } catch (error) {
    await unstage(lake, table.table, adds)
    throw error
  }
  return { adds, rows: written.rows }
}

function storedColumn(column: Column): Column {
  return { ...column, type: storedType(column.type) }
}

function addsOf(written: Written, columns: Columns, now: number, options: StageOptions): readonly AddFile[] {
  const { dataChange = true, tags = ownTags } = options
  const names = new Set(columns.map((column) => column.name))
  return written.files.map(({ path, partition, sizeBytes, stats }) => ({
    path,
    partitionValues: Object.fromEntries(Object.entries(partition).filter(([name]) => names.has(name))),
    size: sizeBytes,
    modificationTime: now,
    dataChange,
    stats,
    ...(Object.keys(tags).length > 0 && { tags }),
  }))
}

function checkRows(table: string, written: number, expected = written): void {
  if (written !== expected) throw new MillraceError('ROWS_UNACCOUNTED', { table, expected, written })
}

function checkPartitions(table: string, adds: readonly AddFile[], limit: number): void {
  const partitions = new Set(adds.map((file) => JSON.stringify(file.partitionValues))).size
  if (partitions > limit) throw new MillraceError('TOO_MANY_PARTITIONS', { table, partitions, limit })
}

/** Deletes staged files that are of no version for certain. What stays behind after a failure is vacuum's. */
export async function unstage(lake: Lake, table: string, adds: readonly AddFile[]): Promise<void> {
  try {
    await mapLimit(adds, 8, (file) => lake.store.delete(`${table}/${file.path}`))
  } catch (error) {
    // the error on the way is the one to report
    if (!(error instanceof Error)) throw error
  }
}

/** Errors of a commit that say for certain that nothing was committed. */
const refusals = ['COMMIT_CONFLICT', 'TXN_COVERED', 'TABLE_APPEND_ONLY', 'FEATURE_UNSUPPORTED', 'DISK_FULL'] as const

/** Commits a change; files that were staged for it go when it is refused. See `commit` for the errors. */
export async function commitStaged(
  lake: Lake,
  base: Snapshot,
  change: Change,
  staged: readonly AddFile[],
  context: Context,
): Promise<Snapshot> {
  try {
    return await commit(lake, base, change, context)
  } catch (error) {
    if (refusals.some((code) => isError(error, code))) await unstage(lake, base.table, staged)
    throw error
  }
}
