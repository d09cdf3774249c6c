import { expect, test } from 'vitest'
import { parseChecks } from '../../src/checks/check.ts'
import { failingRows } from '../../src/checks/failing-rows.ts'
import { collect } from '../../src/engines/rows.ts'
import { name } from '../../src/sql/text.ts'
import { columns, contextOf, engine as openEngine } from '../engines/harness.ts'

const shape = columns({ id: 'bigint', kind: 'varchar' })
const rows = [
  [1n, 'a'],
  [1n, 'b'],
  [2n, null],
  [null, 'x'],
]

test.each([
  ['not_null', { not_null: ['kind'] }, [[2n, null]]],
  ['accepted', { accepted: { kind: ['a', 'b'] } }, [[null, 'x']]],
  ['expr', { expr: { small: 'id < 2' } }, [[2n, null]]],
  ['references', { references: { id: 'users.id' } }, [[2n, null]]],
  ['unique', { unique: ['id'] }, [[1n, 2n]]],
  ['rows', { rows: { min: 9 } }, [[4n]]],
])('the rows that break %s are those that it counts', async (_, block, expected) => {
  const engine = await openEngine()
  const [check] = parseChecks(block).checks
  if (!check) throw new Error('there is no check')
  const from = {
    t: { kind: 'values', columns: shape, rows },
    users: { kind: 'values', columns: columns({ id: 'bigint' }), rows: [[1n]] },
  } as const
  const text = failingRows(check, name('t'), shape)
  expect(await collect(await engine.run({ sql: text, from }, contextOf()))).toEqual(expected)
})
