import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from '../../src/core/values.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collectObjects } from '../../src/engines/rows.ts'
import { columns, contextOf, engine, folder } from './harness.ts'

const duckdb = await engine()
const types = columns({
  i: 'bigint',
  d: 'decimal(38,4)',
  f: 'float',
  g: 'double',
  v: 'varchar',
  day: 'date',
  t: 'timestamptz',
  b: 'boolean',
  s: 'struct("a.b" varchar, n integer)',
})

const maybe = (value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 6 })
/** Texts of every length and plane, whose bounds may be cut by the writer. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc
      .tuple(
        fc.constantFrom('é', '\u{10FFFF}', 'z', '\u{1F600}', '\u007f', '\uffff'),
        fc.integer({ min: 60, max: 400 }),
      )
      .map(([char, times]) => char.repeat(times)),
  )
  .filter((given) => given.isWellFormed())
const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })
const row = fc.tuple(
  maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  maybe(
    fc
      .bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
      .map(
        (unscaled) =>
          `${unscaled / 10000n}.${String(unscaled < 0n ? -unscaled % 10000n : unscaled % 10000n).padStart(4, '0')}`,
      ),
  ),
  maybe(fc.float()),
  maybe(fc.double()),
  maybe(text),
  maybe(
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  ),
  maybe(
    micros.map(
      (at) =>
        `${new Date(Number((at - (((at % 1000n) + 1000n) % 1000n)) / 1000n)).toISOString().slice(0, 23)}${String(((at % 1000n) + 1000n) % 1000n).padStart(3, '0')}Z`,
    ),
  ),
  maybe(fc.boolean()),
  maybe(fc.record({ 'a.b': maybe(text), n: maybe(fc.integer()) })),
)

/** JSON with its numbers as texts: DuckDB would round them to doubles. */
function digits(json: string): string {
  const text = JSON.parse(json, (_, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? context?.source : value,
  )
  return JSON.stringify(text)
}

test('every row lies within the bounds that its file tells, and NULLs are counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const root = join(folder(), 'rows')
      const given: Relation = { kind: 'values', columns: types, rows }
      const { files } = await duckdb.write(
        { sql: 'SELECT * FROM r', from: { r: given } },
        { root, partitionBy: [], fileBytes: 1e9 },
        contextOf(),
      )
      for (const file of files) {
        const { numRecords, minValues, maxValues, nullCount } = JSON.parse(file.stats)
        expect(numRecords).toBe(rows.length)
        // the bounds as they stand in the JSON, compared by DuckDB as numbers, bytes and times
        const bounds = (name: string, sql: string, type: string) =>
          ['min', 'max'].map((side) => {
            const path = `'$.${side}Values.${name}'`
            return `coalesce(${side}(${sql}) ${side === 'min' ? '>=' : '<='} CAST(($1::JSON ->> ${path}) AS ${type}), true) AS "${side} ${name.replaceAll('"', '')}"`
          })
        const table: Relation = { kind: 'delta', root, version: 0, columns: types, partitionColumns: [], files }
        const checks = [
          ...bounds('i', 'i', 'BIGINT'),
          ...bounds('d', 'd', 'DECIMAL(38,4)'),
          ...bounds('f', 'f::DOUBLE', 'DOUBLE'),
          ...bounds('g', 'g', 'DOUBLE'),
          ...bounds('v', 'v', 'VARCHAR'),
          ...bounds('day', 'day', 'DATE'),
          ...bounds('t', 't', 'TIMESTAMPTZ'),
          ...bounds('s."a.b"', 's."a.b"', 'VARCHAR'),
          ...bounds('s.n', 's.n', 'INTEGER'),
        ]
        const query = {
          sql: `SELECT ${checks.join(', ')} FROM t`,
          from: { t: table },
          parameters: [digits(file.stats)],
        }
        const [held] = await collectObjects(await duckdb.run(query, contextOf()))
        expect(Object.entries(held ?? {}).filter(([, holds]) => holds !== true)).toEqual([])
        for (const [at, { name, type }] of types.entries())
          if (type.kind !== 'struct')
            expect([name, nullCount[name]]).toEqual([name, rows.filter((each) => each[at] === null).length])
        // a bound on one side alone would be read as none on the other
        expect(Object.keys(minValues ?? {})).toEqual(Object.keys(maxValues ?? {}))
      }
    }),
    { numRuns: Number(process.env['MILLRACE_STATISTICS_RUNS'] ?? 80) },
  )
})

test('bounds hold over all row groups of a file, with NaN, NULL and texts without bounds in some of them', async () => {
  const root = join(folder(), 'groups')
  const nan = (at: number) => `CASE WHEN range = ${at} THEN 'nan'::DOUBLE WHEN range % 3 = 0 THEN NULL ELSE range END`
  const sql = `SELECT CASE WHEN range < 122880 THEN 'b' WHEN range < 250000 THEN repeat(chr(1114111), 300) ELSE 'a' END AS v,
    ${nan(5)} AS first, ${nan(150_001)} AS middle, ${nan(259_999)} AS last, ${nan(-1)} AS none, [${nan(5)}] AS l,
    {'f': ${nan(5)}::FLOAT, 'g': ${nan(-1)}} AS s, CASE WHEN range < 130000 THEN NULL ELSE 7::DOUBLE END AS n FROM range(260000)`
  for (const partitionBy of [[], ['p']]) {
    const query = { sql: `SELECT *, 1 AS p FROM (${sql})`, from: {} }
    const { files } = await duckdb.write(query, { root, partitionBy, fileBytes: 1e9 }, contextOf())
    const [stats] = files.map((file) => JSON.parse(file.stats))
    expect(files).toHaveLength(1)
    // one column without bounds leaves the file without any: delta-rs would lose rows otherwise
    expect([stats.minValues, stats.maxValues]).toEqual([undefined, undefined])
    expect(stats.nullCount.none).toBe(86_667)
    expect(stats.nullCount.n).toBe(130_000)
    const bounded = {
      sql: `SELECT none, {'g': none} AS s, NULL::DOUBLE AS nothing, true AS yes, ''::BLOB AS raw FROM (${sql})`,
      from: {},
    }
    const again = await duckdb.write(bounded, { root, partitionBy: [], fileBytes: 1e9 }, contextOf())
    const [whole] = again.files.map((file) => JSON.parse(file.stats))
    expect(whole.minValues).toEqual({ none: 1, s: { g: 1 }, yes: true })
    expect(whole.maxValues).toEqual({ none: 259_999, s: { g: 259_999 }, yes: true })
  }
})
