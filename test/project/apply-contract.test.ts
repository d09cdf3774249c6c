import { expect, test } from 'vitest'
import type { Contract } from '../../src/contract/contract.ts'
import { columnText } from '../../src/core/columns.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { applyContract, settleContract } from '../../src/project/apply-contract.ts'
import { planContract } from '../../src/project/plan.ts'
import { columnOf, contractOf } from '../contract/harness.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { context } from '../lake/log-lake.ts'
import { tableLake } from '../lake/table-lake.ts'
import { tempFolder } from '../temp-folder.ts'
import { fill, rowsOfTable, targetOf } from './contract-lake.ts'

const engine = await openEngine()

const base = contractOf(
  [columnOf('id', 'integer not null'), columnOf('price', 'varchar'), columnOf('at', 'timestamptz')],
  {
    unknown: 'keep',
    timezone: 'America/Hermosillo',
    partitionBy: { day: 'at' },
  },
)
const rows = `SELECT 1 AS id, '1.50' AS price, TIMESTAMPTZ '2020-01-01 05:00:00Z' AS at, DATE '2019-12-31' AS _day,
    '{"Brand":"acme","weight":1.10,"more":{"a":12345678901234567890.5}}' AS extra, 'a.csv' AS _file
  UNION ALL SELECT 2, NULL, NULL, NULL, NULL, 'a.csv'
  UNION ALL SELECT 3, '2', TIMESTAMPTZ '2020-02-01 12:00:00Z', DATE '2020-02-01', '{"brand":null}', 'b.csv'`

async function lakeWith(contract: Contract = base): Promise<Lake> {
  const lake = tableLake(await tempFolder(), engine)
  await fill(lake, contract, rows)
  return lake
}

async function change(lake: Lake, contract: Contract) {
  const plan = await planContract(lake, targetOf(contract), context)
  await applyContract(lake, plan, context)
  expect(await planContract(lake, targetOf(contract), context)).toMatchObject({ changes: [] })
  return plan
}

async function schemaOf(lake: Lake): Promise<string[]> {
  const { columns } = await readSnapshot(lake, 't', {}, context)
  return columns.map((column) => `${column.name} ${columnText(column)}`)
}

test('free changes are one commit of the log, and rows that are there read as before', async () => {
  const lake = await lakeWith()
  const declared = {
    ...base,
    columns: [columnOf('id', 'bigint'), ...base.columns.slice(1), columnOf('colour', 'varchar')],
    rules: [{ name: 'known', sql: 'id > 0' }],
  }
  const plan = await change(lake, declared)
  expect(plan).toMatchObject({ class: 'free', files: 0, version: 1, number: 1n })
  expect(plan.changes.map(({ kind }) => kind)).toEqual(['widen', 'loosen', 'add'])
  const after = await readSnapshot(lake, 't', {}, context)
  expect(after.version).toBe(2)
  expect(await schemaOf(lake)).toContain('id bigint')
  await append(lake, 't', { sql: `SELECT 9007199254740993 AS id, 'red' AS colour`, from: {} }, {}, context)
  expect(await rowsOfTable(lake, 'SELECT id, colour FROM t ORDER BY id')).toEqual([
    { id: 1n, colour: null },
    { id: 2n, colour: null },
    { id: 3n, colour: null },
    { id: 9007199254740993n, colour: 'red' },
  ])
  const next = await planContract(lake, targetOf({ ...declared, rules: [] }), context)
  expect(next.changes).toMatchObject([
    { kind: 'read', class: 'free', setting: 'rules.known', before: 'id > 0', after: null },
  ])
})

test('columns are retyped, renamed, promoted out of extra and put into it, and partitions change, in one commit', async () => {
  const lake = await lakeWith()
  const declared = {
    ...base,
    columns: [
      columnOf('nr', 'bigint not null', { was: 'id' }),
      columnOf('price', 'decimal(12,2)'),
      columnOf('brand', 'varchar', { pii: true }),
      columnOf('weight', 'decimal(38,20)'),
    ],
    partitionBy: { value: 'brand' },
  }
  const plan = await change(lake, declared)
  expect(plan.class).toBe('breaking')
  expect(plan.changes.map(({ kind, column }) => `${kind} ${column ?? ''}`.trim())).toEqual([
    'rename nr',
    'widen nr',
    'retype price',
    'promote brand',
    'promote weight',
    'partition',
    'remove at',
  ])
  expect(plan).toMatchObject({ files: 3, rows: 3 })
  expect((await readSnapshot(lake, 't', {}, context)).version).toBe(2)
  expect(await rowsOfTable(lake, 'SELECT * FROM t ORDER BY nr')).toEqual([
    {
      nr: 1n,
      price: '1.50',
      brand: 'acme',
      weight: '1.10000000000000000000',
      extra: '{"more":{"a":12345678901234567890.5},"at":"2020-01-01 05:00:00+00"}',
      _file: 'a.csv',
    },
    { nr: 2n, price: null, brand: null, weight: null, extra: null, _file: 'a.csv' },
    { nr: 3n, price: '2.00', brand: null, weight: null, extra: '{"at":"2020-02-01 12:00:00+00"}', _file: 'b.csv' },
  ])
})

