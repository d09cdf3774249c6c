import { expect, test } from 'vitest'
import { onlyNames } from '../../src/query/catalog.ts'
import { query } from '../../src/query/query.ts'
import type { Doors } from '../../src/server/doors.ts'
import { catalogOf, openLake, tableOf } from '../query/harness.ts'
import { serve } from './harness.ts'

const lake = await openLake()
await tableOf(
  lake,
  'orders',
  { id: 'bigint', price: 'decimal(12,2)', placed: 'timestamptz', tags: 'varchar[]', parts: 'struct(n bigint)' },
  [
    `SELECT 9007199254740993 AS id, 12.30 AS price, '2026-01-02 03:04:05Z'::TIMESTAMPTZ AS placed, ['a'] AS tags, {n: 9007199254740993} AS parts`,
    'SELECT 2 AS id',
  ],
)
await tableOf(lake, 'secrets', { id: 'bigint' }, ['SELECT 1 AS id'])

const door: Doors['query'] = (sql, options, tables, context) => {
  const all = catalogOf(lake, ['orders', 'secrets'])
  return query(tables === 'all' ? all : onlyNames(all, tables), lake.engine, sql, options, context)
}
const read = { admin: ['root'], write: [], read: [{ name: 'board', token: 'reads', tables: ['orders'] }] }

async function ask(given: Record<string, unknown>, token = 'root') {
  const { server } = await serve({ access: read, doors: { query: door } })
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${server.url}/v1/query`, { method: 'POST', body: JSON.stringify(given), headers })
  return { status: response.status, text: await response.text() }
}

test('rows come with all digits of their numbers', async () => {
  const { status, text } = await ask({ sql: 'SELECT * FROM orders ORDER BY id DESC' })
  expect(status).toBe(200)
  expect(text).toContain(
    '"rows":[[9007199254740993,12.30,"2026-01-02T03:04:05Z",["a"],{"n":9007199254740993}],[2,null,null,null,null]]',
  )
  expect(JSON.parse(text)).toMatchObject({
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'price', type: 'decimal(12,2)' },
      { name: 'placed', type: 'timestamptz' },
      { name: 'tags', type: 'varchar[]' },
      { name: 'parts', type: 'struct(n bigint)' },
    ],
    position: { versions: { orders: 2 }, behind: {} },
    truncated: false,
  })
})

test('numbers of 64 bits come as text for whoever asks', async () => {
  const { text } = await ask({ sql: 'SELECT id, price, parts FROM orders ORDER BY id DESC', quote64: true })
  expect(text).toContain('"rows":[["9007199254740993","12.30",{"n":"9007199254740993"}],["2",null,null]]')
  const sums = await ask({ sql: 'SELECT sum(id) AS all_ids, [sum(id)] AS listed FROM orders', quote64: true })
  expect(sums.text).toContain('"rows":[["9007199254740995",["9007199254740995"]]]')
})

test('parameters, a version and a limit', async () => {
  const { text } = await ask({ sql: 'SELECT id FROM orders WHERE id = $1', params: [2] })
  expect(JSON.parse(text).rows).toEqual([[2]])
  const before = await ask({ sql: 'SELECT id::VARCHAR FROM orders', at: 'orders=1' })
  expect(JSON.parse(before.text)).toMatchObject({ rows: [['9007199254740993']], position: { versions: { orders: 1 } } })
  const cut = await ask({ sql: 'SELECT count(*) FROM orders, range(3) GROUP BY range', limit: 2 })
  expect(JSON.parse(cut.text)).toMatchObject({ rows: [[2], [2]], truncated: true })
})

test.each([
  ['two statements', { sql: 'SELECT 1; SELECT 2' }, 403, 'SQL_NOT_ALLOWED'],
  ['a file', { sql: "SELECT * FROM read_csv('/etc/passwd')" }, 403, 'SQL_NOT_ALLOWED'],
  ['a table that is not there', { sql: 'SELECT * FROM ordres' }, 400, 'SQL_INVALID'],
  ['a time that is none', { sql: 'SELECT 1', at: 'noon' }, 400, 'READ_POINT_INVALID'],
  [
    'too long a time',
    { sql: 'SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000) b', timeout_ms: 50 },
    504,
    'QUERY_TIMEOUT',
  ],
])('%s is refused with a code', async (_, given, status, code) => {
  const answer = await ask(given)
  expect({ status: answer.status, code: JSON.parse(answer.text).code }).toEqual({ status, code })
})

test('an answer that is too large is refused, not cut', async () => {
  const { status, text } = await ask({ sql: "SELECT repeat('x', 1000000) FROM range(70)" })
  expect({ status, code: JSON.parse(text).code }).toEqual({ status: 413, code: 'ANSWER_TOO_LARGE' })
})

test('so many queries run at once, and more are told to come again', async () => {
  const gate = Promise.withResolvers<void>()
  const waiting: Doors['query'] = async (...given) => {
    await gate.promise
    return door(...given)
  }
  const { call } = await serve({ doors: { query: waiting } })
  const asked = Array.from({ length: 18 }, () => call('/v1/query', { method: 'POST', body: '{"sql":"SELECT 1 AS a"}' }))
  const first = await Promise.race(asked)
  expect(first).toMatchObject({ status: 429, json: { code: 'REQUESTS_TOO_MANY' } })
  gate.resolve()
  const all = (await Promise.all(asked)).map(({ status }) => status)
  expect(all.filter((status) => status === 200).length).toBe(16)
})

test('a token for some tables reads no others', async () => {
  expect((await ask({ sql: 'SELECT id FROM orders' }, 'reads')).status).toBe(200)
  const { status, text } = await ask({ sql: 'SELECT id FROM secrets' }, 'reads')
  expect({ status, code: JSON.parse(text).code }).toEqual({ status: 400, code: 'SQL_INVALID' })
  expect(text).not.toContain('secrets`, or')
  const pinned = await ask({ sql: 'SELECT id FROM orders', at: 'secrets=0' }, 'reads')
  expect(JSON.parse(pinned.text).code).toBe('NAME_UNKNOWN')
})
