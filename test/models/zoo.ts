import type { Engine } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { columns } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { context } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { header } from './events-world.ts'
import { type World, worldOf } from './world.ts'

/** Where days have 23 and 25 hours. */
export const zone = 'Europe/Berlin'

/** Models of every kind, some of which read others. */
const models = {
  daily: `${header('kind: incremental', 'time: day', 'grain: day', 'partition: [day]')}
SELECT CAST(date_trunc('day', ts AT TIME ZONE '${zone}') AS DATE) AS day, user_id, sum(amount) AS total, count(*) AS n
FROM events GROUP BY ALL`,
  joined: `${header('kind: incremental', 'time: ts', 'grain: hour')}
SELECT e.id, e.ts, e.amount, u.country FROM events e LEFT JOIN users u ON u.user_id = e.user_id`,
  local_days: `${header('kind: incremental', 'time: ts', 'grain: day')}
SELECT ts, count(*) AS n FROM events GROUP BY ts`,
  doubled: `${header('kind: incremental', 'time: ts', 'grain: day')}
SELECT id, ts, user_id, amount * 2 AS amount FROM events WHERE amount > 3`,
  redoubled: `${header('kind: incremental', 'time: day', 'grain: month')}
SELECT CAST(ts AT TIME ZONE '${zone}' AS DATE) AS day, unnest([amount, amount * 2]) AS amount FROM doubled`,
  weekly: `${header('kind: incremental', 'time: week', 'grain: week')}
SELECT CAST(date_trunc('week', day) AS DATE) AS week, sum(total) AS total FROM daily GROUP BY 1`,
  heights: `${header('kind: merge', 'key: [total]')}
SELECT total, count(*) AS weeks FROM weekly GROUP BY total`,
  around: `${header('kind: incremental', 'time: ts', 'grain: day', 'lookback: 1 day')}
SELECT id, ts, sum(amount) OVER (PARTITION BY user_id ORDER BY ts RANGE BETWEEN INTERVAL 24 HOURS PRECEDING AND CURRENT ROW) AS amount_24h
FROM events`,
  recent: `${header('kind: incremental', 'time: ts', 'grain: day', 'lookback: 2 days', 'lookahead: 3 hours')}
SELECT e.id, e.ts, count(j.id) AS near, sum(j.amount) AS amount
FROM events e LEFT JOIN joined j ON j.ts BETWEEN e.ts - INTERVAL 48 HOURS AND e.ts + INTERVAL 3 HOURS GROUP BY e.id, e.ts`,
  minutes: `${header('kind: incremental', 'time: ts', 'grain: minute', 'lookback: 10 minutes')}
SELECT id, ts, sum(amount) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 10 MINUTES PRECEDING AND CURRENT ROW) AS amount FROM joined`,
  per_user: `${header('kind: merge', 'key: [user_id]')}
SELECT user_id, sum(amount) AS total, max(ts) AS latest FROM events GROUP BY user_id`,
  per_total: `${header('kind: merge', 'key: [total]')}
SELECT total, count(*) AS users FROM per_user GROUP BY total`,
  people: `${header('kind: merge', 'key: [user_id]')}
SELECT u.user_id, u.country, p.total FROM users u LEFT JOIN per_user p ON p.user_id = u.user_id`,
  day_users: `${header('kind: merge', 'key: [user_id]')}
SELECT user_id, sum(total) AS total FROM daily GROUP BY user_id`,
  shown: `SELECT country, count(*) AS n, sum(amount) AS amount FROM joined GROUP BY country`,
  counted: `${header('kind: table')}SELECT count(*) AS n FROM events`,
} as const

type Name = keyof typeof models

