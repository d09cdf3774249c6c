import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contractChanges, type StoredTable, widens, worstClass } from '../../src/contract/change.ts'
import { type Contract, partitionColumns, tableColumns } from '../../src/contract/contract.ts'
import { parseType } from '../../src/core/columns.ts'
import { columnOf, contractOf } from './harness.ts'

const base = contractOf(
  [columnOf('id', 'bigint not null'), columnOf('price', 'decimal(10,2)'), columnOf('at', 'date')],
  {
    unknown: 'keep',
    partitionBy: { day: 'at' },
  },
)

function storedAs(contract: Contract, more: Partial<StoredTable> = {}): StoredTable {
  const columns = tableColumns(contract)
  return { columns, partitionColumns: partitionColumns(contract), contract, extraKeys: [], hasRows: true, ...more }
}

const [id, price, at] = base.columns as [Contract['columns'][0], Contract['columns'][0], Contract['columns'][0]]

test('a contract that is stored as it is declared changes nothing', () => {
  expect(contractChanges(storedAs(base), base)).toEqual([])
})

const cases: readonly [string, Partial<Contract>, string, string][] = [
  ['a new column', { columns: [id, price, at, columnOf('brand', 'varchar')] }, 'add', 'free'],
  ['a wider type', { columns: [id, columnOf('price', 'decimal(14,4)'), at] }, 'widen', 'free'],
  ['NULL allowed', { columns: [columnOf('id', 'bigint'), price, at] }, 'loosen', 'free'],
  ['a rule', { rules: [{ name: 'positive', sql: 'price > 0' }] }, 'read', 'free'],
  ['the way a column is read', { columns: [{ ...id, from: 'ID' }, price, at] }, 'read', 'free'],
  ['another type', { columns: [id, columnOf('price', 'double'), at] }, 'retype', 'rewrite'],
  ['a narrower type', { columns: [id, columnOf('price', 'decimal(9,2)'), at] }, 'retype', 'rewrite'],
  ['another name', { columns: [id, columnOf('amount', 'decimal(10,2)', { was: 'price' }), at] }, 'rename', 'rewrite'],
  ['NULL forbidden', { columns: [id, columnOf('price', 'decimal(10,2) not null'), at] }, 'tighten', 'rewrite'],
  ['another partition', { partitionBy: { month: 'at' } }, 'partition', 'rewrite'],
  ['a column that goes', { columns: [id, at] }, 'remove', 'breaking'],
  [
    'a required column',
    { columns: [id, price, at, columnOf('brand', 'varchar not null')] },
    'add_required',
    'breaking',
  ],
]

test.each(cases)('%s is classed', (_, more, kind, cls) => {
  const changes = contractChanges(storedAs(base), { ...base, ...more })
  expect(changes).toMatchObject([{ kind, class: cls }])
  expect(worstClass(changes)).toBe(cls)
})

test('every change names its column or setting, with what was and what will be', () => {
  const declared = {
    ...base,
    columns: [
      columnOf('id', 'bigint', { nulls: ['', '-'], pii: true }),
      columnOf('amount', 'double not null', { was: 'price', from: 'Price' }),
      columnOf('at', 'date', { formats: ['%d/%m/%Y'] }),
      columnOf('brand', 'varchar'),
      columnOf('city', 'varchar'),
    ],
    partitionBy: {},
    timezone: 'Asia/Tokyo',
    rules: [{ name: 'positive', sql: 'amount > 0' }],
  }
  const columns = [...tableColumns(base), columnOf('old', 'uuid not null')]
  const stored = storedAs({ ...base, rules: [{ name: 'known', sql: 'id > 0' }] }, { columns, extraKeys: ['City'] })
  const changes = contractChanges(stored, declared)
  expect(changes.map(({ kind, column, setting, before, after }) => [kind, column, setting, before, after])).toEqual([
    ['loosen', 'id', undefined, 'not null', 'NULL allowed'],
    ['rename', 'amount', undefined, 'price', 'amount'],
    ['retype', 'amount', undefined, 'decimal(10,2)', 'double'],
    ['tighten', 'amount', undefined, 'NULL allowed', 'not null'],
    ['add', 'brand', undefined, null, 'varchar'],
    ['promote', 'city', undefined, 'extra.City', 'varchar'],
    ['partition', undefined, 'partitionBy', '_day', null],
    ['remove', 'old', undefined, 'uuid not null', null],
    ['read', 'id', 'nulls', null, '["","-"]'],
    ['read', 'id', 'pii', 'false', 'true'],
    ['read', 'amount', 'from', null, 'Price'],
    ['read', 'at', 'format', null, '%d/%m/%Y'],
    ['read', undefined, 'timezone', 'UTC', 'Asia/Tokyo'],
    ['read', undefined, 'rules.known', 'id > 0', null],
    ['read', undefined, 'rules.positive', null, 'amount > 0'],
  ])
  expect(changes.map(({ says }) => says)).toEqual(
    expect.arrayContaining([
      'amount: decimal(10,2) becomes double',
      'at format: none becomes %d/%m/%Y',
      'partitionBy: _day becomes none',
    ]),
  )
})

test('a new column that occurs in extra comes out of it, whatever its case', () => {
  const declared = { ...base, columns: [id, price, at, columnOf('brand', 'varchar')] }
  expect(contractChanges(storedAs(base, { extraKeys: ['Brand ', 'x'] }), declared)).toMatchObject([
    { kind: 'promote', column: 'brand', class: 'rewrite' },
  ])
})

test('a table without rows takes a required column', () => {
  const declared = { ...base, columns: [id, price, at, columnOf('brand', 'varchar not null')] }
  expect(contractChanges(storedAs(base, { hasRows: false }), declared)).toMatchObject([{ kind: 'add' }])
})

test('`was` that is done, or that names a column which is declared itself, renames nothing', () => {
  const declared = { ...base, columns: [id, columnOf('amount', 'decimal(10,2)', { was: 'price' }), at] }
  expect(contractChanges(storedAs(declared), declared)).toEqual([])
  const both = { ...base, columns: [id, price, columnOf('amount', 'decimal(10,2)', { was: 'price' }), at] }
  expect(contractChanges(storedAs(base), both)).toMatchObject([{ kind: 'add', column: 'amount' }])
})

test('a decimal widens where every digit keeps its place', () => {
  const digits = fc.tuple(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 0, max: 38 })).filter(([p, s]) => s <= p)
  fc.assert(
    fc.property(digits, digits, ([p, s], [q, t]) => {
      const largest = 10n ** BigInt(p) - 1n
      const fits = t >= s && largest * 10n ** BigInt(Math.max(t - s, 0)) < 10n ** BigInt(q)
      expect(widens(parseType(`decimal(${p},${s})`), parseType(`decimal(${q},${t})`))).toBe(fits)
    }),
  )
  expect(widens(parseType('smallint'), parseType('bigint'))).toBe(true)
  expect(widens(parseType('bigint'), parseType('integer'))).toBe(false)
  expect(widens(parseType('bigint'), parseType('double'))).toBe(false)
})
