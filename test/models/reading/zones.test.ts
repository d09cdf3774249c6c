import fc from 'fast-check'
import { test } from 'vitest'
import { offsets } from '../../../src/contract/zone.ts'
import { engine } from '../../engines/harness.ts'
import { eventsWorld, header } from '../events-world.ts'

const duckdb = await engine()
const long = process.env['MILLRACE_LONG'] === '1'

/** Zones whose clocks change at midnight or near it, by half an hour, by a day, and that were seconds away from UTC. */
const zones = [
  ...['America/Havana', 'Asia/Beirut', 'Africa/Cairo', 'America/Sao_Paulo', 'America/St_Johns', 'Asia/Tehran'],
  ...['Australia/Lord_Howe', 'Pacific/Apia', 'Antarctica/Troll', 'Africa/Monrovia', 'Europe/Dublin', 'Asia/Amman'],
  ...['America/Asuncion', 'Africa/Casablanca', 'America/Scoresbysund', 'Asia/Pyongyang', 'Europe/Amsterdam'],
]

/** When a zone's clocks were changed, between 1910 and 2024. */
function changesOf(zone: string): readonly number[] {
  const offset = offsets(zone)
  const found: number[] = []
  const day = 86_400_000
  for (let at = Date.UTC(1910, 0, 1); at < Date.UTC(2024, 11, 1); at += 7 * day) {
    if (offset(at) === offset(at + 7 * day)) continue
    let [low, high] = [at, at + 7 * day]
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offset(middle) === offset(at)) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found
}

const incremental = (grain: string, ...more: readonly string[]) =>
  header('kind: incremental', 'time: ts', `grain: ${grain}`, ...more)
const sum = 'sum(n) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 90 MINUTES PRECEDING AND CURRENT ROW) AS n'
const models = (zone: string) => ({
  hours: `${incremental('hour')}SELECT ts, n FROM events`,
  minutes: `${incremental('minute')}SELECT ts, count(*) AS c, sum(n) AS n FROM hours GROUP BY ts`,
  days: `${header('kind: incremental', 'time: day', 'grain: day')}
SELECT CAST(date_trunc('day', ts AT TIME ZONE '${zone}') AS DATE) AS day, sum(n) AS n FROM minutes GROUP BY 1`,
  weeks: `${header('kind: incremental', 'time: week', 'grain: week')}
SELECT CAST(date_trunc('week', day) AS DATE) AS week, sum(n) AS n FROM days GROUP BY 1`,
  utc_days: `${incremental('day')}SELECT date_trunc('day', ts) AS ts, sum(n) AS n FROM hours GROUP BY 1`,
  around: `${incremental('hour', 'lookback: 90 minutes')}SELECT ts, ${sum} FROM hours`,
  around_days: `${incremental('day', 'lookback: 1 day')}SELECT ts, ${sum} FROM minutes`,
})

const near = fc.oneof(
  fc.integer({ min: -108_000, max: 108_000 }),
  fc.integer({ min: -200, max: 200 }).map((quarters) => quarters * 450),
  fc.constantFrom(-3600, -1800, -60, -1, 0, 1, 59, 60, 1799, 3600),
)
const times = fc.array(near, { minLength: 1, maxLength: 5 })

test('around changes of clocks models are what their SELECTs give', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.nat(),
      fc.array(times, { minLength: 4, maxLength: 4 }),
      fc.array(near, { minLength: 2, maxLength: 2 }),
      async (zone, pick, arrivals, bounds) => {
        const changes = changesOf(zone)
        const change = changes[pick % changes.length] ?? 0
        const text = (seconds: number) => new Date(change + seconds * 1000).toISOString()
        const world = await eventsWorld(duckdb, { ts: 'timestamptz', n: 'bigint' }, models(zone), zone)
        const [low, high] = bounds.toSorted((a, b) => a - b).map((at) => `TIMESTAMPTZ '${text(at)}'`)
        for (const [step, given] of arrivals.entries()) {
          await world.arrive(...given.map((seconds, n) => `'${text(seconds)}', ${n + 1}`))
          await world.areExact()
          for (const model of ['hours', 'minutes', 'utc_days', 'around', 'around_days'])
            await world.isExact(`SELECT * FROM ${model} WHERE ts >= ${low} AND ts < ${high}`)
          await world.build(step === 1 ? ['hours', 'days', 'around'] : undefined)
        }
        await world.areExact()
      },
    ),
    { numRuns: long ? 1000 : 1, ...(long && { interruptAfterTimeLimit: 600_000 }), endOnFailure: true },
  )
}, 1_800_000)
