import { expect, test } from 'vitest'
import { parseColumn } from '../../../src/core/columns.ts'
import type { Value } from '../../../src/core/values.ts'
import { type Compared, compareRows } from '../../../src/models/cases/compare.ts'

type Row = readonly Value[]

const columnsOf = (types: readonly string[]) => types.map((type, at) => parseColumn(`c${at}`, type))

function compare(
  types: readonly string[],
  expected: readonly Row[],
  got: readonly Row[],
  more: Partial<Compared> = {},
) {
  const lines = expected.map((row, index) => ({ line: index + 1, row }))
  return compareRows({ columns: columnsOf(types), expected: lines, got, ordered: false, key: [], ...more })
}

const kinds = (differences: ReturnType<typeof compare>) =>
  differences.map((each) => [each.kind, ...('line' in each ? [each.line] : []), ...('cells' in each ? each.cells : [])])

test('rows are a multiset', () => {
  expect(compare(['bigint'], [[1n], [2n], [1n]], [[2n], [1n], [1n]])).toEqual([])
  expect(kinds(compare(['bigint'], [[1n], [1n]], [[1n]]))).toEqual([['missing', 2]])
  expect(kinds(compare(['bigint'], [[1n]], [[1n], [1n]]))).toEqual([['extra']])
  expect(kinds(compare(['varchar'], [[null]], [['NULL']]))).toEqual([['missing', 1], ['extra']])
})

test('rows of which half the cells or more are the same are one row that changed, the most alike first', () => {
  const types = ['bigint', 'varchar', 'bigint', 'bigint']
  const expected = [
    [1n, 'a', 1n, 1n],
    [2n, 'b', 2n, 2n],
    [3n, 'c', 3n, 3n],
  ]
  const got = [
    [2n, 'b', 2n, 9n],
    [2n, 'b', 8n, 9n],
    [9n, 'x', 9n, 3n],
  ]
  expect(kinds(compare(types, expected, got))).toEqual([
    ['missing', 1],
    ['changed', 2, 3],
    ['missing', 3],
    ['extra'],
    ['extra'],
  ])
})

test('a key tells which row changed, however much of it did, and rows of other keys are others', () => {
  const types = ['bigint', 'varchar', 'varchar']
  const key = ['c0']
  expect(kinds(compare(types, [[1n, 'a', 'b']], [[1n, 'x', 'y']], { key }))).toEqual([['changed', 1, 1, 2]])
  expect(kinds(compare(types, [[1n, 'a', 'b']], [[2n, 'a', 'b']], { key }))).toEqual([['missing', 1], ['extra']])
})

test('an order counts where the model has one', () => {
  const rows = [[1n], [2n], [2n], [3n]]
  const other = [[1n], [2n], [3n], [2n]]
  expect(compare(['bigint'], rows, other)).toEqual([])
  expect(kinds(compare(['bigint'], rows, other, { ordered: true }))).toEqual([['moved', 3]])
  expect(compare(['bigint'], rows, rows, { ordered: true })).toEqual([])
})

/** Values that are the same, and values that are others. */
const alike: readonly (readonly [string, Value, Value, boolean])[] = [
  ['double', 0.3, 0.1 + 0.2, true],
  ['double', 1, 1.000001, false],
  ['double', Number.NaN, Number.NaN, true],
  ['float', 1.1, Math.fround(1.1), true],
  ['decimal(12,2)', '1.10', '1.10', true],
  ['json', '{"a":1,"b":[2]}', '{"b":[2],"a":1}', true],
  ['json', '[1,2]', '[2,1]', false],
  ['json', '12345678901234567890', '12345678901234567891', false],
  ['json', 'no json', 'no json', true],
  ['varchar[]', ['a', null], ['a', null], true],
  ['varchar[]', ['a', 'b'], ['b', 'a'], false],
  ['varchar[]', ['a,b'], ['a', 'b'], false],
  ['struct(a double, b varchar)', { a: 0.3, b: null }, { a: 0.1 + 0.2, b: null }, true],
  [
    'map(varchar, bigint)',
    [
      ['a', 1n],
      ['b', 2n],
    ],
    [
      ['b', 2n],
      ['a', 1n],
    ],
    true,
  ],
  ['blob', Buffer.from('a'), new Uint8Array([97]), true],
]

test.each(alike)('%s: %s and %s', (type, a, b, same) => {
  expect(compare([type], [[a]], [[b]]).length === 0).toBe(same)
})

test('many rows that are all others are told without looking for their like', () => {
  const rows = (from: number) => Array.from({ length: 400 }, (_, at) => [BigInt(from + at), 'same'])
  const differences = compare(['bigint', 'varchar'], rows(0), rows(1000))
  expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(['missing', 'extra']))
  expect(differences).toHaveLength(800)
})
