import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { parseColumn } from '../../src/core/columns.ts'
import { parseSql } from '../../src/sql/parse.ts'
import { queryOver } from '../../src/sql/restrict.ts'
import { name } from '../../src/sql/text.ts'
import { type TraceSource, trace } from '../../src/sql/trace.ts'

const columns = (written: Readonly<Record<string, string>>) =>
  Object.entries(written).map(([column, type]) => parseColumn(column, type))
const events = columns({ t: 'timestamptz', u: 'bigint', v: 'bigint', k: 'varchar' })
const views: Readonly<Record<string, string>> = {
  plain: 'SELECT t AS seen, u, v FROM events WHERE v > 1',
  newest: 'SELECT t, u FROM events ORDER BY t DESC LIMIT 3',
}
const parsedViews = new Map(
  await Promise.all(Object.entries(views).map(async ([view, text]) => [view, await parseSql(text)] as const)),
)

function source(asked: string): TraceSource | undefined {
  const table = asked.toLowerCase()
  const parsed = parsedViews.get(table)
  if (parsed) return { kind: 'view', name: table, parsed }
  if (table === 'events' || table === 'orders') return { kind: 'table', name: table, columns: events, time: 't' }
  if (table === 'users') return { kind: 'table', name: table, columns: columns({ u: 'bigint', level: 'varchar' }) }
  return undefined
}

const grain = { unit: 'day', zone: 'America/New_York' }
const byDay = async (text: string) =>
  trace(await parseSql(text), ['d'], source, { by: 'time', unbounded: false, grain })

const refused: readonly string[] = [
  'SELECT min(t) AS d, u FROM events GROUP BY u',
  'SELECT t AS d, sum(v) OVER (ORDER BY t) FROM events',
  'SELECT t AS d, row_number() OVER (PARTITION BY u ORDER BY t) FROM events',
  'SELECT t AS d, lag(v) OVER (PARTITION BY u ORDER BY t) FROM events',
  'SELECT t AS d FROM events ORDER BY t LIMIT 10',
  'SELECT d FROM (SELECT t AS d FROM events LIMIT 5)',
  'SELECT t AS d FROM events OFFSET 2',
  'SELECT t AS d FROM events USING SAMPLE 10%',
  'SELECT t AS d FROM events TABLESAMPLE 10%',
  'SELECT now() AS d FROM events',
  'SELECT t AS d, now() AS seen FROM events',
  'SELECT t AS d FROM events WHERE t > current_date',
  'SELECT t AS d, random() FROM events',
  'SELECT t AS d, uuid() FROM events',
  'SELECT max(t) AS d FROM events',
  'SELECT p.t AS d FROM events p JOIN events v ON v.u = p.u AND v.t BETWEEN p.t - INTERVAL 7 DAY AND p.t',
  'SELECT a.t AS d FROM events a JOIN orders b ON a.u = b.u',
  'SELECT b.t AS d FROM users a LEFT JOIN events b ON a.u = b.u',
  'SELECT a.t AS d FROM events a FULL JOIN users b ON a.u = b.u',
  'SELECT t AS d FROM events WHERE v > (SELECT avg(v) FROM events)',
  'SELECT t AS d FROM events e WHERE NOT EXISTS (SELECT 1 FROM events f WHERE f.u = e.u AND f.t < e.t)',
  'SELECT t AS d FROM events WHERE u IN (SELECT u FROM orders)',
  'SELECT DISTINCT ON (u) t AS d, u FROM events ORDER BY u, t',
  "SELECT strptime(k, '%Y')::TIMESTAMPTZ AS d FROM events",
  'SELECT coalesce(a.t, b.t) AS d FROM events a LEFT JOIN orders b ON a.t = b.t',
  'WITH RECURSIVE r AS (SELECT t AS d FROM events UNION ALL SELECT d FROM r WHERE false) SELECT d FROM r',
  'SELECT t AS d FROM newest',
  'SELECT t AS d FROM events QUALIFY row_number() OVER (PARTITION BY u ORDER BY t DESC) = 1',
  'SELECT t AS d, count(*) FROM events GROUP BY ROLLUP (t)',
  'SELECT e.t AS d FROM events e, LATERAL (SELECT v FROM orders o WHERE o.u = e.u ORDER BY o.t LIMIT 1) x',
  'SELECT level AS d FROM users',
  'SELECT t AS d FROM events EXCEPT SELECT t FROM newest',
  'SELECT t AS d FROM events UNION ALL SELECT max(t) FROM orders',
  'SELECT a.d FROM (SELECT t AS d, u FROM events) a JOIN (SELECT u, min(t) AS first FROM events GROUP BY u) b ON a.u = b.u',
]

