import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSql } from '../../src/sql/parse.ts'
import { partialsOf, partsName } from '../../src/sql/partials.ts'

const columns = ['t', 'day', 'kind', 'city', 'n', 'amount', 'rate', 'id']
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
await connection.run(
  "SET TimeZone = 'UTC'; CREATE TABLE rows (t TIMESTAMPTZ, day DATE, kind VARCHAR, city VARCHAR, n BIGINT, amount DECIMAL(12,2), rate DOUBLE, id UUID, part INTEGER)",
)

/** SELECTs over `events` that can be told from parts of its rows. */
const accepted = [
  'SELECT count(*) AS n FROM events',
  "SELECT count(*) AS views FROM events WHERE kind = 'view' AND n > 3",
  'SELECT count(amount) AS c, sum(amount) AS s, min(amount) AS low, max(amount) AS high FROM events',
  'SELECT coalesce(sum(amount), 0) AS revenue FROM events WHERE city IS NOT NULL',
  'SELECT sum(amount) / nullif(count(*), 0) AS mean, round(100 * count(*) FILTER (WHERE n > 5) / greatest(count(*), 1), 1) AS share FROM events',
  'SELECT kind, count(*) AS c FROM events GROUP BY kind',
  'SELECT kind AS k, city, sum(n) AS s FROM events GROUP BY k, city',
  'SELECT city, kind, sum(amount) AS s FROM events GROUP BY ALL',
  'SELECT upper(kind) AS k, sum(n) AS s, 2 * sum(n) AS twice FROM events GROUP BY 1',
  "SELECT date_trunc('hour', t) AS hour, kind, count(*) AS c FROM events GROUP BY hour, kind",
  "SELECT date_trunc('day', t AT TIME ZONE 'America/Hermosillo') AS d, max(t) AS last FROM events GROUP BY d",
  'SELECT time_bucket(INTERVAL 15 MINUTE, t) AS q, min(id) AS first FROM events GROUP BY q',
  'SELECT day, city, kind, min(city) AS low, max(kind) AS high FROM events GROUP BY day, city, kind',
  'SELECT kind FROM events GROUP BY kind',
  "SELECT CASE WHEN n > 4 THEN 'many' ELSE 'few' END AS size, count(*) AS c FROM events GROUP BY size",
  'SELECT * FROM (SELECT city, sum(n) AS s FROM events GROUP BY city) AS tile ORDER BY "s" DESC NULLS LAST, "city" ASC NULLS LAST',
  'SELECT city, sum(n) AS s FROM events GROUP BY city ORDER BY s DESC, city LIMIT 2',
  // a column of the table goes before an alias
  'SELECT upper(city) AS kind, count(*) AS c FROM events GROUP BY kind, city',
  "SELECT sum(n) AS s FROM events WHERE n % 2 = 0 OR city LIKE '%a'",
]

const refused = [
  'SELECT avg(n) AS a FROM events',
  'SELECT count(DISTINCT kind) AS c FROM events',
  'SELECT kind, count(*) AS c FROM events GROUP BY kind HAVING count(*) > 1',
  'SELECT median(n) AS m FROM events',
  'SELECT string_agg(kind) AS k FROM events',
  'SELECT kind, n FROM events',
  'SELECT DISTINCT kind FROM events',
  'SELECT * FROM events',
  'SELECT kind, count(*) AS c, sum(count(*)) OVER () AS all_of_them FROM events GROUP BY kind',
  'SELECT count(*) AS c FROM events WHERE n > (SELECT avg(n) FROM events)',
  'SELECT count(*) AS c FROM events a JOIN events b USING (id)',
  'WITH e AS (SELECT * FROM events) SELECT count(*) AS c FROM e',
  'SELECT kind, city, count(*) AS c FROM events GROUP BY ROLLUP (kind, city)',
  'SELECT kind, count(*) AS c FROM events GROUP BY CUBE (kind)',
  'SELECT count(*) AS c FROM events WHERE t < now()',
  'SELECT count(*) AS c FROM events WHERE day < current_date',
  'SELECT count(*) AS c FROM events WHERE random() < 0.5',
  'SELECT sum(n) AS s, s / 2 AS half FROM events',
  'SELECT count(*) AS c FROM events WHERE unknown = 1',
  'SELECT count(*) AS c FROM events USING SAMPLE 10%',
  'SELECT count(*) AS c UNION ALL SELECT 1',
  'SELECT count(*) FROM events',
  'SELECT max(n, 2) AS m FROM events',
  'SELECT sum(n ORDER BY n) AS s FROM events',
  'SELECT arg_max(kind, n) AS k FROM events',
  'SELECT kind, count(*) AS c FROM events GROUP BY kind ORDER BY count(*)',
  'SELECT unnest([1, 2]) AS u, count(*) AS c FROM events GROUP BY u',
  'SELECT count(*) AS c, count(*) AS c FROM events',
  'SELECT sum(n) + $1 AS s FROM events',
]

const row = fc.record({
  t: fc.integer({ min: 0, max: 5 * 86_400 }).map((s) => new Date(Date.UTC(2026, 10, 1) + s * 1000).toISOString()),
  kind: fc.constantFrom('view', 'cart', 'purchase'),
  city: fc.constantFrom('Graz', 'Linz', 'Köln', null),
  n: fc.option(fc.integer({ min: -5, max: 10 })),
  amount: fc.option(fc.integer({ min: -10_000, max: 10_000 }).map((cents) => (cents / 100).toFixed(2))),
  part: fc.nat(2),
})

const quoted = (held: string | number | null) => (held === null ? 'NULL' : `'${held}'`)

async function answered(text: string): Promise<{ readonly types: string[]; readonly rows: string[] }> {
  const reader = await connection.runAndReadAll(text)
  const names = reader.columnNames()
  const rows = reader.getRowsJson().map((each) => JSON.stringify(each))
  const types = names.map((name, at) => `${name} ${reader.columnTypes()[at]}`)
  return { types, rows: text.includes('ORDER BY') ? rows : rows.toSorted() }
}

describe('told from parts of the rows', () => {
  test.each(accepted)('%s', async (text) => {
    const partials = await partialsOf(await parseSql(text), columns)
    if (!partials) throw new Error('it was refused')
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (given) => {
        await connection.run('DELETE FROM rows')
        const values = given.map(
          (each) =>
            `(${[each.t, each.t.slice(0, 10), each.kind, each.city, each.n, each.amount, each.n, `00000000-0000-0000-0000-00000000000${Math.abs(each.n ?? 0) % 10}`, each.part].map(quoted).join()})`,
        )
        if (values.length > 0) await connection.run(`INSERT INTO rows VALUES ${values.join()}`)
        const of = (part: number) =>
          `SELECT * FROM (WITH events AS (SELECT * FROM rows WHERE part = ${part}) ${partials.part})`
        const whole = `WITH "${partsName}" AS (${[0, 1, 2].map(of).join(' UNION ALL ')}) ${partials.whole}`
        expect(await answered(whole)).toEqual(await answered(`WITH events AS (SELECT * FROM rows) ${text}`))
      }),
      { numRuns: 15 },
    )
  })
})

test.each(refused)('not told from parts of the rows: %s', async (text) => {
  expect(await partialsOf(await parseSql(text), columns)).toBeUndefined()
})

test('the places of sums are told: of numbers that are rounded no sum is told from others', async () => {
  const text = 'SELECT kind, count(*) AS c, sum(rate) AS r FROM events GROUP BY kind'
  expect(await partialsOf(await parseSql(text), columns)).toMatchObject({ sums: [2] })
})
