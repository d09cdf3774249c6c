import { expect, test } from 'vitest'
import { parseChecks } from '../../src/checks/check.ts'
import { assertUsable, tablesReferred } from '../../src/checks/usable.ts'
import { columns, contextOf, engine as openEngine } from '../engines/harness.ts'

const engine = await openEngine()

const own = columns({
  id: 'bigint',
  kind: 'varchar',
  level: 'smallint',
  price: 'decimal(8,2)',
  tags: 'varchar[]',
  ok: 'boolean',
  day: 'date',
  at: 'timestamptz',
  token: 'uuid',
  share: 'double',
})

function usable(block: unknown): Promise<void> {
  const { checks, faults } = parseChecks(block)
  expect(faults).toEqual([])
  const tables = new Map([['users', columns({ id: 'decimal(20,0)', name: 'varchar' })]])
  const place = (path: readonly string[]) => `models/t.sql: ${path.join('.')}`
  return assertUsable({ columns: own, checks, tables, place }, engine, contextOf())
}

test.each([
  { not_null: ['ID'], unique: [['id', 'tags']], rows: { min: 1 } },
  {
    accepted: {
      kind: ['a', 1, true],
      level: [-1, 2],
      price: ['1.50', 2],
      ok: [true],
      day: ['2026-01-01'],
      share: [0.5],
    },
  },
  { accepted: { at: ['2026-01-01 10:00:00Z'], token: ['00000000-0000-4000-8000-00000000000A'] } },
  { references: { id: 'users.id', kind: 'users.NAME', token: 'users.name' } },
  { expr: { a: 'price >= 0', b: "len(list_filter(tags, lambda t: t = 'x')) = 0" } },
])('%j can be used', async (block) => {
  await usable(block)
})

test.each([
  [{ not_null: ['kin'] }, 'CONFIG_UNKNOWN_NAME', 'not_null.0: there is no column `kin`'],
  [{ unique: [['id', 'kin']] }, 'CONFIG_UNKNOWN_NAME', 'unique.0: there is no column `kin`'],
  [{ accepted: { level: ['high'] } }, 'CHECK_INVALID', 'accepted(level) cannot be used: `high` is no smallint'],
  [{ accepted: { level: [1.5] } }, 'CHECK_INVALID', '`1.5` is no smallint'],
  [{ accepted: { price: ['1.505'] } }, 'CHECK_INVALID', '`1.505` is no decimal(8,2)'],
  [{ accepted: { ok: ['yes'] } }, 'CHECK_INVALID', '`yes` is no boolean'],
  [{ accepted: { at: ['2026-01-01 10:00:00'] } }, 'CHECK_INVALID', 'is no timestamptz'],
  [{ accepted: { tags: ['a'] } }, 'CHECK_INVALID', 'values of type varchar[] cannot be listed'],
  [{ references: { id: 'user.id' } }, 'CONFIG_UNKNOWN_NAME', 'there is no table `user`'],
  [{ references: { id: 'users.idd' } }, 'CONFIG_UNKNOWN_NAME', 'there is no column `idd`'],
  [{ references: { id: 'users.name' } }, 'CHECK_INVALID', 'id is bigint, and users.name is varchar'],
  [{ expr: { c: 'prize > 0' } }, 'CONFIG_UNKNOWN_NAME', 'expr.c: there is no column `prize`'],
  [{ expr: { c: 'id IN (SELECT 1)' } }, 'CHECK_INVALID', 'no subqueries'],
  [{ expr: { c: 'day < today()' } }, 'CHECK_INVALID', 'today() does not say the same'],
  [{ expr: { c: 'sum(price) > 0' } }, 'CHECK_INVALID', 'aggregate'],
  [{ expr: { c: 'price + 1' } }, 'CHECK_INVALID', 'it is no condition'],
  [{ expr: { c: 'price >' } }, 'CHECK_INVALID', 'syntax error'],
  [{ expr: { c: 'price > 0, true' } }, 'CHECK_INVALID', 'more than one condition'],
  [{ expr: { c: 'price > 0 WHERE true' } }, 'CHECK_INVALID', 'more than one condition'],
  [{ expr: { c: 'price > 0), (true' } }, 'CHECK_INVALID', 'syntax error'],
])('%j is refused', async (block, code, reason) => {
  await expect(usable(block)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) })
  await expect(usable(block)).rejects.toMatchObject({ message: expect.stringContaining('models/t.sql: ') })
})

test('the tables that checks refer to are told once', () => {
  const { checks } = parseChecks({ references: { a: 'users.id', b: 'users.id', c: 'songs.id' }, not_null: ['a'] })
  expect(tablesReferred(checks)).toEqual(['users', 'songs'])
})
