import { expect, test } from 'vitest'
import { personalColumns } from '../../src/models/definition/personal.ts'
import { parseSql } from '../../src/sql/parse.ts'

const given = new Set(['email', 'name'])

async function personal(sql: string, output: readonly string[]): Promise<readonly string[]> {
  return [...personalColumns(await parseSql(sql), given, output)]
}

test.each([
  ['SELECT id, email FROM users', ['id', 'email'], ['email']],
  ['SELECT id, u.EMAIL AS contact FROM users AS u', ['id', 'contact'], ['contact']],
  ['SELECT * FROM users', ['id', 'Email', 'name'], ['email', 'name']],
  ['SELECT id, upper(name) || id AS shout, id + 1 AS next FROM users', ['id', 'shout', 'next'], ['shout']],
  ['WITH u AS (SELECT id, email AS e FROM users) SELECT id, e AS c FROM (SELECT * FROM u)', ['id', 'c'], ['c']],
  ['SELECT id, (SELECT max(email) AS m FROM users) AS m FROM events', ['id', 'm'], ['m']],
  ['SELECT id, to_json(users) AS whole FROM users', ['id', 'whole'], ['whole']],
  ['SELECT id, profile.email AS e FROM users', ['id', 'e'], ['e']],
  ['SELECT id FROM users GROUP BY id HAVING count(*) > 1', ['id'], []],
])('%s', async (sql, output, expected) => {
  expect(await personal(sql, output)).toEqual(expected)
})

test.each([
  'SELECT id, email || name FROM users',
  'SELECT id, (SELECT max(email) FROM users) AS mail FROM events',
  'SELECT id, mail FROM users AS u(id, mail)',
  'WITH u(id, mail) AS (SELECT id, email FROM users) SELECT id, mail FROM u',
  'SELECT id, id AS mail FROM users UNION ALL SELECT id, email FROM users',
  'SELECT * RENAME (email AS mail) FROM users',
  "SELECT id, COLUMNS(c -> c LIKE 'e%') FROM users",
  'SELECT id, unnest AS mail FROM users, unnest(users.email)',
])('where names do not tell the way every column is personal: %s', async (sql) => {
  expect(await personal(sql, ['id', 'mail'])).toEqual(['id', 'mail'])
})

test('what reads nothing personal has nothing personal', async () => {
  expect([...personalColumns(await parseSql('SELECT a FROM t UNION SELECT b FROM t'), new Set(), ['a'])]).toEqual([])
})
