import { test } from 'vitest'
import { engine } from '../../engines/harness.ts'
import { eventsWorld, header } from '../events-world.ts'

const duckdb = await engine()

test.each([
  ['lookback: 3 hours', 'INTERVAL 3 HOURS PRECEDING AND CURRENT ROW', ['2024-01-01 08:30:00Z', '2024-01-01 11:05:00Z']],
  [
    'lookahead: 3 hours',
    'CURRENT ROW AND INTERVAL 3 HOURS FOLLOWING',
    ['2024-01-01 11:30:00Z', '2024-01-01 08:55:00Z'],
  ],
] as const)(
  'files that hold nothing of the interval itself are opened for %s',
  async (around, frame, [first, late]) => {
    const model = `${header('kind: incremental', 'time: ts', 'grain: hour', around)}
SELECT ts, sum(n) OVER (ORDER BY ts RANGE BETWEEN ${frame}) AS n FROM events`
    const world = await eventsWorld(duckdb, { ts: 'timestamptz', n: 'bigint' }, { model })
    await world.arrive(`'${first}', 1`)
    await world.build()
    await world.arrive(`'${late}', 2`)
    await world.areExact()
    await world.isExact(`SELECT * FROM model WHERE ts = TIMESTAMPTZ '${late}'`)
    await world.build()
    await world.areExact()
  },
)
