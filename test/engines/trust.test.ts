import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Query } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { columns, contextOf, engine, folder } from './harness.ts'

const duckdb = await engine()
const root = folder()
const { files } = await duckdb.write(
  { sql: 'SELECT range AS a, range % 2 AS p FROM range(100)', from: {} },
  { root, partitionBy: ['p'], fileBytes: 1e9 },
  contextOf(),
)
const together = await openDuckdb({
  memoryBytes: 1_000_000_000,
  threads: 2,
  tempFolder: join(folder(), 'spill'),
  tailFolders: [root],
  together: true,
})
afterAll(() => together.close())
const own = join(root, files[0]?.path ?? '')
const secret = join(root, 'secret.csv')
writeFileSync(secret, 'a\nsecret\n')
const t: Relation = {
  kind: 'delta',
  root,
  version: 0,
  columns: columns({ a: 'bigint', p: 'bigint' }),
  partitionColumns: ['p'],
  files,
}
const typed = (sql: string, parameters: Query['parameters'] = []): Query => ({
  sql,
  from: { t },
  parameters,
  trust: 'lake',
})
const rows = async (sql: string, parameters: Query['parameters'] = [], engine = duckdb) =>
  collect(await engine.run(typed(sql, parameters), contextOf()))

test('what a person types reads the tables that it is given', async () => {
  expect(await rows('WITH x AS (SELECT * FROM t) SELECT count(*), sum(p) FROM x WHERE a >= $1', [50])).toEqual([
    [50n, 25n],
  ])
})

const attacks = [
  `SELECT * FROM read_csv('${secret}')`,
  `SELECT * FROM '${secret}'`,
  `SELECT * FROM "${secret}"`,
  `SELECT * FROM "read_csv_auto"('${secret}')`,
  `SELECT * FROM main.read_text('${secret}')`,
  `SELECT * FROM system.main.read_blob('${secret}')`,
  `SELECT (SELECT max(content) FROM read_text('${secret}'))`,
  `WITH x AS MATERIALIZED (SELECT * FROM read_json('${secret}')) SELECT * FROM x`,
  `SELECT * FROM t WHERE a IN (SELECT 1 FROM glob('${root}/*'))`,
  `SELECT * FROM query('SELECT * FROM read_csv(''${secret}'')')`,
  `SELECT * FROM query_table('${secret}')`,
  `SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''${secret}'')'))`,
  `SELECT * FROM sniff_csv('${secret}')`,
  `SELECT * FROM parquet_metadata('${own}')`,
  `SELECT * FROM read_parquet('${own}')`,
  `SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')`,
  `SELECT * FROM 's3://bucket/x.parquet'`,
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_views()',
  'SELECT * FROM information_schema.tables',
  "SELECT getenv('HOME')",
  "SELECT current_setting('temp_directory')",
  `COPY (SELECT 1) TO '${root}/new.csv'`,
  `COPY (SELECT 1) TO '${own}'`,
  `COPY t FROM '${secret}'`,
  `EXPLAIN ANALYZE COPY (SELECT 1) TO '${own}'`,
  `EXPORT DATABASE '${root}/exported'`,
  `IMPORT DATABASE '${root}'`,
  `ATTACH '${root}/new.db'`,
  "ATTACH ':memory:' AS other",
  'PRAGMA database_list',
  'PRAGMA enable_profiling',
  "SET temp_directory = '/tmp'",
  'SET enable_external_access = true',
  'RESET lock_configuration',
  'SET VARIABLE x = 1',
  'INSTALL httpfs',
  "LOAD '/tmp/evil.duckdb_extension'",
  'CALL pragma_version()',
  'CREATE TABLE x AS SELECT 1',
  'CREATE MACRO m() AS TABLE SELECT 1',
  'DROP VIEW t',
  'INSERT INTO t VALUES (1, 2)',
  `PREPARE p AS COPY (SELECT 1) TO '${own}'`,
  'USE memory',
  'BEGIN',
  'CHECKPOINT',
  'SHOW TABLES',
  `SELECT 1; COPY (SELECT 1) TO '${root}/new.csv'`,
  `SELECT 1 /* ; */; ATTACH '${root}/new.db'`,
]

