import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseExact } from '../../src/core/json.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { fixedCatalog } from '../../src/query/catalog.ts'
import { query, resolveQuery } from '../../src/query/query.ts'
import { csvText, jsonText, ndjsonText, writeParquet } from '../../src/query/results.ts'
import { columns, engine, folder } from '../engines/harness.ts'
import { context } from './harness.ts'

const duckdb = await engine()
const run = (sql: string) => query(fixedCatalog({}), duckdb, sql, {}, context)
const text = async (chunks: AsyncIterable<string>) => {
  let whole = ''
  for await (const chunk of chunks) whole += chunk
  return whole
}

const everything = `SELECT 9223372036854775807 AS big, 1.10::DECIMAL(38,2) AS price, 170141183460469231731687303715884105727 AS huge,
  TIMESTAMPTZ '2024-01-01 00:00:00.000001+00' AS t, DATE '2024-02-29' AS d, 'nan'::DOUBLE AS nan, 0.1 + 0.2::DOUBLE AS f,
  '{"a": 1.10,\n "b": [1]}'::JSON AS j, [1.50::DECIMAL(9,2), NULL] AS l, {'k "q"': 'é', 'n': NULL::BIGINT} AS s,
  MAP {'x': 1, 'y"': 2} AS m, MAP {1: true} AS m2, '\\x00\\xFF'::BLOB AS b, true AS yes, NULL::INTEGER AS nothing,
  '' AS empty, 'a,"b"\r\nc' AS odd, TIME '12:34:56' AS tm, uuid '550e8400-e29b-41d4-a716-446655440000' AS u`

test('JSON keeps every digit, and json is itself', async () => {
  const line = (await text(ndjsonText(await run(everything)))).trimEnd()
  expect(line).not.toContain('\n')
  expect(line).toContain('"big":9223372036854775807,"price":1.10,"huge":170141183460469231731687303715884105727,')
  expect(line).toContain('"j":{"a": 1.10,  "b": [1]},"l":[1.50,null],')
  expect(parseExact(line)).toMatchObject({
    t: '2024-01-01T00:00:00.000001Z',
    d: '2024-02-29',
    nan: 'NaN',
    f: 0.30000000000000004,
    s: { 'k "q"': 'é', n: null },
    m: { x: 1, 'y"': 2 },
    m2: { 1: true },
    b: 'AP8=',
    yes: true,
    nothing: null,
    empty: '',
    odd: 'a,"b"\r\nc',
    tm: '12:34:56',
    u: '550e8400-e29b-41d4-a716-446655440000',
  })
})

test('a JSON document is an array, of no rows too; names that come twice are told apart', async () => {
  expect(JSON.parse(await text(jsonText(await run('SELECT range AS a, 1 AS a FROM range(3000)'))))).toHaveLength(3000)
  expect(await text(jsonText(await run('SELECT 1 AS a, 2 AS a, 3 AS a_1')))).toBe('[\n{"a":1,"a_1":2,"a_1_1":3}\n]\n')
  expect(await text(jsonText(await run('SELECT 1 WHERE false')))).toBe('[]\n')
})

test('CSV tells NULL from an empty text, and is exact', async () => {
  const sql = `SELECT * FROM (VALUES (1, '', 'a,b', NULL, '=1+1'), (NULL, 'x', E'l1\\r\\nl2"', ' s', NULL)) t("n", "e f", "c,d", x, f)`
  expect(await text(csvText(await run(sql)))).toBe('n,e f,"c,d",x,f\r\n1,"","a,b",,=1+1\r\n,x,"l1\r\nl2"""," s",\r\n')
})

test('CSV of every type is read back by DuckDB to the same texts', async () => {
  const csv = await text(csvText(await run(everything.replace('0.1 + 0.2::DOUBLE AS f,', ''))))
  expect(csv.split('\r\n', 1)[0]).toBe('big,price,huge,t,d,nan,j,l,s,m,m2,b,yes,nothing,empty,odd,tm,u')
  expect(csv).toContain(
    '9223372036854775807,1.10,170141183460469231731687303715884105727,2024-01-01T00:00:00.000001Z,2024-02-29,NaN,',
  )
  expect(csv).toContain(',"[1.50,null]","{""k \\""q\\"""":""é"",""n"":null}",')
  expect(csv).toContain(',AP8=,true,,"","a,""b""\r\nc",12:34:56,')
})

test('a Parquet file holds the rows in their order, or is not there', async () => {
  const inside = folder()
  const path = join(inside, 'new', 'out.parquet')
  const resolved = (sql: string) => resolveQuery(fixedCatalog({}), sql, {}, context)
  expect(
    await writeParquet(
      duckdb,
      await resolved('SELECT range AS a, (range * 7919) % 1000003 AS b FROM range(600000) ORDER BY b DESC'),
      path,
      context,
    ),
  ).toBe(600_000)
  const back: Relation = { kind: 'files', format: { name: 'parquet' }, paths: [path], columns: [] }
  const [row] = await collect(
    await duckdb.run(
      {
        sql: 'SELECT count(*), count(*) FILTER (b > before) FROM (SELECT b, lag(b) OVER () AS before FROM t)',
        from: { t: back },
      },
      context,
    ),
  )
  expect(row).toEqual([600_000n, 0n])
  expect(
    await writeParquet(
      duckdb,
      await resolved('SELECT 1::BIGINT AS a WHERE false'),
      join(inside, 'empty.parquet'),
      context,
    ),
  ).toBe(0)
  const empty: Relation = { ...back, paths: [join(inside, 'empty.parquet')] }
  expect(await duckdb.describe({ sql: 'SELECT * FROM t', from: { t: empty } }, context)).toEqual(
    columns({ a: 'bigint' }),
  )
  await expect(
    writeParquet(duckdb, await resolved("SELECT TIME '12:00' AS t"), join(inside, 'bad.parquet'), context),
  ).rejects.toMatchObject({ code: 'RESULT_TYPE' })
  expect(readdirSync(inside).sort()).toEqual(['empty.parquet', 'new'])
  mkdirSync(join(inside, 'taken.parquet'))
  await expect(
    writeParquet(duckdb, await resolved('SELECT 1 AS a'), join(inside, 'taken.parquet'), context),
  ).rejects.toThrow()
  expect(existsSync(path)).toBe(true)
})
