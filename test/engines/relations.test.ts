import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { FileFormat, Relation, Relations } from '../../src/engines/relation.ts'
import { collect, collectObjects } from '../../src/engines/rows.ts'
import { columns, contextOf, engine, folder } from './harness.ts'

const duckdb = await engine()
const rows = async (sql: string, from: Relations) => collect(await duckdb.run({ sql, from }, contextOf()))
const objects = async (sql: string, from: Relations) => collectObjects(await duckdb.run({ sql, from }, contextOf()))
const csv = (over: Partial<Extract<FileFormat, { name: 'csv' }>> = {}): FileFormat => ({
  name: 'csv',
  delimiter: ',',
  quote: '"',
  header: true,
  compression: 'none',
  ...over,
})

test('a table whose schema has grown is read by name: absent columns NULL, narrower types widened', async () => {
  const root = join(folder(), 'grown')
  const write = async (sql: string) =>
    (await duckdb.write({ sql, from: {} }, { root, partitionBy: [], fileBytes: 1e9 }, contextOf())).files
  const files = [
    ...(await write(`SELECT 1::SMALLINT AS id, {'a': 1} AS s, 'x' AS file_index`)),
    ...(await write(
      `SELECT 'two' AS name, {'b': 'q', 'a': 2} AS s, 2::BIGINT AS id, gen_random_uuid() AS u, '{"k":1}'::JSON AS j`,
    )),
  ]
  const table: Relation = {
    kind: 'delta',
    root,
    version: 1,
    columns: columns({
      id: 'bigint',
      name: 'varchar',
      s: 'struct(a bigint, b varchar)',
      file_index: 'varchar',
      u: 'uuid',
      j: 'json',
    }),
    partitionColumns: [],
    files,
  }
  const described = await duckdb.describe({ sql: 'SELECT * FROM t', from: { t: table } }, contextOf())
  expect(described).toEqual(table.columns)
  const [first, second] = await objects('SELECT * FROM t ORDER BY id', { t: table })
  expect(first).toEqual({ id: 1n, name: null, s: { a: 1n, b: null }, file_index: 'x', u: null, j: null })
  expect(second).toMatchObject({ id: 2n, name: 'two', s: { a: 2n, b: 'q' }, file_index: null, j: '{"k":1}' })
})

test('counting the rows of a union reads none of its columns', async () => {
  const part: Relation = {
    kind: 'select',
    sql: "SELECT CASE WHEN range >= 0 THEN error('read') END AS broken, range AS n FROM range(3)",
    from: {},
  }
  const whole: Relation = { kind: 'union', of: [part, { kind: 'union', of: [part, part] }] }
  expect(await rows('SELECT count(*) FROM t', { t: whole })).toEqual([[9n]])
  expect(await rows('SELECT sum(n) FROM t', { t: whole })).toEqual([[9n]])
  await expect(rows('SELECT max(broken) FROM t', { t: whole })).rejects.toThrow('read')
})

test.each([1, 15, 150])(
  'partition values come from the log and not from the path, with %i partitions',
  async (count) => {
    const root = join(folder(), 'parts')
    const sql = `SELECT range AS n, range % ${count} AS p FROM range(1500)`
    const { files } = await duckdb.write({ sql, from: {} }, { root, partitionBy: ['p'], fileBytes: 1e9 }, contextOf())
    const told = files.map((file) => ({ ...file, partition: { p: String(1000 + Number(file.partition['p'])) } }))
    const table: Relation = {
      kind: 'delta',
      root,
      version: 0,
      columns: columns({ p: 'bigint', n: 'bigint' }),
      partitionColumns: ['p'],
      files: told,
    }
    const [sums] = await rows(`SELECT count(*), count(*) FILTER (p = 1000 + n % ${count}), count(DISTINCT p) FROM t`, {
      t: table,
    })
    expect(sums).toEqual([1500n, 1500n, BigInt(count)])
    expect(await rows('SELECT count(*) FROM t WHERE p = 1000', { t: table })).toEqual([[BigInt(1500 / count)]])
    expect(await rows('SELECT count(*), sum(n) FROM t', { t: table })).toEqual([[1500n, 1124250n]])
    const unnamed = await rows('FROM t ORDER BY ALL', { t: table })
    expect(unnamed).toEqual(await rows('SELECT p, n FROM t ORDER BY p, n', { t: table }))
    const flat = { root: join(folder(), 'flat'), partitionBy: [], fileBytes: 1e9 }
    const copied = await duckdb.write({ sql: 'SELECT p, n FROM t', from: { t: table } }, flat, contextOf())
    const copy: Relation = { ...table, root: flat.root, partitionColumns: [], files: copied.files }
    expect(
      await rows('(FROM t EXCEPT ALL FROM c) UNION ALL (FROM c EXCEPT ALL FROM t)', { t: table, c: copy }),
    ).toEqual([])
    expect(copied.rows).toBe(1500)
  },
)

