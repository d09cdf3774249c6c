import { expect, test } from 'vitest'
import { queryAnswer } from '../../src/api/query.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  timezone: 'America/Hermosillo',
  streams: {
    events: stream({ columns: { id: 'varchar', at: 'timestamptz not null', price: 'bigint' }, id: 'id', time: 'at', times: 'any' }),
  },
})
`
const daily = `SELECT ("at" AT TIME ZONE 'America/Hermosillo')::DATE AS day, sum(price)::BIGINT AS revenue
FROM events GROUP BY ALL
`

async function shop() {
  const { call } = await serveProject({ 'millrace.config.ts': config, 'models/daily.sql': daily })
  const body = JSON.stringify([{ id: 'a', at: new Date().toISOString(), price: 1 }])
  await call('/v1/streams/events', { method: 'POST', body })
  return async (sql: string, given: object = {}) => {
    const { json, text } = await call('/v1/query', { method: 'POST', body: JSON.stringify({ sql, ...given }) })
    const { success, data } = queryAnswer.omit({ position: true }).loose().safeParse(json)
    if (!success) throw new Error(text)
    return data.unfinished
  }
}

test('an answer says of each column of its SELECT which hour or day is not over, through models too', async () => {
  const ask = await shop()
  const before = Date.now()
  const asked = await ask(`SELECT date_trunc('minute', "at") AS minute, "at"::DATE AS day, "at", price FROM events`)
  const grouped = await ask('SELECT day, revenue FROM daily ORDER BY day')
  // each is told as of its own moment
  const moments = [before, Date.now()].map((ms) => new Date(ms).toISOString())
  expect(moments.map((at) => ({ minute: `${at.slice(0, 16)}:00.000Z`, day: at.slice(0, 10) }))).toContainEqual(asked)
  const local = [before, Date.now()].map((ms) => new Date(ms - 7 * 3_600_000).toISOString())
  expect(local.map((at) => ({ day: at.slice(0, 10) }))).toContainEqual(grouped)
})

test('of what was read as of before, what is no time rounded down, and what cannot be followed, nothing is said', async () => {
  const ask = await shop()
  expect(Object.keys(await ask('SELECT day FROM daily', { at: new Date(Date.now() + 60_000).toISOString() }))).toEqual(
    [],
  )
  for (const sql of [
    'SELECT max("at") AS newest FROM events',
    `SELECT date_trunc('hour', "at") AS h, date_trunc('day', "at") AS h FROM events`,
    `SELECT date_trunc('hour', "at" + INTERVAL 1 day) AS h FROM events`,
    `SELECT TIMESTAMP '2026-01-01' AS h`,
    "FROM (VALUES (DATE '2026-01-01')) AS t(day)",
    "SELECT * FROM generate_series(TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02', INTERVAL 1 hour) t(hour)",
    'WITH RECURSIVE r AS (SELECT now() AS h UNION ALL SELECT h + INTERVAL 1 hour FROM r WHERE h < now()) FROM r',
    'FROM events UNION ALL BY NAME FROM events',
  ])
    expect(await ask(sql), sql).toEqual({})
})
