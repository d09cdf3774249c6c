import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringifyExact } from '../../src/core/json.ts'
import { collect } from '../../src/engines/rows.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { resolveQuery } from '../../src/query/query.ts'
import { catalogOf, context, openLake, tableOf } from './harness.ts'

const lake = await openLake()
// files with narrow, overlapping, single-valued and NULL-only ranges; two of the columns partition the table
const file = (from: number, to: number, p: string, day: string) =>
  `SELECT CASE WHEN range % 5 = 4 THEN NULL ELSE range END::BIGINT AS n, 'v' || (range % 7) AS v, (range / 4)::DECIMAL(9,2) AS d,
    (range / 3.0)::DOUBLE AS f, TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (range) HOUR AS t, {'x': range::INTEGER} AS s,
    range % 2 = 0 AS b, ${p} AS p, ${day} AS day FROM range(${from}, ${to})`
await tableOf(
  lake,
  'a',
  {
    n: 'bigint',
    v: 'varchar',
    d: 'decimal(9,2)',
    f: 'double',
    t: 'timestamptz',
    s: 'struct(x integer)',
    b: 'boolean',
    p: 'varchar',
    day: 'date',
  },
  [
    file(0, 8, "'x'", "DATE '2024-01-01'"),
    file(8, 10, "'y'", "DATE '2024-01-02'"),
    file(5, 30, 'NULL::VARCHAR', 'NULL::DATE'),
    file(40, 41, "'x'", "DATE '2024-01-02'"),
  ],
  ['p', 'day'],
)
await tableOf(lake, 'b', { n: 'bigint', v: 'varchar' }, [
  "SELECT range AS n, 'v' || (range % 3) AS v FROM range(6)",
  "SELECT range AS n, 'v9' AS v FROM range(20, 24)",
])
const catalog = catalogOf(lake, ['a', 'b'])
const whole = {
  a: relationOf(lake, await readSnapshot(lake, 'a', {}, context)),
  b: relationOf(lake, await readSnapshot(lake, 'b', {}, context)),
}

const number = fc.oneof(
  fc.integer({ min: -2, max: 45 }).map(String),
  fc.integer({ min: 0, max: 120 }).map((tenth) => String(tenth / 10)),
)
const time = fc.integer({ min: -3, max: 45 }).map((hours) => new Date(Date.UTC(2024, 0, 1, hours)).toISOString())
const literals: Readonly<Record<string, fc.Arbitrary<string>>> = {
  n: number,
  v: fc.integer({ min: 0, max: 9 }).map((k) => `'v${k}'`),
  d: number,
  f: number,
  t: fc.oneof(
    time.map((text) => `'${text}'`),
    time.map((text) => `TIMESTAMP '${text.slice(0, 19)}'`),
    time.map((text) => `TIMESTAMPTZ '${text}'`),
    time.map((text) => `DATE '${text.slice(0, 10)}'`),
    time.map((text) => `'${text.slice(0, 16).replace('T', ' ')}'`),
  ),
  's.x': number,
  b: fc.constantFrom('true', 'false'),
  p: fc.constantFrom("'x'", "'y'", "'z'"),
  day: fc.constantFrom("DATE '2024-01-01'", "'2024-01-02'", "TIMESTAMP '2024-01-01 12:00:00'"),
}

/** A condition on a column of `a`, or of `b`, with the table's name before it or not. */
const leaf = (prefix: string) =>
  fc.constantFrom(...(prefix === 'b.' ? ['n', 'v'] : Object.keys(literals))).chain((column) => {
    const literal = fc.oneof(
      { weight: 9, arbitrary: literals[column] as fc.Arbitrary<string> },
      { weight: 1, arbitrary: fc.constant('NULL') },
    )
    const name = `${prefix}${column}`
    return fc.oneof(
      fc
        .tuple(fc.constantFrom('=', '<', '<=', '>', '>=', '<>'), literal)
        .map(([op, right]) => `${name} ${op} ${right}`),
      fc.tuple(fc.constantFrom('=', '<', '>='), literal).map(([op, left]) => `${left} ${op} ${name}`),
      fc.tuple(literal, literal).map(([low, high]) => `${name} BETWEEN ${low} AND ${high}`),
      fc.array(literal, { minLength: 1, maxLength: 3 }).map((items) => `${name} IN (${items.join(', ')})`),
      fc.constantFrom(`${name} IS NULL`, `${name} IS NOT NULL`),
    )
  })

const condition = (prefix: string) =>
  fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf(prefix),
      fc.tuple(tie('any'), tie('any')).map(([x, y]) => `(${x} AND ${y})`),
      fc.tuple(tie('any'), tie('any')).map(([x, y]) => `(${x} OR ${y})`),
      tie('any').map((x) => `NOT (${x})`),
    ),
  })).any

const shape = fc.oneof(
  condition('').map((where) => `SELECT * FROM a WHERE ${where}`),
  // what an outer join fills with NULL
  fc
    .tuple(fc.constantFrom('LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'), fc.constantFrom('p', 'day', 'n'), leaf('b.'))
    .map(
      ([join, column, where]) => `SELECT b.n, a.v FROM b ${join} a ON a.n = b.n WHERE a.${column} IS NULL AND ${where}`,
    ),
  condition('a.').map((where) => `SELECT n FROM b WHERE EXISTS (SELECT 1 FROM a WHERE a.n = b.n AND ${where})`),
)

test('leaving out files changes no answer', async () => {
  const runs = Number(process.env['MILLRACE_PRUNING_RUNS'] ?? 150)
  let skipped = 0
  await fc.assert(
    fc.asyncProperty(shape, async (sql) => {
      const { query } = await resolveQuery(catalog, sql, {}, context)
      const kept = query.from['a']
      if (kept?.kind === 'delta' && kept.files.length < whole.a.files.length) skipped++
      // without the locks of typed text: quicker, and not what is in question
      const rows = async (from: typeof query.from) =>
        (await collect(await lake.engine.run({ sql, from }, context))).map((row) => stringifyExact(row)).sort()
      expect(await rows(query.from)).toEqual(await rows(whole))
    }),
    { numRuns: runs },
  )
  // else the property says nothing
  expect(skipped).toBeGreaterThan(runs / 10)
})