test('a partition’s value keeps its type, whether it is named in the query, in what is asked from, or nowhere', async () => {
  const root = join(folder(), 'typed-parts')
  const sql = `SELECT range AS n, DATE '2026-01-01' + range::INT AS day, nullif(range % 3, 0) = 1 AS odd FROM range(7)`
  const target = { root, partitionBy: ['day', 'odd'], fileBytes: 1e9 }
  const { files } = await duckdb.write({ sql, from: {} }, target, contextOf())
  const table: Relation = {
    kind: 'delta',
    root,
    version: 0,
    columns: columns({ day: 'date', n: 'bigint', odd: 'boolean' }),
    partitionColumns: ['day', 'odd'],
    files,
  }
  const inner: Relation = { kind: 'select', sql: `SELECT * FROM t WHERE day < DATE '2026-01-04'`, from: { t: table } }
  const passed: Relation = { kind: 'select', sql: 'SELECT * FROM t', from: { t: table } }
  const expected = Array.from({ length: 7 }, (_, n) => [
    `2026-01-0${n + 1}`,
    BigInt(n),
    n % 3 === 0 ? null : n % 3 === 1,
  ])
  for (const [asked, from, count] of [
    ['FROM t ORDER BY n', { t: table }, 7],
    ['SELECT day, n, odd FROM t ORDER BY n', { t: table }, 7],
    [`FROM t WHERE day <= DATE '2026-01-02' AND (odd OR n = 0) ORDER BY n`, { t: table }, 2],
    ['FROM i ORDER BY n', { i: inner }, 3],
    [`FROM i WHERE day <= DATE '2026-01-02' ORDER BY n`, { i: passed }, 2],
  ] as const)
    expect(await rows(asked, from)).toEqual(expected.slice(0, count))
})

test.each([1, 3, 150])('a row tells the place of its file, with %i partitions', async (count) => {
  const root = join(folder(), 'places')
  const target = { root, partitionBy: ['p'], fileBytes: 1e9 }
  const write = async (sql: string) => (await duckdb.write({ sql, from: {} }, target, contextOf())).files
  const twice = `SELECT range AS n, range % ${count} AS p FROM range(300)`
  const files = [...(await write(twice)), ...(await write(twice))]
  const table: Relation = {
    kind: 'delta',
    root,
    version: 0,
    columns: columns({ n: 'bigint', p: 'bigint' }),
    partitionColumns: ['p'],
    files,
    placeColumn: 'place',
  }
  const counts = await rows('SELECT place, any_value(p), count(DISTINCT p), count(*) FROM t GROUP BY 1 ORDER BY 1', {
    t: table,
  })
  const perFile = BigInt(300 / count)
  expect(counts).toEqual(files.map((file, at) => [BigInt(at), BigInt(file.partition['p'] ?? -1), 1n, perFile]))
  expect(await rows('SELECT place FROM t', { t: { ...table, files: [] } })).toEqual([])
})

