import { randomUUID } from 'node:crypto'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Metadata, Protocol, Txn } from './actions.ts'
import type { Change } from './change.ts'
import { actionsOf } from './commit/actions-of.ts'
import { putCommit } from './commit/put-commit.ts'
import type { Lake } from './lake.ts'
import { encodeCommit } from './log/commit-codec.ts'
import { schemaOf } from './schema.ts'
import { settle } from './settle.ts'
import { readSnapshot, type Snapshot, tableExists } from './snapshot.ts'

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
  const { columns, partitionBy = [], configuration = {}, description, txns = [] } = spec
  checkColumns(table, columns, partitionBy)
  const id = randomUUID()
  const now = context.now()
  const metadata: Metadata = {
    id: randomUUID(),
    name: table,
    ...(description !== undefined && { description }),
    format: { provider: 'parquet', options: {} },
    schemaString: schemaOf(columns),
    partitionColumns: partitionBy,
    configuration,
    createdTime: now,
  }
  const change: Change = {
    operation: 'CREATE TABLE',
    parameters: { partitionBy, properties: configuration },
    adds: [],
    removes: [],
    metadata,
    protocol,
    txns,
    reads: 'nothing',
  }
  const actions = actionsOf({ ...change, txns }, { txnId: id, timestampMs: now })
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
    context.emit({ kind: 'fact', type: 'table.committed', table, version: 0, rowsAdded: 0, filesAdded: 0 })
    return readSnapshot(lake, table, { version: 0 }, context)
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
