import { expect } from 'vitest'
import type { Lake } from '../../src/lake/lake.ts'
import type { Snapshot } from '../../src/lake/snapshot.ts'
import { applyContract } from '../../src/project/apply-contract.ts'
import { contractApp, contractFile, contractPath, planContract } from '../../src/project/plan.ts'
import { readOwnFile } from '../../src/storage/own-file.ts'
import { columnOf, contractOf } from '../contract/harness.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { lakeScenario } from '../lake/faulty-lake.ts'
import { context } from '../lake/log-lake.ts'
import { fill, targetOf } from './contract-lake.ts'

const engine = await openEngine()
const base = contractOf([columnOf('id', 'bigint'), columnOf('v', 'varchar')], { unknown: 'drop' })
const select = `SELECT 1 AS id, '1' AS v, 'a' AS _file UNION ALL SELECT 2, '2', 'a'`
const prepare = (lake: Lake) => fill(lake, base, select)
const before = ['[1,"1","a"]', '[2,"2","a"]']

async function change(lake: Lake, to: typeof base): Promise<void> {
  const plan = await planContract(lake, targetOf(to), context)
  await applyContract(lake, plan, context)
  expect((await planContract(lake, targetOf(to), context)).changes).toEqual([])
}

const added = { ...base, columns: [...base.columns, columnOf('more', 'bigint')], rules: [{ name: 'a', sql: 'id > 0' }] }
const retyped = { ...base, columns: [columnOf('nr', 'bigint', { was: 'id' }), columnOf('v', 'bigint')] }

/** What the table's `txn` says is recorded is there. */
async function recorded(lake: Lake, { txns }: Snapshot): Promise<void> {
  const number = txns.get(contractApp)
  if (number !== undefined) expect(await readOwnFile(lake.store, contractPath('t', number), contractFile)).toBeDefined()
}

const syncs = {
  needed: [
    'file lake/.millrace-staging/*',
    'file lake/.millrace-staging/* 2',
    'folder lake/t',
    'folder lake/t/_delta_log',
    'folder lake/t/_millrace',
    'folder lake/t/_millrace/contract',
  ],
  spare: ['folder .', 'folder lake'],
}

const cases: Readonly<Record<string, FaultCase>> = {
  'a contract that changes the log alone': {
    it: lakeScenario({
      engine,
      prepare,
      operate: (lake) => change(lake, added),
      before,
      also: recorded,
      after: ['[1,"1","a",null]', '[2,"2","a",null]'],
    }),
    ...syncs,
  },
  'a contract that writes every file anew': {
    it: lakeScenario({
      engine,
      prepare,
      operate: (lake) => change(lake, retyped),
      before,
      also: recorded,
      after: ['[1,1,"a"]', '[2,2,"a"]'],
    }),
    needed: [...syncs.needed.slice(0, 2), 'file lake/t/part-*-*.parquet', ...syncs.needed.slice(2)],
    spare: syncs.spare,
  },
}

faultSuite(cases, { faults: 4, cuts: 5, kills: 4 })
