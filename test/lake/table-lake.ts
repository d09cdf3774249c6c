import { join } from 'node:path'
import type { Columns } from '../../src/core/columns.ts'
import { stringifyExact } from '../../src/core/json.ts'
import type { Value } from '../../src/core/values.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import type { Action } from '../../src/lake/actions.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import type { Disk } from '../../src/storage/disk.ts'
import { localStore } from '../../src/storage/local-store.ts'
import { context } from './log-lake.ts'

/** A lake in a folder, with an engine. */
export function tableLake(root: string, engine: Engine, disk?: Disk): Lake {
  return { store: localStore(root, disk), engine, root, queue: commitQueue() }
}

/** Writes rows as files of a table, not yet committed: the `add` of each. */
export async function writeRows(
  lake: Lake,
  table: string,
  columns: Columns,
  rows: readonly (readonly Value[])[],
  partitionBy: readonly string[] = [],
): Promise<Action[]> {
  const { files } = await lake.engine.write(
    { sql: 'SELECT * FROM r', from: { r: { kind: 'values', columns, rows } } },
    { root: join(lake.root, table), partitionBy, fileBytes: 2 ** 28 },
    context,
  )
  return files.map(({ path, sizeBytes, partition, stats }) => ({
    add: { path, size: sizeBytes, partitionValues: partition, stats, modificationTime: 1, dataChange: true },
  }))
}

/** The rows of a relation as JSON texts, sorted. */
export async function rowsOf(lake: Lake, relation: Relation): Promise<string[]> {
  const rows = await collect(await lake.engine.run({ sql: 'SELECT * FROM t', from: { t: relation } }, context))
  return rows.map((row) => stringifyExact(row)).sort()
}
