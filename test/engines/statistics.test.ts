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

const group = 122_880

/** The statistics of the one file that holds the rows of a query, with their numbers as texts. */
async function statisticsOf(sql: string, partitionBy: readonly string[] = []) {
  const target = { root: join(folder(), 'p[1]'), partitionBy, fileBytes: 1e9 }
  const { files } = await duckdb.write({ sql, from: {}, trust: 'lake' }, target, contextOf())
  expect(files).toHaveLength(1)
  return JSON.parse(digits(files[0]?.stats ?? ''))
}

test.each([0, 1, 2])('a file has the bounds of its values when all of row group %i is NULL', async (empty) => {
  // in another order as texts
  const values = {
    smallint: '(n % 100 - 9)::SMALLINT',
    integer: 'n::INTEGER - 10',
    bigint: '9223372036854775807 - n',
    decimal: "'123456789012345678901234567.12345678901'::DECIMAL(38,11) - n",
    float: '(n / 8)::FLOAT',
    double: 'n * -0.1::DOUBLE',
    varchar: "CASE n % 2 WHEN 0 THEN 'ü' ELSE 'Z' END",
    long: "CASE n % 2 WHEN 0 THEN repeat('a', 300) ELSE repeat('b', 300) END",
    date: "DATE '1960-01-01' + (n % 20000)::INTEGER",
    timestamptz: 'make_timestamptz(n * 1001 - 1000000)',
    uuid: "('00000000-0000-0000-0000-0000000' || lpad((n % 7)::VARCHAR, 5, '0'))::UUID",
    boolean: 'n % 2 = 0',
    struct: `{'x': {'y "z"': n::VARCHAR}}`,
  }
  const columnsOf = (condition: string) =>
    Object.entries(values).map(([name, sql]) => `CASE WHEN ${condition} THEN ${sql} END AS "${name}"`)
  const rows = `(SELECT range AS n FROM range(${3 * group}))`
  const filled = `n // ${group} <> ${empty}`
  const holes = await statisticsOf(`SELECT n, ${columnsOf(filled)} FROM ${rows}`)
  const { minValues, maxValues } = await statisticsOf(`SELECT n, ${columnsOf('true')} FROM ${rows} WHERE ${filled}`)
  expect(Object.keys(minValues)).toEqual(['n', ...Object.keys(values)])
  expect(holes.minValues).toEqual({ ...minValues, n: '0' })
  expect(holes.maxValues).toEqual({ ...maxValues, n: String(3 * group - 1) })
  expect(holes.nullCount).toMatchObject({ n: '0', bigint: String(group), struct: { x: { 'y "z"': String(group) } } })
})

test.each([0, 1, 2])('NaN in row group %i beside one of NULL leaves no bounds', async (at) => {
  for (const empty of [0, 1, 2].filter((other) => other !== at)) {
    const value = `CASE WHEN n = ${at * group + 7} THEN 'nan'::DOUBLE WHEN n // ${group} <> ${empty} THEN n END`
    const { minValues, maxValues } = await statisticsOf(`SELECT ${value} AS v FROM range(${3 * group}) AS r(n)`)
    expect([minValues, maxValues]).toEqual([undefined, undefined])
  }
})

test('texts that are no bounds to DuckDB are read from the file, and cut so that they still hold', async () => {
  const bounds = async (texts: string, partitionBy: readonly string[] = []) => {
    const { minValues, maxValues } = await statisticsOf(
      `SELECT v AS filename, {'a.b': {'"': v}} AS s, 1.5::DOUBLE AS g, 7 AS n, 'p' AS p FROM (${texts}) AS t(v)`,
      partitionBy,
    )
    if (!minValues) return undefined
    const nested = [minValues, maxValues].map((side) => side.s['a.b']['"'])
    expect(nested).toEqual([minValues.filename, maxValues.filename])
    expect([minValues.g, maxValues.n]).toEqual(['1.5', '7'])
    return nested
  }
  const long = "VALUES (repeat('é', 300))"
  const cut = 'é'.repeat(64)
  expect(await bounds(`${long}, ('b'), (NULL)`)).toEqual(['b', `${'é'.repeat(63)}ê`])
  expect(await bounds(long, ['p'])).toEqual([cut, `${'é'.repeat(63)}ê`])
  expect(await bounds(`${long}, (repeat('🎉', 65))`)).toEqual([cut, `${'🎉'.repeat(63)}🎊`])
  // a text of another row group is greater, and short
  const groups = (other: string) =>
    `SELECT CASE WHEN range < ${group} THEN repeat('é', 300) ELSE ${other} END FROM range(${group + 1})`
  expect(await bounds(groups(`'ü' || chr(0) || '"'''`))).toEqual([cut, 'ü\0"\''])
  expect(await bounds(groups("repeat('🎉', 64)"))).toEqual([cut, '🎉'.repeat(64)])
  // above U+D7FF there is no character before U+E000, and above the greatest none at all
  expect(await bounds(`${long}, (repeat(chr(55295), 300))`)).toEqual([cut, `${'\ud7ff'.repeat(63)}\ue000`])
  expect(await bounds(`${long}, (repeat('🎉', 60) || repeat(chr(1114111), 5))`)).toEqual([cut, `${'🎉'.repeat(59)}🎊`])
  expect(await bounds(`${long}, (repeat(chr(1114111), 65))`)).toBe(undefined)
})