test('a large file alone gives each of its rows once', async () => {
  const root = join(folder(), 'large')
  const sql = 'SELECT range AS n, NULL::INTEGER AS file_index FROM range(300000)'
  const { files } = await duckdb.write({ sql, from: {} }, { root, partitionBy: [], fileBytes: 1e9 }, contextOf())
  const table: Relation = {
    kind: 'delta',
    root,
    version: 0,
    columns: columns({ n: 'bigint', file_index: 'integer', later: 'varchar' }),
    partitionColumns: [],
    files: files.map((file) => ({ ...file, sizeBytes: 1e9 })),
  }
  const from = { t: table, placed: { ...table, placeColumn: 'place' } }
  const told = 'count(*), count(DISTINCT n), min(n), max(n), count(file_index), count(later)'
  expect(await rows(`SELECT ${told} FROM t`, from)).toEqual([[300_000n, 300_000n, 0n, 299_999n, 0n, 0n]])
  expect(await rows('SELECT count(*) FROM t', from)).toEqual([[300_000n]])
  expect(await rows('SELECT n FROM t WHERE n >= 299999 OR n = 5 ORDER BY n', from)).toEqual([[5n], [299_999n]])
  expect(await rows('SELECT place, count(*) FROM placed GROUP BY place', from)).toEqual([[0n, 300_000n]])
  const order = await rows('SELECT n FROM t LIMIT 3', from)
  expect(order).toEqual([[0n], [1n], [2n]])
})

test('a table without files has its columns and no rows', async () => {
  const table: Relation = {
    kind: 'delta',
    root: '/nowhere',
    version: 0,
    columns: columns({ a: 'decimal(9,2)', b: 'json' }),
    partitionColumns: ['a'],
    files: [],
  }
  expect(await rows('SELECT * FROM t', { t: table })).toEqual([])
  expect(await duckdb.describe({ sql: 'SELECT * FROM t', from: { t: table } }, contextOf())).toEqual(table.columns)
})

test('CSV is text as it stands in the file: an empty field NULL, an empty one in quotes empty', async () => {
  const file = join(folder(), 'a*b [1]?.csv')
  writeFileSync(file, 'a,b\n1,\n007,""\n"x ""y"", z","line\nbreak"\n')
  const from: Relations = {
    t: {
      kind: 'files',
      format: csv(),
      paths: [file],
      columns: columns({ a: 'varchar', b: 'varchar' }),
      pathColumn: '_file',
    },
  }
  expect(await rows('SELECT * FROM t', from)).toEqual([
    ['1', null, file],
    ['007', '', file],
    ['x "y", z', 'line\nbreak', file],
  ])
})

test('a file beside it that its name would match as a pattern is not read', async () => {
  const inside = folder()
  for (const title of ['a[1].csv', 'a1.csv', 'b*.csv', 'bb.csv']) writeFileSync(join(inside, title), `a\n${title}\n`)
  const paths = ['a[1].csv', 'b*.csv'].map((title) => join(inside, title))
  const from: Relations = { t: { kind: 'files', format: csv(), paths, columns: columns({ a: 'varchar' }) } }
  expect(await rows('SELECT a FROM t ORDER BY a', from)).toEqual([['a[1].csv'], ['b*.csv']])
})

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('%s, a delimiter of one’s own and no header', async (compression, compress) => {
  const file = join(folder(), 'packed')
  writeFileSync(file, compress(Buffer.from('1|é\n2|\n')))
  const from: Relations = {
    t: {
      kind: 'files',
      format: csv({ delimiter: '|', quote: '', header: false, compression }),
      paths: [file],
      columns: columns({ a: 'varchar', b: 'varchar' }),
    },
  }
  expect(await rows('SELECT * FROM t', from)).toEqual([
    ['1', 'é'],
    ['2', null],
  ])
})

test('CSV that does not fit its columns is an error, never a guess', async () => {
  const file = join(folder(), 'bad.csv')
  writeFileSync(file, 'a,b\n1,2\n3,4,5\n')
  const from: Relations = {
    t: { kind: 'files', format: csv(), paths: [file], columns: columns({ a: 'varchar', b: 'varchar' }) },
  }
  await expect(rows('SELECT * FROM t', from)).rejects.toMatchObject({ code: 'QUERY_FAILED' })
})

test('JSON lines and documents are one column of objects, digits untouched', async () => {
  const inside = folder()
  writeFileSync(join(inside, 'l.json'), '{"a": 12345678901234567890.10}\n\n{"a":[1]}\n')
  writeFileSync(join(inside, 'd.json'), '[{"a": 1},\n {"a": {"b": 2}}]')
  writeFileSync(join(inside, 'o.json'), '{"a":\n 1}')
  const json = (lines: boolean, title: string): Relations => ({
    t: {
      kind: 'files',
      format: { name: 'json', lines, compression: 'none' },
      paths: [join(inside, title)],
      columns: columns({ json: 'json' }),
      pathColumn: '_file',
    },
  })
  expect((await rows('SELECT json FROM t', json(true, 'l.json'))).flat()).toEqual([
    '{"a": 12345678901234567890.10}',
    '{"a":[1]}',
  ])
  expect((await rows('SELECT json FROM t', json(false, 'd.json'))).flat()).toEqual(['{"a": 1}', '{"a": {"b": 2}}'])
  expect(await rows('SELECT json, _file FROM t', json(false, 'o.json'))).toEqual([
    ['{"a":\n 1}', join(inside, 'o.json')],
  ])
})

