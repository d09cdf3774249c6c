import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { engine } from '../engines/harness.ts'
import { type Happening, happen, histories } from './history.ts'
import type { World } from './world.ts'
import { exact, zone, zoo } from './zoo.ts'

const duckdb = await engine()
const long = process.env['MILLRACE_LONG'] === '1'

/** What has been seen to happen: histories without it would prove little. */
const seen = new Map<string, number>()
const see = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)

/** Local days of events, in the order in which they were appended. */
async function daysOf(world: World, what: Happening): Promise<readonly (string | null)[]> {
  if (what.kind !== 'append') return []
  const times = what.events.map(({ at, week }) =>
    at === undefined ? 'NULL' : `epoch_ms(${Date.UTC(2019, week === 0 ? 2 : 9, week === 0 ? 29 : 25) + at * 1000})`,
  )
  const text = `SELECT strftime(timezone('${zone}', t::TIMESTAMP::VARCHAR::TIMESTAMPTZ), '%Y-%m-%d') FROM (VALUES ${times.map((time) => `(${time})`).join(', ')}) v(t)`
  const rows = await collect(await world.lake.engine.run({ sql: text, from: {} }, world.context))
  return rows.map(([day]) => day as string | null)
}

/** The intervals that reading `daily` computes on the spot; undefined: all. */
async function staleDays(world: World): Promise<readonly (string | null)[] | undefined> {
  const model = world.graph.byName.get('daily')
  if (!model) throw new Error('no model daily')
  const stale = await world.reading().stale(model, world.context)
  see(`daily ${stale.kind}`)
  return stale.kind === 'some' ? stale.labels : stale.kind === 'none' ? [] : undefined
}

const rows = (...given: readonly [id: number, week: number, hours: number | undefined, user: number][]) => ({
  kind: 'append' as const,
  events: given.map(([id, week, hours, user]) => ({
    id,
    week,
    at: hours === undefined ? undefined : hours * 3600,
    user,
    amount: id,
  })),
})

/** Everything at least once: late rows, days of 23 and 25 hours, and whatever else may befall. */
const everything: readonly Happening[] = [
  rows([1, 0, 1, 1], [2, 0, 49, 2], [3, 0, 50, 1], [4, 1, 48, 3], [5, 1, 49.5, 1], [6, 1, undefined, 4]),
  { kind: 'build' },
  rows([7, 0, 47, 1], [8, 1, 72.5, 4], [9, 0, undefined, 1]),
  { kind: 'cut short', model: 'daily' },
  { kind: 'users', user: 1, country: 'MX' },
  { kind: 'build', models: ['weekly', 'day_users', 'joined'] },
  { kind: 'merge', events: [{ id: 2, week: 1, at: 180_000, user: 2, amount: 7 }] },
  { kind: 'optimize', table: 'events' },
  { kind: 'vacuum', table: 'events' },
  { kind: 'build' },
  rows([10, 0, 2, 2], [11, 1, 71, 2]),
  { kind: 'delete', where: 'id = 3' },
  { kind: 'build', models: ['weekly'] },
  { kind: 'restore', back: 2 },
  { kind: 'foreign', model: 'local_days' },
]

const required = [
  'a late row in a clean interval',
  'a row without a time',
  '2019-03-31',
  '2019-10-27',
  'build of some',
  'cut short',
  ...['append', 'build', 'delete', 'foreign', 'merge', 'optimize', 'restore', 'users', 'vacuum'],
]

test('at any moment a model is what its SELECT gives over the rows as they are', async () => {
  await fc.assert(
    fc.asyncProperty(histories(long ? 12 : 5), async (history) => {
      const world = await zoo(duckdb)
      const days = new Set<string | null>()
      for (const [step, what] of history.entries()) {
        const before = step > 1 ? await staleDays(world) : undefined
        for (const day of await daysOf(world, what)) {
          if (before && days.has(day) && !before.includes(day)) see('a late row in a clean interval')
          if (day === '2019-03-31' || day === '2019-10-27') see(day)
          if (day === null) see('a row without a time')
          days.add(day)
        }
        see(what.kind === 'build' && what.models ? 'build of some' : what.kind)
        await happen(world, what)
        const reading = world.reading()
        for (const model of exact)
          expect(await world.completed(model, reading), `${model} after ${step}: ${what.kind}`).toEqual(
            await world.plain(model),
          )
      }
    }),
    { numRuns: long ? 100 : 3, examples: [[everything]] },
  )
  expect(required.filter((what) => !seen.has(what))).toEqual([])
}, 3_600_000)
