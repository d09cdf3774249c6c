import type { Engine } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import { columns } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { context } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { type World, worldOf } from './world.ts'

/** Where days have 23 and 25 hours. */
export const zone = 'Europe/Berlin'

const header = (lines: string) => `/*\n${lines}\n*/\n`

/** Models of every kind, some of which read others. */
const models = {
  daily: `${header('kind: incremental\ntime: day\ngrain: day\npartition: [day]')}
SELECT CAST(date_trunc('day', ts AT TIME ZONE '${zone}') AS DATE) AS day, user_id, sum(amount) AS total, count(*) AS n
FROM events GROUP BY ALL`,
  joined: `${header('kind: incremental\ntime: ts\ngrain: hour')}
SELECT e.id, e.ts, e.amount, u.country FROM events e LEFT JOIN users u ON u.user_id = e.user_id`,
  local_days: `${header('kind: incremental\ntime: ts\ngrain: day')}
SELECT ts, count(*) AS n FROM events GROUP BY ts`,
  weekly: `${header('kind: incremental\ntime: week\ngrain: week')}
SELECT CAST(date_trunc('week', day) AS DATE) AS week, sum(total) AS total FROM daily GROUP BY 1`,
  around: `${header('kind: incremental\ntime: ts\ngrain: day\nlookback: 1 day')}
SELECT id, ts, sum(amount) OVER (PARTITION BY user_id ORDER BY ts RANGE BETWEEN INTERVAL 24 HOURS PRECEDING AND CURRENT ROW) AS amount_24h
FROM events`,
  recent: `${header('kind: incremental\ntime: ts\ngrain: day\nlookback: 2 days\nlookahead: 3 hours')}
SELECT e.id, e.ts, count(j.id) AS near, sum(j.amount) AS amount
FROM events e LEFT JOIN joined j ON j.ts BETWEEN e.ts - INTERVAL 48 HOURS AND e.ts + INTERVAL 3 HOURS GROUP BY e.id, e.ts`,
  per_user: `${header('kind: merge\nkey: [user_id]')}
SELECT user_id, sum(amount) AS total, max(ts) AS latest FROM events GROUP BY user_id`,
  per_total: `${header('kind: merge\nkey: [total]')}
SELECT total, count(*) AS users FROM per_user GROUP BY total`,
  people: `${header('kind: merge\nkey: [user_id]')}
SELECT u.user_id, u.country, p.total FROM users u LEFT JOIN per_user p ON p.user_id = u.user_id`,
  day_users: `${header('kind: merge\nkey: [user_id]')}
SELECT user_id, sum(total) AS total FROM daily GROUP BY user_id`,
  shown: `SELECT country, count(*) AS n, sum(amount) AS amount FROM joined GROUP BY country`,
  counted: `${header('kind: table')}SELECT count(*) AS n FROM events`,
} as const

/** All models whose rows are their SELECT's at any moment. */
export const exact = Object.keys(models).filter((model) => model !== 'counted')

/** The models over tables without rows. */
export async function zoo(engine: Engine): Promise<World> {
  const lake = tableLake(await tempFolder(), engine)
  const events = columns({ id: 'bigint', ts: 'timestamptz', user_id: 'bigint', amount: 'bigint' })
  await createTable(lake, 'events', { columns: events }, context)
  await createTable(lake, 'users', { columns: columns({ user_id: 'bigint', country: 'varchar' }) }, context)
  return worldOf(lake, models, zone, context)
}
