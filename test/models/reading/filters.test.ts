import { test } from 'vitest'
import { engine } from '../../engines/harness.ts'
import { eventsWorld, header } from '../events-world.ts'

const duckdb = await engine()
const operators = ['>=', '<', '<=', '=']

test.each([
  // clocks were put back at a minute past midnight, to the evening before
  ['America/St_Johns', 'day', ['2008-11-02 02:15:00', '2008-11-02 02:30:30', '2008-11-02 02:40:00']],
  ['Europe/Berlin', 'minute', ['2019-10-27 00:59:30', '2019-10-27 01:00:30', '2019-10-27 02:01:00']],
  // a day that was there twice, when Alaska changed sides
  ['America/Juneau', 'day', ['1867-10-19 00:30:00', '1867-10-19 00:32:00', '1867-10-20 01:00:00']],
])('a model of %s that was never built is asked for times about a change of clocks', async (zone, grain, times) => {
  const model = `${header('kind: incremental', 'time: ts', `grain: ${grain}`)}SELECT ts, n FROM events`
  const world = await eventsWorld(duckdb, { ts: 'timestamptz', n: 'bigint' }, { model }, zone)
  await world.arrive(...times.map((time, n) => `'${time}Z', ${n}`))
  for (const operator of operators)
    for (const time of times) await world.isExact(`SELECT * FROM model WHERE ts ${operator} TIMESTAMPTZ '${time}Z'`)
})

test('a model of days that was never built is asked for days and instants, and for the last day that texts have', async () => {
  const model = `${header('kind: incremental', 'time: day', 'grain: day')}SELECT day, n FROM events`
  const world = await eventsWorld(duckdb, { day: 'date', n: 'bigint' }, { model }, 'America/New_York')
  const days = ['0001-01-01', '2024-01-01', '2024-01-02', '2024-01-03', '9999-12-31', '12000-12-31', 'infinity']
  for (const [n, day] of days.entries()) await world.arrive(`'${day}', ${n}`)
  const asked = [
    ...["TIMESTAMPTZ '2024-01-02 23:00:00-05'", "'2024-01-02 23:00:00-05'", "TIMESTAMP '2024-01-02 23:00:00'"],
    ...["DATE '2024-01-02'", "DATE '9999-12-31'", "DATE '0001-01-01'", "DATE 'infinity'"],
  ]
  for (const operator of operators)
    for (const time of asked) await world.isExact(`SELECT * FROM model WHERE day ${operator} ${time}`)
})