/** What each model can be asked for. */
export const conditions: Readonly<Record<Name, readonly string[]>> = {
  daily: [
    "day = DATE '2019-10-27'",
    "day < DATE '2019-03-31'",
    'day IS NULL',
    "day > DATE '2019-10-26' AND user_id = 1",
  ],
  joined: [
    "ts >= TIMESTAMPTZ '2019-10-27 00:30:00Z' AND ts < TIMESTAMPTZ '2019-10-27 01:30:00Z'",
    "ts > TIMESTAMPTZ '2019-10-27 00:59:59Z'",
    "ts <= TIMESTAMPTZ '2019-03-31 01:00:00Z'",
  ],
  local_days: ["ts >= TIMESTAMPTZ '2019-10-26 22:00:00Z'", "ts = TIMESTAMPTZ '2019-03-31 00:00:00Z'", 'ts IS NULL'],
  doubled: ["ts >= TIMESTAMPTZ '2019-10-27 00:30:00Z'", 'ts IS NULL', 'user_id = 1 AND amount > 10'],
  redoubled: ["day = DATE '2019-10-27'", 'day IS NULL', "day < DATE '2019-10-01'"],
  weekly: ["week = DATE '2019-10-21'", "week >= DATE '2019-12-30'", "week IN (DATE '2019-03-25', DATE '1969-12-29')"],
  heights: ['total = 12', 'weeks > 1', 'total > 5'],
  around: ["ts BETWEEN TIMESTAMPTZ '2019-03-31 00:00:00Z' AND TIMESTAMPTZ '2019-03-31 22:00:00Z'", 'ts IS NULL'],
  recent: ["ts < TIMESTAMPTZ '2019-10-27 02:00:00Z'", "ts >= TIMESTAMPTZ '2019-12-31 23:00:00Z'"],
  minutes: ["ts >= TIMESTAMPTZ '2019-10-27 00:10:00Z'", "ts <= TIMESTAMPTZ '2019-10-27 01:10:00Z'"],
  per_user: ['user_id = 1', 'user_id IN (0, 2)', 'user_id > 2 OR total > 9'],
  per_total: ['total = 7', 'total IS NULL'],
  people: ['user_id = 3', "country = 'MX'"],
  day_users: ['user_id < 2', 'user_id = 4'],
  shown: ["country = 'MX'"],
  counted: [],
}

/** Another SELECT for a model: other rows, or another column too. */
const editions: Partial<Record<Name, readonly ((sql: string) => string)[]>> = {
  daily: [
    (sql) => sql.replace('sum(amount)', 'sum(amount + 1)'),
    (sql) => sql.replace('count(*) AS n', 'count(*) AS n, min(amount) AS least'),
  ],
  per_user: [(sql) => sql.replace('max(ts)', 'min(ts)')],
  joined: [(sql) => sql.replace('e.amount', 'e.amount * 2 AS amount')],
}

export const names = Object.keys(models) as readonly Name[]
/** All models whose rows are their SELECT's at any moment. */
export const exact = names.filter((model) => model !== 'counted')
export const stored = names.filter((model) => model !== 'shown')
export const edited = Object.keys(editions) as readonly Name[]

export interface Zoo extends World {
  /** The same tables, one of the models with its next SELECT. */
  edit(model: Name): Promise<Zoo>
}

/** The models over tables without rows. */
export async function zoo(engine: Engine): Promise<Zoo> {
  const lake = tableLake(await tempFolder(), engine)
  const events = columns({ id: 'bigint', ts: 'timestamptz', user_id: 'bigint', amount: 'bigint' })
  await createTable(lake, 'events', { columns: events }, context)
  await createTable(lake, 'users', { columns: columns({ user_id: 'bigint', country: 'varchar' }) }, context)
  return zooOf(lake, {}, new Map())
}

async function zooOf(lake: Lake, edition: Partial<Record<Name, number>>, tail: Zoo['tail']): Promise<Zoo> {
  const texts: Record<string, string> = { ...models }
  for (const model of edited) {
    const change = editions[model]?.[(edition[model] ?? 0) - 1]
    if (change) texts[model] = change(models[model])
  }
  const world = await worldOf(lake, texts, zone, context, tail)
  return {
    ...world,
    edit(model) {
      const next = ((edition[model] ?? 0) + 1) % ((editions[model]?.length ?? 0) + 1)
      return zooOf(lake, { ...edition, [model]: next }, tail)
    },
  }
}
