import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { history } from '../../src/lake/history.ts'
import { applyVacuum, planVacuum } from '../../src/lake/vacuum.ts'
import { append, overwrite } from '../../src/lake/write.ts'
import { type Catalog, fixedCatalog, mergeCatalogs } from '../../src/query/catalog.ts'
import { type Frozen, freeze } from '../../src/query/frozen.ts'
import { KnownSnapshots } from '../../src/query/known-snapshots.ts'
import { query, resolveQuery } from '../../src/query/query.ts'
import { parseReadPoint } from '../../src/query/read-point.ts'
import { columns } from '../engines/harness.ts'
import { catalogOf, context, openLake, rowsOf, tableOf } from './harness.ts'

const lake = await openLake()
await tableOf(lake, 'orders', { id: 'bigint', price: 'decimal(12,2)', at_time: 'timestamptz' }, [
  "SELECT 1::BIGINT AS id, 1.50::DECIMAL(12,2) AS price, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS at_time",
  "SELECT 2::BIGINT AS id, 2.25::DECIMAL(12,2) AS price, TIMESTAMPTZ '2024-02-01 00:00:00+00' AS at_time",
])
await tableOf(lake, 'customers', { id: 'bigint', name: 'varchar' }, ["SELECT 1::BIGINT AS id, 'é' AS name"])
const files = fixedCatalog({
  'millrace.files': {
    kind: 'values',
    columns: columns({ path: 'varchar', id: 'bigint' }),
    rows: [
      ['a.csv', 1n],
      ['b.csv', 2n],
    ],
  },
})
const catalog = mergeCatalogs([catalogOf(lake, ['orders', 'customers']), files])

test('an answer says which versions it was computed from', async () => {
  await using answer = await query(catalog, lake.engine, 'SELECT * FROM orders JOIN customers USING (id)', {}, context)
  expect(answer.position).toEqual({ versions: { orders: 2, customers: 1 }, offsets: {}, behind: {} })
  expect(answer.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id bigint',
    'price decimal(12,2)',
    'at_time timestamptz',
    'name varchar',
  ])
})

test('the catalog’s names are sorted', async () => {
  expect(await catalog.names(context)).toEqual(['customers', 'millrace.files', 'orders'])
})

test('a name with a dot is read, with or without an alias, and in any case of letters', async () => {
  expect(await rowsOf(catalog, lake, 'SELECT files.path FROM Millrace.Files WHERE files.id = 2')).toEqual([['b.csv']])
  expect(
    await rowsOf(catalog, lake, 'SELECT f.path, o.id FROM millrace.files f, ORDERS o WHERE f.id = o.id ORDER BY 2'),
  ).toEqual([
    ['a.csv', 1n],
    ['b.csv', 2n],
  ])
})

test.each([
  ['SELECT *\nFROM ordrs', 2, 6, 'there is no table `ordrs`\nFROM ordrs\n     ^', 'did you mean `orders`?'],
  ['SELECT prise FROM orders', 1, 8, 'prise', '"price"'],
  [
    "SELECT 'é',\n f.path, prise FROM millrace.files f, orders -- x\n",
    2,
    10,
    '\n f.path, prise FROM millrace.files f, orders -- x\n         ^',
    '',
  ],
  ['SELECT 1 FROM millrace.files, millrace.files WHERE prise', 1, 52, 'prise', ''],
  ['SELECT id FROM orders, customers', 1, 8, 'Ambiguous', ''],
  ['SELECT (SELECT 1 FROM customer)', 1, 23, 'customer', 'did you mean `customers`?'],
])('%s is refused at its place', async (sql, line, column, message, hint) => {
  await expect(rowsOf(catalog, lake, sql)).rejects.toMatchObject({
    code: 'SQL_INVALID',
    fields: { line, column },
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  })
})

test('names that differ in case alone are read as they are spelt, and not guessed', async () => {
  const one = (n: number) => ({ kind: 'values', columns: columns({ n: 'integer' }), rows: [[n]] }) as const
  const both = fixedCatalog({ Sales: one(1), sales: one(2) })
  expect(await rowsOf(both, lake, 'SELECT n FROM Sales')).toEqual([[1]])
  expect(await rowsOf(both, lake, 'SELECT n FROM sales')).toEqual([[2]])
  for (const sql of ['SELECT n FROM SALES', 'SELECT * FROM Sales, sales'])
    await expect(rowsOf(both, lake, sql)).rejects.toMatchObject({ code: 'TABLE_AMBIGUOUS' })
})

test('files that cannot hold a row of the answer are not given to the engine', async () => {
  const read = async (sql: string, parameters: (string | number)[] = []) => {
    const { query: resolved } = await resolveQuery(catalog, sql, { parameters }, context)
    const relation = resolved.from['orders']
    return relation?.kind === 'delta' ? relation.files.length : undefined
  }
  expect(await read('SELECT * FROM orders')).toBe(2)
  expect(await read('SELECT * FROM orders WHERE id = 2')).toBe(1)
  expect(await read('SELECT * FROM orders WHERE id > $1', [2])).toBe(0)
  expect(await read("SELECT * FROM orders WHERE at_time < '2024-01-15'")).toBe(1)
  expect(await read("SELECT * FROM orders WHERE at_time >= DATE '2024-02-01'")).toBe(1)
  expect(await read('SELECT * FROM orders a JOIN orders b USING (id) WHERE a.id = 1')).toBe(2)
  expect(await read('SELECT * FROM orders WHERE id = 1 OR id = 2')).toBe(2)
})