test.each(attacks)('%s is refused', async (sql) => {
  const before = readFileSync(own)
  const listed = readdirSync(root)
  for (const engine of [duckdb, together])
    await expect(rows(sql, [], engine)).rejects.toMatchObject({
      code: expect.stringMatching(/^SQL_(NOT_ALLOWED|INVALID)$/),
    })
  expect(readdirSync(root)).toEqual(listed)
  expect(readFileSync(own).equals(before)).toBe(true)
})

test('without the checks of the text, DuckDB itself refuses what lies outside', async () => {
  // a name that the text check cannot know: the view of an honest relation over a file that is not allowed
  const outside: Relation = { kind: 'select', sql: `SELECT * FROM read_csv('${secret}')`, from: {} }
  await expect(
    duckdb.run({ sql: 'SELECT * FROM t', from: { t: outside }, trust: 'lake' }, contextOf()).then(collect),
  ).rejects.toMatchObject({ code: 'SQL_NOT_ALLOWED', message: expect.stringContaining('disabled by configuration') })
})

test('where memory is for all together, what is typed reads its tables, and nothing outside the folders of all', async () => {
  expect(await rows('SELECT count(*), sum(p) FROM t', [], together)).toEqual([[100n, 50n]])
  const elsewhere = join(folder(), 'secret.csv')
  writeFileSync(elsewhere, 'a\nsecret\n')
  const from = { t: { kind: 'select', sql: `SELECT * FROM read_csv('${elsewhere}')`, from: {} } } as const
  const asked = together.run({ sql: 'SELECT * FROM t', from, trust: 'lake' }, contextOf())
  await expect(asked.then(collect)).rejects.toMatchObject({ code: 'SQL_NOT_ALLOWED' })
  const target = { root: join(folder(), 'out'), partitionBy: [], fileBytes: 1e9 }
  expect(await together.write(typed('SELECT * FROM t'), target, contextOf())).toMatchObject({ rows: 100 })
})

test('files whose names read as patterns are open to the query all the same, and so are folders', async () => {
  const inside = join(folder(), 'b[?]')
  mkdirSync(inside)
  const path = join(inside, 'a[1]*.csv')
  writeFileSync(path, 'a\nx\n')
  const given: Relation = {
    kind: 'files',
    format: { name: 'csv', delimiter: ',', quote: '"', header: true, compression: 'none' },
    paths: [path],
    columns: columns({ a: 'varchar' }),
  }
  expect(
    await collect(await duckdb.run({ sql: 'SELECT * FROM g', from: { g: given }, trust: 'lake' }, contextOf())),
  ).toEqual([['x']])
})

test('a locked query spills to its folder', async () => {
  const small = await engine(150_000_000)
  const query = typed('SELECT hash(range)::VARCHAR AS h FROM range(5000000) ORDER BY h')
  const sorted = await small.run({ ...query, limits: { rows: 10 } }, contextOf())
  expect(await collect(sorted)).toHaveLength(10)
})

test('a locked query may write where it is told to, and nowhere else', async () => {
  const target = join(folder(), 'out')
  const written = await duckdb.write(
    typed('SELECT * FROM t'),
    { root: target, partitionBy: [], fileBytes: 1e9 },
    contextOf(),
  )
  expect(written.rows).toBe(100)
  expect(written.files.every((file) => existsSync(join(target, file.path)))).toBe(true)
})

test.each([[[]], [[1, 2]]])('parameters %j that do not match are an error', async (parameters) => {
  await expect(rows('SELECT $1', parameters)).rejects.toMatchObject({
    code: 'SQL_INVALID',
    message: expect.stringContaining('1 parameters'),
  })
})
