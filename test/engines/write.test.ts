import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Query } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect, collectObjects } from '../../src/engines/rows.ts'
import { columns, contextOf, engine, folder } from './harness.ts'

const duckdb = await engine()
const target = (root: string, partitionBy: readonly string[] = []) => ({ root, partitionBy, fileBytes: 100_000_000 })
const select = (sql: string, from: Query['from'] = {}): Query => ({ sql, from })

test('what is written is what the statistics and sizes say, and reads back', async () => {
  const root = join(folder(), 'orders')
  const written = await duckdb.write(
    select(`SELECT range AS id, 'n' || range AS name, (range / 4)::DECIMAL(12,2) AS price,
              TIMESTAMPTZ '2020-01-01 00:00:00.123456+00' + INTERVAL (range) SECOND AS at,
              {'a': range::INTEGER, 'b "c': 'x'} AS s, [range] AS l, 0.1::FLOAT AS f,
              DATE '2020-01-01' AS d, NULL::BIGINT AS nothing
            FROM range(10)`),
    target(root),
    contextOf(),
  )
  expect(written.rows).toBe(10)
  const [file] = written.files
  expect(statSync(join(root, file?.path ?? '')).size).toBe(file?.sizeBytes)
  expect(JSON.parse(file?.stats ?? '')).toEqual({
    numRecords: 10,
    minValues: {
      id: 0,
      name: 'n0',
      price: 0,
      at: '2020-01-01T00:00:00.123Z',
      s: { a: 0, 'b "c': 'x' },
      f: 0.10000000149011612,
      d: '2020-01-01',
    },
    maxValues: {
      id: 9,
      name: 'n9',
      price: 2.25,
      at: '2020-01-01T00:00:09.124Z',
      s: { a: 9, 'b "c': 'x' },
      f: 0.10000000149011612,
      d: '2020-01-01',
    },
    nullCount: { id: 0, name: 0, price: 0, at: 0, s: { a: 0, 'b "c': 0 }, f: 0, d: 0, nothing: 10 },
  })
  const relation: Relation = {
    kind: 'delta',
    root,
    version: 0,
    columns: columns({ id: 'bigint', price: 'decimal(12,2)', at: 'timestamptz', l: 'bigint[]', added: 'varchar' }),
    partitionColumns: [],
    files: written.files,
  }
  expect(await collect(await duckdb.run(select('SELECT * FROM t WHERE id = 3', { t: relation }), contextOf()))).toEqual(
    [[3n, '0.75', '2020-01-01T00:00:03.123456Z', [3n], null]],
  )
})

test('partition values keep their text, whatever stands in them', async () => {
  const root = join(folder(), 'parts')
  const held = ['plain', null, '__HIVE_DEFAULT_PARTITION__', 'a/b=c %20é', "o'clock", 'null', ' ', '..', 'x\ny']
  const written = await duckdb.write(
    {
      sql: 'SELECT p, day, "at", row_number() OVER () AS n FROM given',
      from: {
        given: {
          kind: 'values',
          columns: columns({ p: 'varchar', day: 'date', at: 'timestamptz' }),
          rows: held.map((p) => [p, p === null ? null : '2024-02-29', '2024-02-29T01:02:03.000004Z']),
        },
      },
    },
    target(root, ['p', 'day', 'at']),
    contextOf(),
  )
  const byText = (a: string | null, b: string | null) => String(a).localeCompare(String(b))
  expect(written.files.map((file) => file.partition['p'] as string | null).sort(byText)).toEqual([...held].sort(byText))
  expect(written.files.every((file) => file.partition['at'] === '2024-02-29T01:02:03.000004Z')).toBe(true)
  expect(written.files.every((file) => existsSync(join(root, file.path)))).toBe(true)
  const relation: Relation = {
    kind: 'delta',
    root,
    version: 0,
    columns: columns({ n: 'bigint', p: 'varchar', day: 'date', at: 'timestamptz' }),
    partitionColumns: ['p', 'day', 'at'],
    files: written.files,
  }
  const rows = await collectObjects(
    await duckdb.run(select('SELECT * FROM t ORDER BY n', { t: relation }), contextOf()),
  )
  expect(rows.map((row) => row['p']).sort(byText as never)).toEqual([...held].sort(byText))
  expect(new Set(rows.map((row) => row['at']))).toEqual(new Set(['2024-02-29T01:02:03.000004Z']))
  expect(rows.filter((row) => row['day'] === null).map((row) => row['p'])).toEqual([null])
})

