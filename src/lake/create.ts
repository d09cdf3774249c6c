import { randomUUID } from 'node:crypto'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { Query } from '../engines/engine.ts'
import type { Metadata, Protocol, Txn } from './actions.ts'
import { type Change, changeAt } from './change.ts'
import { actionsOf } from './commit/actions-of.ts'
import { putCommit } from './commit/put-commit.ts'
import type { RowOptions } from './delete.ts'
import type { Lake } from './lake.ts'
import { encodeCommit } from './log/commit-codec.ts'
import { recordsOf } from './records.ts'
import { columnsOf, schemaOf } from './schema.ts'
import { settle } from './settle.ts'
import { readSnapshot, type Snapshot, tableExists } from './snapshot.ts'
import { stage, unstage } from './stage.ts'
import { inspectStaged } from './write/inspect.ts'
import type { Outcome } from './write.ts'

/** What a new table is. */
export interface TableSpec {
  readonly columns: Columns
  readonly partitionBy?: readonly string[]
  /** Table properties, `delta.…` and others. */
  readonly configuration?: Readonly<Record<string, string>>
  readonly description?: string
  readonly txns?: readonly Txn[]
}

/** What every reader and writer of Delta understands. */
const protocol: Protocol = { minReaderVersion: 1, minWriterVersion: 2 }

/** Makes an empty table. TABLE_EXISTS (durably so), also when another process made it at that moment; CONFIG_INVALID. */
export async function createTable(lake: Lake, table: string, spec: TableSpec, context: Context): Promise<Snapshot> {
  const { partitionBy, configuration = {}, txns = [] } = spec
  const metadata = metadataOf(table, spec, context)
  const parameters = { partitionBy: partitionBy ?? [], properties: configuration }
  return putFirst(lake, table, { ...first, operation: 'CREATE TABLE', parameters, metadata, txns }, context)
}

/**
 * Makes a table that has these rows from its first version on: nobody sees it empty. See `createTable` and `stage` for
 * the errors; after each there is no table.
 */
export async function createTableWith(
  lake: Lake,
  table: string,
  spec: Omit<TableSpec, 'txns'>,
  rows: Query,
  options: RowOptions,
  context: Context,
): Promise<Outcome> {
  const metadata = metadataOf(table, spec, context)
  const { partitionColumns } = metadata
  const shape = { table, columns: columnsOf(metadata.schemaString, table), partitionColumns, files: new Map() }
  const { adds, rows: rowsAdded } = await stage(lake, shape, rows, context)
  await inspectStaged(lake, { shape, brought: adds, adds, removes: [] }, options)
  const { info, txns = [] } = options
  const change: Change = {
    ...first,
    operation: 'CREATE TABLE AS SELECT',
    parameters: { partitionBy: partitionColumns, properties: metadata.configuration },
    adds,
    metadata,
    txns,
    ...(info && { info }),
  }
  try {
    return { snapshot: await putFirst(lake, table, change, context), rowsAdded, rowsRemoved: 0 }
  } catch (error) {
    if (isError(error, 'TABLE_EXISTS') || isError(error, 'DISK_FULL')) await unstage(lake, table, adds)
    throw error
  }
}

const first = { adds: [], removes: [], protocol, reads: 'nothing' } as const

function metadataOf(table: string, spec: Omit<TableSpec, 'txns'>, context: Context): Metadata {
  const { columns, partitionBy = [], configuration = {}, description } = spec
  checkColumns(table, columns, partitionBy)
  return {
    id: randomUUID(),
    name: table,
    ...(description !== undefined && { description }),
    format: { provider: 'parquet', options: {} },
    schemaString: schemaOf(columns),
    partitionColumns: partitionBy,
    configuration,
    createdTime: context.now(),
  }
}

async function putFirst(lake: Lake, table: string, change: Change, context: Context): Promise<Snapshot> {
  const id = randomUUID()
  const actions = actionsOf(changeAt(change, 0), { txnId: id, timestampMs: context.now() })
  return lake.queue.run(table, async () => {
    // a table whose first commits were cleaned away has no version 0 either
    if (await tableExists(lake, table, context)) {
      await settle(lake, await readSnapshot(lake, table, {}, context), context)
      throw new MillraceError('TABLE_EXISTS', { table })
    }
    const outcome = await putCommit(lake, { table, version: 0, id, bytes: encodeCommit(actions) }, context)
    if (outcome === 'lost') {
      await settle(lake, { table, version: 0 }, context)
      throw new MillraceError('TABLE_EXISTS', { table })
    }
    const { adds } = change
    const rowsAdded = recordsOf(adds) ?? 0
    context.emit({ kind: 'fact', type: 'table.committed', table, version: 0, rowsAdded, filesAdded: adds.length })
    // it is there: whoever is cancelled now is told so
    return readSnapshot(lake, table, { version: 0 }, { ...context, signal: new AbortController().signal })
  })
}

function checkColumns(table: string, columns: Columns, partitionBy: readonly string[]): void {
  const invalid = (reason: string): never => {
    throw new MillraceError('CONFIG_INVALID', { place: `table \`${table}\``, reason })
  }
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase())) invalid(`there are two columns ${name} (names compare without case)`)
    seen.add(name.toLowerCase())
  }
  for (const name of partitionBy) {
    const column = columns.find((found) => found.name === name)
    if (!column) invalid(`the partition column ${name} is not among its columns`)
    const kind = column?.type.kind ?? ''
    if (['list', 'struct', 'map', 'blob'].includes(kind)) invalid(`${name} is ${kind} and cannot be a partition`)
  }
  if (columns.length === partitionBy.length) invalid('a column that is no partition is needed')
}