const accepted: readonly string[] = [
  'SELECT t AS d, u, v FROM events',
  'SELECT t AS d, v * 2 AS w FROM events WHERE v > 2 AND k IS NOT NULL',
  "SELECT date_trunc('hour', t) AS d, count(*) AS n, sum(v) AS s FROM events GROUP BY 1",
  "SELECT CAST(t AT TIME ZONE 'America/New_York' AS DATE) AS d, u, count(*) AS n FROM events GROUP BY ALL",
  'SELECT DISTINCT t AS d, u FROM events',
  'SELECT e.t AS d, x.level FROM events e JOIN users x ON e.u = x.u',
  'SELECT e.t AS d, x.level FROM events e LEFT JOIN users x USING (u)',
  'SELECT t AS d FROM events WHERE u IN (SELECT u FROM users)',
  'SELECT t AS d, k FROM events UNION ALL SELECT t, k FROM orders',
  'SELECT t AS d, u FROM events EXCEPT SELECT t, u FROM orders',
  'SELECT seen AS d, v FROM plain',
  'WITH x AS (SELECT t, u FROM events WHERE v > 1) SELECT t AS d, u FROM x',
  'SELECT t AS d, row_number() OVER (PARTITION BY t ORDER BY u, v, k) AS n FROM events',
  'SELECT a.t AS d, b.v AS w FROM events a JOIN orders b ON a.t = b.t AND a.u = b.u',
  "SELECT t AS d, sum(v) FILTER (WHERE k = 'a') AS s FROM events GROUP BY t HAVING count(*) > 1",
  'SELECT * EXCLUDE (t), t AS d FROM events',
]

describe('by day', () => {
  test.each(refused)('%s is refused at its place, with a way out', async (text) => {
    const { obstacles } = await byDay(text)
    expect(obstacles).not.toEqual([])
    for (const { place, remedy } of obstacles) {
      expect(place.line).toBe(1)
      expect(remedy).not.toBe('')
    }
  })

  test.each(accepted)('%s is the same interval by interval as from all rows', async (text) => {
    const query = await parseSql(text)
    const { occurrences, obstacles } = await byDay(text)
    expect(obstacles).toEqual([])
    expect(occurrences.some(({ traced }) => traced)).toBe(true)
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    const rows = async (asked: string) =>
      (await connection.runAndReadAll(asked))
        .getRowsJson()
        .map((row) => JSON.stringify(row))
        .sort()
    await connection.run("SET TimeZone = 'UTC'; SELECT setseed(0.5)")
    for (const table of ['events', 'orders'])
      await connection.run(`CREATE TABLE ${table} AS SELECT
        CASE WHEN range % 23 = 0 THEN NULL ELSE TIMESTAMPTZ '2026-03-06 03:00:00+00' + INTERVAL (CAST(floor(random() * 40) AS INT) * 3) HOUR END AS t,
        CAST(floor(random() * 4) AS BIGINT) AS u, CAST(floor(random() * 5) AS BIGINT) AS v,
        CASE WHEN random() < 0.3 THEN NULL WHEN random() < 0.5 THEN 'a' ELSE 'b' END AS k FROM range(160)`)
    await connection.run(
      "CREATE TABLE users AS SELECT * FROM (VALUES (1, 'free'), (2, 'paid'), (2, 'old')) AS x(u, level)",
    )
    // a date is an interval as it is, an instant belongs to a day of the zone
    const bucket = (time: string) =>
      `date_trunc('day', CASE WHEN typeof(${time}) = 'DATE' THEN CAST(${time} AS TIMESTAMP) ELSE CAST(CAST(${time} AS VARCHAR) AS TIMESTAMPTZ) AT TIME ZONE '${grain.zone}' END)`
    const over = (condition: (time: string) => string) =>
      queryOver<string>(
        query,
        source,
        (input) => {
          const found = occurrences.find(({ id }) => id === input.id)
          const [told] = found?.traced ?? []
          const where = told ? ` WHERE ${condition(told.sql.text)}` : ''
          return `SELECT * FROM ${name(input.name).text}${where}`
        },
        (inner, from) => {
          const ctes = Object.entries(from).map(([each, of]) => `${name(each).text} AS (${of})`)
          return ctes.length > 0 ? `WITH ${ctes.join(', ')} SELECT * FROM (${inner})` : inner
        },
      )
    const whole = over(() => 'true')
    const labels = (
      await connection.runAndReadAll(`SELECT DISTINCT CAST(${bucket('d')} AS VARCHAR) FROM (${whole})`)
    ).getRows()
    expect(labels.length).toBeGreaterThan(2)
    for (const [label] of labels) {
      const inside = (time: string) =>
        `CAST(${bucket(time)} AS VARCHAR) IS NOT DISTINCT FROM ${label === null ? 'NULL' : `'${label}'`}`
      const expected = await rows(`SELECT * FROM (${whole}) WHERE ${inside('d')}`)
      expect(expected.length).toBeGreaterThan(0)
      expect(await rows(`SELECT * FROM (${over(inside)}) WHERE ${inside('d')}`)).toEqual(expected)
    }
    connection.closeSync()
    instance.closeSync()
  })
})

describe('by key', () => {
  const byKey = async (text: string) => trace(await parseSql(text), ['id'], source, { by: 'key', unbounded: false })

  test.each([
    'SELECT u AS id, sum(v) AS s FROM events GROUP BY u',
    'SELECT u AS id, max(t) AS seen FROM events GROUP BY ALL',
    'SELECT a.u AS id, count(b.v) AS n FROM events a LEFT JOIN orders b ON a.u = b.u GROUP BY a.u',
  ])('%s is told by its key', async (text) => {
    expect((await byKey(text)).obstacles).toEqual([])
  })

  test.each([
    'SELECT max(u) AS id FROM events',
    'SELECT a.u AS id, count(*) AS n FROM events a JOIN orders b ON a.k = b.k GROUP BY a.u',
    'SELECT u AS id, row_number() OVER (ORDER BY u) AS n FROM events',
    'SELECT u AS id FROM events ORDER BY t LIMIT 1',
  ])('%s is refused', async (text) => {
    expect((await byKey(text)).obstacles).not.toEqual([])
  })
})
