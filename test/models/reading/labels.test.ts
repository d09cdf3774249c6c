import { expect, test } from 'vitest'
import { engine } from '../../engines/harness.ts'
import { eventsWorld, header } from '../events-world.ts'

const duckdb = await engine()
const types = { ts: 'timestamptz', amount: 'bigint' }
const hourly = `${header('kind: incremental', 'time: ts', 'grain: hour')}SELECT ts, amount FROM events`

test('minutes of a model of hours are stale that lie between its quarters', async () => {
  const minutely = `${header('kind: incremental', 'time: ts', 'grain: minute')}SELECT ts, sum(amount) AS a FROM hourly GROUP BY ts`
  const world = await eventsWorld(duckdb, types, { hourly, minutely })
  await world.arrive("'2024-01-01 10:07:00Z', 1")
  await world.build()
  await world.arrive("'2024-01-01 10:08:00Z', 1")
  await world.areExact()
})

test('what looks back a few minutes is stale in the hour after that of a model', async () => {
  const around = `${header('kind: incremental', 'time: ts', 'grain: hour', 'lookback: 10 minutes')}
SELECT ts, sum(amount) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 10 MINUTES PRECEDING AND CURRENT ROW) AS a FROM hourly`
  const world = await eventsWorld(duckdb, types, { hourly, around })
  await world.arrive("'2024-01-01 10:57:00Z', 1", "'2024-01-01 11:05:00Z', 2")
  await world.build()
  await world.arrive("'2024-01-01 10:58:00Z', 5")
  await world.areExact()
  const model = world.graph.byName.get('around')
  if (!model) throw new Error('no model around')
  expect(await world.reading().stale(model, world.context)).toMatchObject({
    labels: ['2024-01-01 10:00', '2024-01-01 11:00'],
  })
})

const times = [
  ...['9999-12-31 23:30:00Z', '12000-01-01 00:00:00Z', 'infinity', '0001-01-01 00:30:00Z'],
  ...['0044-03-15 (BC) 10:00:00Z', '1850-06-01 00:00:00Z', '1969-12-31 23:59:59.999999Z', '2020-12-31 23:00:00Z'],
]

test.each(['UTC', 'Europe/Berlin'])(
  'times at the ends of calendars, years and eras are in intervals of %s',
  async (zone) => {
    const world = await eventsWorld(
      duckdb,
      types,
      {
        daily: `${header('kind: incremental', 'time: ts', 'grain: day')}SELECT ts, amount FROM events`,
        monthly: `${header('kind: incremental', 'time: d', 'grain: month')}
SELECT CAST(ts AS DATE) AS d, sum(amount) AS a FROM daily GROUP BY 1`,
        weekly: `${header('kind: incremental', 'time: d', 'grain: week')}SELECT d, a FROM monthly`,
        around: `${header('kind: incremental', 'time: ts', 'grain: day', 'lookback: 1 day')}
SELECT ts, sum(amount) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) AS a FROM daily`,
      },
      zone,
    )
    await world.arrive("'2024-01-01 10:00:00Z', 1")
    await world.build()
    for (const [at, time] of times.entries()) {
      await world.arrive(`'${time}', 2`)
      await world.areExact()
      if (at % 3 === 2) await world.build()
    }
  },
)