test('a change that would lose a value is refused, and says which', async () => {
  const lake = await lakeWith()
  const narrower = { ...base, columns: base.columns.with(1, columnOf('price', 'bigint')) }
  const plan = await planContract(lake, targetOf(narrower), context)
  await expect(applyContract(lake, plan, context)).rejects.toMatchObject({
    code: 'CONTRACT_UNFIT',
    message:
      "rows of t that do not fit the contract as it is declared now: 1; the first: price '1.50' has a fraction (bigint)",
  })
  const required = { ...base, columns: base.columns.with(1, columnOf('price', 'varchar not null')) }
  const tighter = await planContract(lake, targetOf(required), context)
  expect(tighter).toMatchObject({ class: 'rewrite', files: 0 })
  await expect(applyContract(lake, tighter, context)).rejects.toMatchObject({ code: 'CONTRACT_UNFIT' })
  const added = { ...base, columns: [...base.columns, columnOf('x', 'bigint not null')] }
  const adding = await planContract(lake, targetOf(added), context)
  await expect(applyContract(lake, adding, context)).rejects.toMatchObject({ code: 'CONTRACT_UNFIT' })
  expect((await readSnapshot(lake, 't', {}, context)).version).toBe(1)
})

test('a plan that another commit has overtaken is not carried out', async () => {
  const lake = await lakeWith()
  const plan = await planContract(lake, targetOf({ ...base, columns: base.columns.slice(0, 2) }), context)
  await append(lake, 't', { sql: 'SELECT 4 AS id', from: {} }, {}, context)
  await expect(applyContract(lake, plan, context)).rejects.toMatchObject({ code: 'CONTRACT_STALE' })
})

test('before a load the table is made, free changes are applied, and others are told', async () => {
  const lake = tableLake(await tempFolder(), engine)
  await settleContract(lake, targetOf(base), context)
  await settleContract(lake, targetOf(base), context)
  expect((await readSnapshot(lake, 't', {}, context)).version).toBe(0)
  await append(lake, 't', { sql: `SELECT 1 AS id, 'x' AS price`, from: {} }, {}, context)
  await settleContract(lake, targetOf({ ...base, rules: [{ name: 'a', sql: 'id > 0' }] }), context)
  expect((await readSnapshot(lake, 't', {}, context)).txns.get('contract')).toBe(2n)
  const retyped = { ...base, columns: base.columns.with(1, columnOf('price', 'double')) }
  await expect(settleContract(lake, targetOf(retyped), context)).rejects.toMatchObject({
    code: 'CONTRACT_CHANGED',
    message: 'the contract of t has changed: price: varchar becomes double',
  })
})

test('a column that goes and comes back has its values, whatever its field is called', async () => {
  const brand = columnOf('brand', 'varchar', { from: 'Brand name' })
  const whole = { ...base, columns: [...base.columns, brand] }
  const lake = tableLake(await tempFolder(), engine)
  await settleContract(lake, targetOf(whole), context)
  const row = `SELECT 1 AS id, 'acme' AS brand, '{"brand":"other"}' AS extra`
  await append(lake, 't', { sql: row, from: {} }, {}, context)
  const without = await change(lake, base)
  expect(without.changes.map(({ kind }) => kind)).toEqual(['remove'])
  const both = '{"brand":"other","Brand name":"acme"}'
  expect(await rowsOfTable(lake, 'SELECT extra FROM t')).toEqual([{ extra: both }])
  await change(lake, whole)
  expect(await rowsOfTable(lake, 'SELECT brand, extra FROM t')).toEqual([{ brand: 'acme', extra: '{"brand":"other"}' }])
})

test('a name in another case is another name of the same column', async () => {
  const lake = await lakeWith()
  const declared = {
    ...base,
    columns: base.columns.map((column) => (column.name === 'price' ? { ...column, name: 'Price' } : column)),
  }
  const { changes } = await change(lake, declared)
  expect(changes).toMatchObject([{ kind: 'rename', before: 'price', after: 'Price' }])
  expect(await rowsOfTable(lake, 'SELECT "Price" FROM t ORDER BY id')).toEqual([
    { Price: '1.50' },
    { Price: null },
    { Price: '2' },
  ])
})
