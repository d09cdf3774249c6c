import { expect, test } from 'vitest'
import { collect, collectObjects } from '../../src/engines/rows.ts'
import { contextOf, engine } from './harness.ts'

const duckdb = await engine()
const run = (sql: string, parameters: readonly (string | number | bigint | boolean | null)[] = []) =>
  duckdb.run({ sql, from: {}, parameters }, contextOf())

test.each([
  ['9223372036854775807', 'bigint', 9223372036854775807n],
  ['12345678901234567890123456789012345.678', 'decimal(38,3)', '12345678901234567890123456789012345.678'],
  ['-0.05', 'decimal(4,2)', '-0.05'],
  ['170141183460469231731687303715884105727', 'hugeint', 170141183460469231731687303715884105727n],
  ['2024-02-29 23:59:59.999999+00', 'timestamptz', '2024-02-29T23:59:59.999999Z'],
  ['1969-12-31 23:59:59.000001+00', 'timestamptz', '1969-12-31T23:59:59.000001Z'],
  ['0001-01-01 00:00:00+00', 'timestamptz', '0001-01-01T00:00:00Z'],
  ['9999-12-31 23:59:59.999999+00', 'timestamptz', '9999-12-31T23:59:59.999999Z'],
  ['290000-12-31 00:00:00+00', 'timestamptz', '290000-12-31T00:00:00Z'],
  ['infinity', 'timestamptz', 'infinity'],
  ['-infinity', 'date', '-infinity'],
  ['2024-01-01 10:00:00.5', 'timestamp', '2024-01-01T10:00:00.500000'],
  ['5000000-01-01', 'date', '5000000-01-01'],
  ['0044-03-15 (BC)', 'date', '0044-03-15 (BC)'],
  ['0001-12-31 (BC)', 'date', '0001-12-31 (BC)'],
  ['1900-03-01', 'date', '1900-03-01'],
  ['12:34:56.789', 'time', '12:34:56.789'],
  ['1 month 2 days', 'interval', '1 month 2 days'],
  ['550e8400-e29b-41d4-a716-446655440000', 'uuid', '550e8400-e29b-41d4-a716-446655440000'],
  ['{"a": 1}', 'json', '{"a": 1}'],
  ['0.1', 'float', 0.1],
  ['16777217', 'float', 16777216],
  ['3.4028235e38', 'float', 3.4028235e38],
  ['1e-45', 'float', 1e-45],
  ['0.333333333', 'float', 0.33333334],
  ['1e308', 'double', 1e308],
])('%s as %s is exact', async (text, type, value) => {
  const result = await run(`SELECT $1::${type} AS v, NULL::${type} AS n`, [text])
  expect(result.columns[0]).toEqual({ name: 'v', type })
  expect(await collect(result)).toEqual([[value, null]])
})

test('every day that four digits of a year can write is written as DuckDB writes it', async () => {
  const rows = await collect(
    await run(`SELECT d::DATE AS d, d::DATE::VARCHAR AS t FROM (SELECT DATE '0001-01-01' + INTERVAL (range * 37) DAY AS d
      FROM range(98000)) UNION ALL SELECT DATE '0400-01-01' - range::INTEGER * 911, (DATE '0400-01-01' - range::INTEGER * 911)::VARCHAR FROM range(3000)`),
  )
  expect(rows.filter(([date, text]) => date !== text)).toEqual([])
})

test('NaN, infinities, lists, structs, maps and bytes are themselves', async () => {
  const [row] = await collectObjects(
    await run(`SELECT 'nan'::DOUBLE AS nan, '-inf'::DOUBLE AS low, [1, NULL, 9223372036854775807] AS l,
      {'a b': 1.50::DECIMAL(9,2), 'n': NULL::INTEGER, 'at': TIMESTAMPTZ '2020-01-01 00:00:00+00'} AS s,
      MAP {'k': [DATE '2020-01-01']} AS m, '\\x00\\xFF'::BLOB AS b, []::VARCHAR[] AS e, [[1], NULL] AS ll`),
  )
  expect(row).toEqual({
    nan: Number.NaN,
    low: Number.NEGATIVE_INFINITY,
    l: [1n, null, 9223372036854775807n],
    s: { 'a b': '1.50', n: null, at: '2020-01-01T00:00:00Z' },
    m: [['k', ['2020-01-01']]],
    b: new Uint8Array([0, 255]),
    e: [],
    ll: [[1], null],
  })
})

test('rows past the limit are cut, and the result says so', async () => {
  const result = await duckdb.run({ sql: 'SELECT * FROM range(10000)', from: {}, limits: { rows: 2500 } }, contextOf())
  expect(await collect(result)).toHaveLength(2500)
  expect(result.truncated).toBe(true)
  const whole = await duckdb.run({ sql: 'SELECT * FROM range(2500)', from: {}, limits: { rows: 2500 } }, contextOf())
  expect(await collect(whole)).toHaveLength(2500)
  expect(whole.truncated).toBe(false)
})

test('a result that nobody reads to its end frees its connection', async () => {
  const result = await run('SELECT * FROM range(100000000)')
  for await (const rows of result.batches) {
    expect(rows.length).toBeGreaterThan(0)
    break
  }
  await result[Symbol.asyncDispose]()
})
