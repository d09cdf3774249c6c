import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileTest } from '../../../src/lake/skipping.ts'
import { append } from '../../../src/lake/write.ts'
import type { Filter } from '../../../src/sql/filters.ts'
import { context } from '../../lake/log-lake.ts'
import { deltalake, lakeOf, line, missing, ownRows, pathOf, query, snapshotOf } from './foreign.ts'

type Op = '=' | '<' | '<=' | '>' | '>='
type Condition = readonly [column: string, op: Op | 'is null' | 'is not null', value?: unknown]

interface Answers {
  readonly answers: readonly { readonly rows: unknown[][]; readonly all: unknown[][]; readonly files: number }[]
}

const comparisons: readonly Op[] = ['=', '<', '<=', '>', '>=']

/** Each value of a column in a file of its own, so that the statistics decide; in the middle a file of NULL. */
async function fileByFile(type: string, files: readonly (readonly string[])[]) {
  const lake = await lakeOf({ c: type, n: 'bigint' })
  for (const [at, values] of [...files, ['NULL']].entries()) {
    const rows = values.map((value, row) => `(CAST(${value} AS ${type}), ${at * 100 + row}::BIGINT)`).join(', ')
    await append(lake, 't', query(`SELECT * FROM (VALUES ${rows}) AS v(c, n)`), {}, context)
  }
  return lake
}

/** The same filter on all rows, in DuckDB. */
async function onAllRows(lake: Awaited<ReturnType<typeof fileByFile>>, type: string, [, op, value]: Condition) {
  if (op === 'is null' || op === 'is not null') return ownRows(lake, `SELECT * FROM t WHERE c ${op}`)
  const literal =
    type === 'blob' ? `from_base64('${value}')` : `CAST('${String(value).replaceAll("'", "''")}' AS ${type})`
  return ownRows(lake, `SELECT * FROM t WHERE c ${op} ${literal}`)
}

async function expectSameAnswers(
  lake: Awaited<ReturnType<typeof fileByFile>>,
  type: string,
  values: readonly unknown[],
) {
  const conditions: Condition[] = [
    ['c', 'is null'],
    ['c', 'is not null'],
  ]
  for (const value of values) for (const op of comparisons) conditions.push(['c', op, value])
  const { answers } = await deltalake.ask<Answers>('filtered', { path: pathOf(lake), conditions })
  for (const [at, condition] of conditions.entries()) {
    const found = answers[at]?.rows.map(line).sort()
    const name = condition.join(' ').slice(0, 100)
    expect(short(found), name).toEqual(short(answers[at]?.all.map(line).sort()))
    // NaN compares with nothing in Arrow, and is the greatest number in SQL
    if (type !== 'double') expect(short(found), name).toEqual(short(await onAllRows(lake, type, condition)))
  }
  return answers
}

const short = (rows: readonly string[] = []) => rows.map((row) => `${row.slice(0, 40)} … ${row.slice(-20)}`)

const long = 'x'.repeat(31)
const cases: Readonly<
  Record<
    string,
    { readonly type: string; readonly files: readonly (readonly string[])[]; readonly ask: readonly unknown[] }
  >