test('a query that finds a table older than what was made of it begins again, four times at most', async () => {
  const at: number[] = []
  const moving = (misses: number): Catalog => ({
    ...catalog,
    freeze: async () => void at.push(0),
    async resolve(name, frozen, filters, own) {
      if (at.length <= misses)
        throw new MillraceError('INPUT_BEHIND', { table: name, model: 'm', version: 1, built: 2 })
      const { relation } = await catalog.resolve(name, frozen, filters, own)
      return { relation, versions: { orders: 7, m: 2 }, behind: { m: { asOfMs: 5, bytes: 9 } } }
    },
  })
  const resolved = await resolveQuery(moving(2), 'SELECT * FROM orders', {}, context)
  expect([at.length, resolved.position]).toEqual([
    3,
    { versions: { orders: 7, m: 2 }, offsets: {}, behind: { m: { asOfMs: 5, bytes: 9 } } },
  ])
  at.length = 0
  await expect(resolveQuery(moving(5), 'SELECT * FROM orders', {}, context)).rejects.toMatchObject({
    code: 'INPUT_BEHIND',
  })
})

test('a table that is read twice is read at one version, and the next query goes on from there', async () => {
  await tableOf(lake, 'moving', { id: 'bigint' }, [])
  const own = catalogOf(lake, ['moving'])
  const frozen = freeze()
  const version = async (with_: Frozen) => (await own.resolve('moving', with_, [], context)).versions
  expect(await version(frozen)).toEqual({ moving: 0 })
  const { snapshot } = await append(lake, 'moving', { sql: 'SELECT 1::BIGINT AS id', from: {} }, {}, context)
  expect([await version(frozen), await version(freeze())]).toEqual([{ moving: 0 }, { moving: 1 }])
  frozen.put({ name: 'moving', lake, table: 'moving' }, snapshot)
  expect(await version(frozen)).toEqual({ moving: 1 })
  const known = new KnownSnapshots()
  for (const count of [1n, 2n]) {
    expect(await rowsOf(own, lake, 'SELECT count(*) FROM moving', { known })).toEqual([[count]])
    await append(lake, 'moving', { sql: 'SELECT 1::BIGINT AS id', from: {} }, {}, context)
  }
})

test('limits and parameters reach the engine', async () => {
  await using answer = await query(
    catalog,
    lake.engine,
    'SELECT * FROM range($1::BIGINT)',
    { parameters: [5000], limits: { rows: 10 } },
    context,
  )
  let rows = 0
  for await (const batch of answer.batches) rows += batch.length
  expect([rows, answer.truncated]).toEqual([10, true])
})

test('as of a version or a time the rows are those of then', async () => {
  const times = (await history(lake, 'orders', 9, context)).map(({ timestampMs }) =>
    new Date(timestampMs).toISOString(),
  )
  const ids = async (...at: string[]) =>
    (await rowsOf(catalog, lake, 'SELECT id FROM orders ORDER BY id', { at: parseReadPoint(at, 'UTC') })).flat()
  expect(await ids('orders=1')).toEqual([1n])
  expect(await ids('orders=0')).toEqual([])
  expect(await ids(times[1] as string)).toEqual([1n])
  expect(await ids(times[0] as string)).toEqual([1n, 2n])
  expect(await ids(times[0] as string, 'orders=1')).toEqual([1n])
  await expect(ids('orders=7')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' })
  await expect(ids('2001-01-01')).rejects.toMatchObject({ code: 'TIME_NOT_FOUND' })
  await expect(ids('ordrs=1')).rejects.toMatchObject({ code: 'NAME_UNKNOWN', hint: 'did you mean `orders`?' })
})

test('a version whose files are gone names the earliest that is left', async () => {
  await tableOf(lake, 'gone', { id: 'bigint' }, ['SELECT 1::BIGINT AS id'])
  await overwrite(lake, 'gone', { sql: 'SELECT 2::BIGINT AS id', from: {} }, 'everything', {}, context)
  const later = { ...context, now: () => context.now() + 400 * 86_400_000 }
  await applyVacuum(lake, await planVacuum(lake, 'gone', { retentionMs: 3_600_000 }, later), later)
  const own = catalogOf(lake, ['gone'])
  expect(await rowsOf(own, lake, 'SELECT id FROM gone')).toEqual([[2n]])
  await expect(rowsOf(own, lake, 'SELECT id FROM gone', { at: { versions: { gone: 1 } } })).rejects.toMatchObject({
    code: 'VERSION_VACUUMED',
    fields: { earliest: 2 },
  })
})