test('an empty text as a partition value is NULL, as every reader of Delta takes it', async () => {
  const root = join(folder(), 'parts')
  const written = await duckdb.write(select(`SELECT '' AS p, 1 AS n`), target(root, ['p']), contextOf())
  expect(written.files.map((file) => file.partition)).toEqual([{ p: null }])
})

test('no rows are no files', async () => {
  const root = join(folder(), 'none')
  expect(await duckdb.write(select('SELECT 1 AS a WHERE false'), target(root), contextOf())).toEqual({
    files: [],
    rows: 0,
  })
  expect(globSync('**/*.parquet', { cwd: root })).toEqual([])
})

test('large results become several files of about the size asked for', async () => {
  const root = join(folder(), 'many')
  const written = await duckdb.write(
    select('SELECT range AS a, hash(range)::VARCHAR AS b FROM range(2000000)'),
    { root, partitionBy: [], fileBytes: 4_000_000 },
    contextOf(),
  )
  expect(written.files.length).toBeGreaterThan(3)
  expect(written.rows).toBe(2_000_000)
})

test('a sum that a bigint can hold is stored as one, a larger one is named', async () => {
  const root = join(folder(), 'sums')
  await duckdb.write(select('SELECT sum(range) AS total FROM range(4)'), target(root), contextOf())
  const back: Relation = {
    kind: 'files',
    format: { name: 'parquet' },
    paths: [...globSync(`${root}/*.parquet`)],
    columns: [],
  }
  const result = await duckdb.run(select('SELECT * FROM t', { t: back }), contextOf())
  expect(result.columns).toEqual([{ name: 'total', type: 'bigint' }])
  expect(await collect(result)).toEqual([[6n]])
  await expect(
    duckdb.write(select('SELECT sum(9223372036854775807) AS total FROM range(3)'), target(root), contextOf()),
  ).rejects.toMatchObject({ code: 'INTEGER_OVERFLOW', fields: { column: 'total', value: '27670116110564327421' } })
})

test('types that tables do not have are refused with what to write instead', async () => {
  const root = join(folder(), 'types')
  await expect(duckdb.write(select(`SELECT TIME '12:00' AS t`), target(root), contextOf())).rejects.toMatchObject({
    code: 'RESULT_TYPE',
    hint: 'cast it in the SELECT: write varchar',
  })
})

test('a write that fails half-way leaves no file', async () => {
  const root = join(folder(), 'failed')
  const query = select(
    `SELECT range AS a, CASE WHEN range = 4000000 THEN error('here') ELSE range % 2 END AS p FROM range(5000000)`,
  )
  for (const partitionBy of [[], ['p']])
    await expect(duckdb.write(query, { root, partitionBy, fileBytes: 1_000_000 }, contextOf())).rejects.toMatchObject({
      code: 'QUERY_FAILED',
    })
  expect(globSync('**/*.parquet', { cwd: root })).toEqual([])
})

test('a partition is one file, also where there are hundreds', async () => {
  const root = join(folder(), 'hundreds')
  const query = select('SELECT range AS n, range % 300 AS p FROM range(600000)')
  const { files, rows } = await duckdb.write(query, target(root, ['p']), contextOf())
  expect([files.length, rows]).toEqual([300, 600_000])
})