> = {
  'bigints at their ends': {
    type: 'bigint',
    files: [
      ['-9223372036854775808', '-9223372036854775807'],
      ['9007199254740992', '9007199254740993'],
      ['9223372036854775806', '9223372036854775807'],
    ],
    ask: [
      '-9223372036854775808',
      '-9223372036854775807',
      '9007199254740991',
      '9007199254740992',
      '9007199254740993',
      '9007199254740994',
      '9223372036854775806',
      '9223372036854775807',
    ],
  },
  'decimals of 38 digits': {
    type: 'decimal(38,10)',
    files: [
      ['-0.0000000001', '0'],
      ['1234567890123456789012345678.0123456788', '1234567890123456789012345678.0123456789'],
    ],
    ask: [
      '-0.0000000002',
      '-0.0000000001',
      '0',
      '0.0000000001',
      '1234567890123456789012345678.0123456788',
      '1234567890123456789012345678.0123456789',
      '1234567890123456789012345678.0123456790',
    ],
  },
  'microseconds around a millisecond': {
    type: 'timestamptz',
    files: [
      ["'2024-01-01 00:00:00.000001Z'", "'2024-01-01 00:00:00.000999Z'"],
      ["'2024-01-01 00:00:00.001Z'", "'2024-01-01 00:00:00.001001Z'"],
      ["'1969-12-31 23:59:59.999999Z'", "'1969-12-31 23:59:59.9999Z'"],
    ],
    ask: [
      '2024-01-01T00:00:00Z',
      '2024-01-01T00:00:00.000001Z',
      '2024-01-01T00:00:00.000500Z',
      '2024-01-01T00:00:00.000999Z',
      '2024-01-01T00:00:00.001000Z',
      '2024-01-01T00:00:00.001001Z',
      '2024-01-01T00:00:00.001002Z',
      '1969-12-31T23:59:59.999900Z',
      '1969-12-31T23:59:59.999999Z',
      '1970-01-01T00:00:00Z',
    ],
  },
  dates: {
    type: 'date',
    files: [
      ["'1582-10-15'", "'1970-01-01'"],
      ["'2024-02-29'", "'9999-12-31'"],
    ],
    ask: ['1582-10-14', '1582-10-15', '1970-01-01', '1970-01-02', '2024-02-29', '9999-12-31'],
  },
  'long strings that differ at their ends': {
    type: 'varchar',
    files: [
      [`'${long}a'`, `'${long}b'`],
      [`'${long}b1'`, `'${long}b2'`],
      [`'${'x'.repeat(5000)}'`, `'${'x'.repeat(5000)}z'`],
      [`'${'🎉'.repeat(300)}'`],
      ["''", "'ü'"],
    ],
    ask: [
      long,
      `${long}a`,
      `${long}b`,
      `${long}b1`,
      `${long}b2`,
      `${long}c`,
      'x'.repeat(5000),
      `${'x'.repeat(5000)}z`,
      '🎉'.repeat(300),
      '🎉'.repeat(299),
      '',
      'ü',
      'z',
    ],
  },
  'long texts that are not ASCII': {
    type: 'varchar',
    files: [
      [`'${'é'.repeat(300)}'`, "'b'"],
      [`'${'é'.repeat(300)}'`, `'${'é'.repeat(300)}a'`],
      [`'${'🎉'.repeat(64)}'`, `'${'🎉'.repeat(65)}a'`],
      [`'${'\u{10ffff}'.repeat(65)}'`, `'${'🎉'.repeat(65)}'`],
      ["'a'"],
    ],
    ask: [
      'a',
      'b',
      'é'.repeat(63),
      'é'.repeat(64),
      'é'.repeat(300),
      `${'é'.repeat(300)}a`,
      `${'é'.repeat(300)}b`,
      `${'é'.repeat(63)}ê`,
      '🎉'.repeat(64),
      '🎉'.repeat(65),
      `${'🎉'.repeat(65)}a`,
      `${'🎉'.repeat(63)}🎊`,
      '\u{10ffff}'.repeat(65),
      '\u{10ffff}'.repeat(66),
    ],
  },
  'doubles with NaN, infinity and both zeros': {
    type: 'double',
    files: [
      ['1', "'NaN'"],
      ['-0.0', '0.1'],
      ["'-infinity'", '-1'],
      ['5e-324', '1.7976931348623157e308'],
    ],
    ask: [-1, 0.1, 1, 2, 5e-324, 1.7976931348623157e308],
  },
  floats: {
    type: 'float',
    files: [
      ['0.1', '0.2'],
      ['16777216', '3.4e38'],
    ],
    ask: [0.1, 16777216],
  },
  booleans: { type: 'boolean', files: [['true'], ['false'], ['true', 'false']], ask: [true, false] },
  smallints: { type: 'smallint', files: [['-32768', '0'], ['32767']], ask: ['-32768', '0', '1', '32767'] },
}

