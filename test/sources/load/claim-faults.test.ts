import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contentSql, idSql } from '../../../src/contract/content-sql.ts'
import { type ContractColumn, tableColumns } from '../../../src/contract/contract.ts'
import { createTable } from '../../../src/lake/create.ts'
import { readSnapshot } from '../../../src/lake/snapshot.ts'
import { fileLedger } from '../../../src/sources/ledger.ts'
import type { Disk } from '../../../src/storage/disk.ts'
import type { IdIndex } from '../../../src/streams/dedupe.ts'
import { storedIds } from '../../../src/streams/stored-ids.ts'
import { engine as openEngine } from '../../engines/harness.ts'
import { crashPoints } from '../../faults/crash-points.ts'
import { faultsThenPowerCuts, powerCuts } from '../../faults/power-cuts.ts'
import type { Scenario } from '../../faults/scenario.ts'
import { expectTaken, openIds, type Row } from '../../streams/dedupe-harness.ts'
import { contractOf, type Loading, load, loading, query, rejects, sourceOf } from '../loading.ts'

const engine = await openEngine()
const contract = contractOf({ columns: { id: 'bigint not null', price: 'decimal(8,2)' }, id: 'id' })

function open(folder: string, disk?: Disk): Promise<Loading> {
  return loading(engine, { root: dirname(folder), lakeRoot: folder, ...(disk && { disk }) })
}

async function indexOf({ lake, context }: Loading, disk?: Disk): Promise<IdIndex> {
  const { metadata } = await readSnapshot(lake, 't', {}, context)
  const stored = storedIds(lake, 't', { table: metadata.id, contract }, context)
  return openIds(lake.root, stored, { ...(disk && { disk }) })
}

interface Case {
  readonly before: string
  readonly file: string
  readonly onChange: 'replace' | 'append'
  /** Of the table, its rejects, and its ledger. */
  readonly old: readonly string[]
  readonly fresh: readonly string[]
}

async function stateOf(on: Loading): Promise<readonly string[]> {
  const rows = await query(on, 'SELECT id, price, _file FROM t ORDER BY id')
  const ledger = await fileLedger(on.lake, 't', on.context)
  expect(ledger.flatMap((each) => each.open)).toEqual([])
  const refused = await rejects(on)
  return [...rows.map((row) => row.join(' ')), ...refused.map(({ file, line, raw }) => `${file}:${line} ${raw}`)]
}

/** The index has the ids of the table's rows, and no others are taken. */
async function expectIds(on: Loading): Promise<void> {
  await using index = await indexOf(on)
  const id = idSql(contract.columns[0] as ContractColumn)
  const rows = await query(on, `SELECT ${id}, ${contentSql(contract)} FROM t`)
  const free = ['1', '2', '3', '4'].filter((each) => !rows.some(([known]) => String(known) === each))
  await expectTaken(
    index,
    rows.map(([key, content]): Row => [String(key), Number(content)]),
    free,
  )
}

function scenarioOf({ before, file, onChange, old, fresh }: Case): Scenario {
  const run = async (folder: string, disk?: Disk): Promise<void> => {
    const on = await open(folder, disk)
    await using index = await indexOf(on, disk)
    await load(on, sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1, onChange }), index)
  }
  return {
    async prepare(folder) {
      const on = await open(folder)
      await createTable(on.lake, 't', { columns: tableColumns(contract) }, on.context)
      await writeFile(join(on.root, 'a.csv'), before)
      await run(folder)
      await writeFile(join(on.root, 'a.csv'), file)
    },
    run,
    async check(folder, done) {
      const on = await open(folder)
      const state = await stateOf(on)
      if (done) expect(state).toEqual(fresh)
      else expect([old, fresh]).toContainEqual(state)
      await expectIds(on)
      await run(folder)
      expect(await stateOf(await open(folder))).toEqual(fresh)
      await expectIds(on)
    },
  }
}

const head = 'id,price\n'
const first = `${head}1,1.50\n`

describe.each<[string, Case]>([
  [
    'new ids',
    {
      before: first,
      file: `${first}2,2.50\n3,3\n`,
      onChange: 'append',
      old: ['1 1.50 a.csv'],
      fresh: ['1 1.50 a.csv', '2 2.50 a.csv', '3 3.00 a.csv'],
    },
  ],
  [
    'ids that are there already, in the table and in the file',
    {
      before: first,
      file: `${first}1,1.50\n1,9\n2,2.50\n2,2.5\n`,
      onChange: 'append',
      old: ['1 1.50 a.csv'],
      fresh: ['1 1.50 a.csv', '2 2.50 a.csv', 'a.csv:4 1,9'],
    },
  ],
])('%s', (_, each) => {
  test('are taken or not, with their rows, after any fault', async () => {
    expect(await crashPoints(scenarioOf(each), 1)).toBeGreaterThan(4)
  })

  test('are taken or not, with their rows, after any power cut', async () => {
    await powerCuts(scenarioOf(each), { most: 3 })
  })

  test('stay taken after a kill, a second run and a power cut', async () => {
    await faultsThenPowerCuts(scenarioOf(each), ['gone', 'throws before'], { most: 1 })
  })
})
