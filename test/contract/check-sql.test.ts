import { expect, test } from 'vitest'
import { partitionColumns, tableColumns } from '../../src/contract/contract.ts'
import { rejectCodes } from '../../src/contract/reject.ts'
import { columnText } from '../../src/core/columns.ts'
import { checker, columnOf, contractOf } from './harness.ts'

const { check } = await checker()

test('clean rows come out typed, in the order of the table', async () => {
  const contract = contractOf(
    [columnOf('at', 'timestamptz not null'), columnOf('id', 'bigint'), columnOf('price', 'decimal(12,2)')],
    { partitionBy: { day: 'at' }, timezone: 'America/Hermosillo', unknown: 'keep' },
  )
  const rows = [{ at: '2019-11-08 05:14:53 UTC', id: '12', price: '776.74', brand: 'apple "x"', colour: null }]
  const { good, bad } = await check(contract, rows)
  expect(bad).toEqual([])
  expect(good).toEqual([
    {
      at: '2019-11-08 05:14:53+00',
      id: '12',
      price: '776.74',
      extra: '{"brand":"apple \\"x\\""}',
      _row: 0,
      _day: '2019-11-07',
    },
  ])
  expect(partitionColumns(contract)).toEqual(['_day'])
  expect(tableColumns(contract).map((column) => `${column.name} ${columnText(column)}`)).toEqual([
    'at timestamptz not null',
    'id bigint',
    'price decimal(12,2)',
    'extra json',
    '_file varchar',
    '_day date',
  ])
})

test('a row has one code, of its first breach, and good and bad are all rows', async () => {
  const contract = contractOf(
    [
      columnOf('id', 'bigint not null'),
      columnOf('email', 'uuid', { pii: true }),
      columnOf('price', 'decimal(12,2)'),
      columnOf('kind', 'varchar not null'),
    ],
    {
      rules: [
        { name: 'not_negative', sql: 'price >= 0 -- as the shop says' },
        { name: 'whole', sql: '10 // (id - 7) > -100 AND CAST(kind AS INTEGER) > 0' },
      ],
      unknown: 'reject',
    },
  )
  const good = { id: '1', email: null, price: '1', kind: '1', other: null }
  const { good: kept, bad } = await check(contract, [
    good,
    { ...good, id: '1.5', price: '-1' },
    { ...good, id: ' ', email: 'x' },
    { ...good, email: 'secret' },
    { ...good, price: '-1' },
    { ...good, price: '1.001' },
    { ...good, kind: '' },
    { ...good, kind: 'x' },
    { ...good, other: 'field', id: 'x' },
    { ...good, price: null },
    { ...good, id: '9223372036854775808' },
  ])
  expect(kept.map(({ _row }) => _row)).toEqual([0, 9])
  const documented = Object.keys(rejectCodes).map((code) => code.replace('<name>', ''))
  expect(bad.filter(({ code }) => !documented.includes(code.replace(/:.*/, ':')))).toEqual([])
  expect(bad.map(({ _row, column, code, message }) => [_row, column, code, message])).toEqual([
    [1, 'id', 'type', "'1.5' has a fraction (bigint)"],
    [2, 'id', 'not_null', 'there is no value, and the column is not null'],
    [3, 'email', 'type', '(hidden) is not a uuid'],
    [4, null, 'rule:not_negative', 'breaks the rule not_negative: price >= 0 -- as the shop says'],
    [5, 'price', 'type', "'1.001' has more than 2 digits after the point (decimal(12,2))"],
    [6, 'kind', 'not_null', 'there is no value, and the column is not null'],
    [7, null, 'rule_error', expect.stringContaining('the rule whole fails')],
    [8, null, 'unknown_field', 'no column takes the field `other`'],
    [10, 'id', 'type', "'9223372036854775808' is out of the range of 64 bits (bigint)"],
  ])
})

test('fields are found by their exact name first, then trimmed and without case', async () => {
  const contract = contractOf([columnOf('a', 'varchar'), columnOf('b', 'varchar', { from: 'B Name' })], {
    unknown: 'keep',
  })
  const { good } = await check(contract, [{ f0: 'other', f1: 'exact', f2: 'trimmed' }], {
    input: {
      kind: 'csv',
      fields: [
        { name: 'A', column: 'f0' },
        { name: 'a', column: 'f1' },
        { name: ' b name ', column: 'f2' },
      ],
    },
  })
  expect(good).toEqual([{ a: 'exact', b: 'trimmed', extra: '{"A":"other"}', _row: 0 }])
})

test('a declared column that the input lacks is NULL, or refuses every row when it is not null', async () => {
  const lenient = contractOf([columnOf('a', 'bigint'), columnOf('b', 'date')])
  expect((await check(lenient, [{ a: '1' }])).good).toEqual([{ a: '1', b: null, _row: 0 }])
  const strict = contractOf([columnOf('a', 'bigint'), columnOf('b', 'date not null')])
  expect((await check(strict, [{ a: '1' }])).bad).toMatchObject([{ _row: 0, column: 'b', code: 'not_null' }])
})

test('texts that mean NULL are compared as they are in varchar columns, and without spaces around them elsewhere', async () => {
  const contract = contractOf([
    columnOf('a', 'varchar', { nulls: ['', 'NaN'] }),
    columnOf('b', 'bigint', { nulls: ['NaN', '-1'] }),
    columnOf('c', 'varchar', { nulls: [] }),
    columnOf('d', 'bigint'),
  ])
  const { good, bad } = await check(contract, [
    { a: 'NaN', b: ' -1 ', c: '', d: '\t' },
    { a: ' NaN', b: 'NaN', c: 'NaN', d: '' },
    { a: '', b: '-10', c: null, d: 'NaN' },
  ])
  expect(good).toEqual([
    { a: null, b: null, c: '', d: null, _row: 0 },
    { a: ' NaN', b: null, c: 'NaN', d: null, _row: 1 },
  ])
  expect(bad).toMatchObject([{ _row: 2, column: 'd', code: 'type' }])
})