test('names of an inner SELECT end with it', async () => {
  const value = (n: number): Relation => ({ kind: 'values', columns: columns({ n: 'integer' }), rows: [[n]] })
  const model: Relation = {
    kind: 'select',
    sql: 'WITH b AS (SELECT n * 10 AS n FROM a)\nSELECT n FROM b -- ten',
    from: { a: value(1) },
  }
  const from: Relations = {
    a: value(2),
    m: { kind: 'union', of: [model, { kind: 'select', sql: 'SELECT n FROM m', from: { m: value(7) } }] },
  }
  expect(await rows('SELECT a.n, m.n FROM a, m ORDER BY m.n', from)).toEqual([
    [2, 7],
    [2, 10],
  ])
  expect(await rows('WITH a AS (SELECT n + 1 AS n FROM a) SELECT * FROM a', from)).toEqual([[3]])
})

test('values keep every digit, byte and nesting', async () => {
  const given: Relation = {
    kind: 'values',
    columns: columns({
      i: 'bigint',
      d: 'decimal(38,2)',
      t: 'timestamptz',
      v: 'varchar',
      b: 'blob',
      l: 'varchar[]',
      s: 'struct("a b" integer)',
      m: 'map(varchar, double)',
      f: 'double',
    }),
    rows: [
      [
        9223372036854775807n,
        '123456789012345678901234567890123456.78',
        '2020-01-01T00:00:00.000001Z',
        "it's\0\n",
        new Uint8Array([0, 255]),
        ['x', null],
        { 'a b': 1 },
        [['k', 0.1]],
        Number.NaN,
      ],
      [null, null, null, '', new Uint8Array(), [], null, [], Number.NEGATIVE_INFINITY],
    ],
  }
  expect(await rows('SELECT * FROM t', { t: given })).toEqual(given.rows)
})

test('a hundred thousand values stay in their rows', async () => {
  const texts = ["it's\0\n", '\\"', '\u2028{}', '', null, '9']
  const given: Relation = {
    kind: 'values',
    columns: columns({ n: 'bigint', v: 'varchar', t: 'timestamptz' }),
    rows: Array.from({ length: 100_000 }, (_, at) => [
      2n ** 60n + BigInt(at),
      texts[at % texts.length] ?? null,
      at % 7 === 0 ? null : `2020-01-01T00:00:00.${String(at).padStart(6, '0')}Z`,
    ]),
  }
  expect(await rows('SELECT * FROM t ORDER BY n', { t: given })).toEqual(given.rows)
})

test('the shop’s sample is read whole', async (context) => {
  const file = join(import.meta.dirname, '../../../shared/data/ecommerce/2019-Nov_10KSample.csv')
  const header = (() => {
    try {
      return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]?.split(',') ?? []
    } catch {
      return context.skip('no shared data here')
    }
  })()
  const from: Relations = {
    t: {
      kind: 'files',
      format: csv(),
      paths: [file],
      columns: columns(Object.fromEntries(header.map((title) => [title || '_', 'varchar']))),
    },
  }
  expect(
    await rows("SELECT count(*), sum(price::DECIMAL(12,2)) FILTER (event_type = 'purchase') FROM t", from),
  ).toEqual([[10034n, '41989.74']])
})

test('a damaged Parquet file is named as that', async () => {
  const file = join(folder(), 'x.parquet')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, 'PAR1 this is not the end of a Parquet file')
  const from: Relations = { t: { kind: 'files', format: { name: 'parquet' }, paths: [file], columns: [] } }
  await expect(rows('SELECT * FROM t', from)).rejects.toMatchObject({
    code: 'FILE_CORRUPT',
    message: expect.stringContaining(file),
  })
})
