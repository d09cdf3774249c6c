import type { Contract } from '../../src/contract/contract.ts'
import { partitionColumns, tableColumns } from '../../src/contract/contract.ts'
import { collectObjects } from '../../src/engines/rows.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import type { Target } from '../../src/project/parse.ts'
import { context } from '../lake/log-lake.ts'

export function targetOf(contract: Contract): Target {
  return { name: 't', kind: 'stream', contract }
}

/** Makes the table `t` as this contract has it, with the rows of a SELECT. */
export async function fill(lake: Lake, contract: Contract, select: string): Promise<void> {
  const spec = { columns: tableColumns(contract), partitionBy: partitionColumns(contract) }
  await createTable(lake, 't', spec, context)
  await append(lake, 't', { sql: select, from: {} }, {}, context)
}

export async function rowsOfTable(lake: Lake, select: string): Promise<Record<string, unknown>[]> {
  const snapshot = await readSnapshot(lake, 't', {}, context)
  return collectObjects(await lake.engine.run({ sql: select, from: { t: relationOf(lake, snapshot) } }, context))
}