describe.skipIf(missing)(missing ?? 'a filter that is pushed down gives what it gives on all rows', () => {
  test.each(Object.entries(cases))('%s', async (_, { type, files, ask }) => {
    const lake = await fileByFile(type, files)
    const answers = await expectSameAnswers(lake, type, ask)
    // and it is pushed down: some of these filters open fewer files than there are
    const opened = Math.min(...answers.map((answer) => answer.files))
    expect(opened).toBeLessThan(files.length + 1)
  })

  test('beside a row group of nothing but NULL, on that column and on the others', async () => {
    const lake = await lakeOf({ c: 'decimal(12,2)', at: 'timestamptz', n: 'bigint' })
    const group = 122_880
    const filled = [`n >= ${group}`, 'n < 5', 'false']
    for (const [file, condition] of filled.entries()) {
      const values = `CASE WHEN ${condition} THEN n % 100 + ${1000 * file} END AS c, make_timestamptz(1001 * n) AS at, n + ${1e6 * file} AS n`
      await append(lake, 't', query(`SELECT ${values} FROM range(${group + 10}) AS r(n)`), {}, context)
    }
    const conditions: readonly (readonly [Condition, rows: number, files: number])[] = [
      [['c', '=', '83.00'], 1, 1],
      [['c', '<', '1000.00'], 10, 1],
      [['c', '>', '1003.00'], 1, 1],
      [['c', 'is not null'], 15, 2],
      [['n', '=', '1000004'], 1, 1],
      [['n', '>', '2122887'], 2, 1],
      [['at', '=', isoOf(1001n * 122_889n)], 3, 3],
    ]
    const { answers } = await deltalake.ask<Answers>('filtered', {
      path: pathOf(lake),
      conditions: conditions.map(([condition]) => condition),
    })
    for (const [at, [[column, op, value], rows, files]] of conditions.entries()) {
      const found = answers[at]
      expect([column, op, value, found?.rows.length, found?.files]).toEqual([column, op, value, rows, files])
      expect(found?.rows).toEqual(found?.all)
    }
    // Millrace opens as few
    const { columns, partitionColumns, files } = await snapshotOf(lake)
    const opened = (filter: Filter) =>
      [...files.values()].filter(fileTest({ columns, partitionColumns }, [filter])).length
    expect(opened({ column: ['c'], op: '>', value: 1003 })).toBe(1)
    expect(opened({ column: ['n'], op: '=', value: 1_000_004n })).toBe(1)
  })

  test('times drawn at random, asked at and around each of them', async () => {
    const base = BigInt(Date.UTC(2024, 0, 1)) * 1000n
    const micros = fc.array(fc.array(fc.bigInt({ min: -3000n, max: 3000n }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(micros, async (drawn) => {
        const files = drawn.map((values) => values.map((value) => `make_timestamptz(${base + value})`))
        const lake = await fileByFile('timestamptz', files)
        const ask = drawn
          .flat()
          .flatMap((value) => [value - 1n, value, value + 1n])
          .map((value) => isoOf(base + value))
        await expectSameAnswers(lake, 'timestamptz', [...new Set(ask)])
      }),
      { numRuns: 8 },
    )
  })

  test('strings drawn at random from what sorts badly', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '\u{ffff}', '🎉', 'ü', '\u{10ffff}', ' ', 'Z'),
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        async (drawn) => {
          const lake = await fileByFile(
            'varchar',
            drawn.map((values) => values.map((value) => `'${value}'`)),
          )
          await expectSameAnswers(lake, 'varchar', [...new Set(drawn.flat())])
        },
      ),
      { numRuns: 8 },
    )
  })
})

function isoOf(micros: bigint): string {
  const ms = micros / 1000n
  return new Date(Number(ms)).toISOString().replace('Z', `${String(micros % 1000n).padStart(3, '0')}Z`)
}
