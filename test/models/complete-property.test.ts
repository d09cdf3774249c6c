import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import type { CompleteReading } from '../../src/models/complete.ts'
import type { Stale } from '../../src/models/site.ts'
import { engine } from '../engines/harness.ts'
import { daysOf, type Event, type Happening, happen, histories, inRepeatedHour } from './history.ts'
import { sorted, sortedRows } from './world.ts'
import { conditions, exact, names, stored, type Zoo, zoo } from './zoo.ts'

const duckdb = await engine()
const long = process.env['MILLRACE_LONG'] === '1'

/** What has been seen to happen: histories without it would prove little. */
const seen = new Map<string, number>()
const see = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)

/** What is stale of a model before something happens. */
async function staleIn(world: Zoo, name: string): Promise<Stale> {
  const model = world.graph.byName.get(name)
  if (!model) throw new Error(`no model ${name}`)
  return world.reading().stale(model, world.context)
}

/** Days that the table of `daily` has rows of. */
async function daysBuilt(world: Zoo): Promise<ReadonlySet<unknown>> {
  return new Set((await world.stored('daily')).map((row) => (JSON.parse(row) as unknown[])[0]))
}

async function seeRows(world: Zoo, events: readonly Event[]): Promise<void> {
  const stale = await staleIn(world, 'daily')
  const labels = stale.kind === 'some' ? stale.labels : []
  const built = stale.kind === 'some' || stale.kind === 'none' ? await daysBuilt(world) : new Set()
  for (const day of daysOf(events)) {
    if (built.has(day) && !labels.includes(day)) see('a late row in a clean interval')
    if (day === null) see('a row without a time')
    if (day !== null) see(day)
  }
  if (events.some(inRepeatedHour)) see('an hour that is there twice')
}

/** What makes models stale, and how, after something has happened. */
async function seeStale(world: Zoo, reading: CompleteReading): Promise<void> {
  for (const name of stored) {
    const model = world.graph.byName.get(name)
    if (!model) continue
    const stale = await reading.stale(model, world.context)
    see(`${model.kind} ${stale.kind}`)
    if (stale.kind === 'none') continue
    for (const { why } of stale.reasons) see(`${model.kind} by ${why}`)
    if (await reading.missing(model, world.context, [])) see(`${name} by rows that came`)
    if (stale.kind === 'some') see(stale.labels.includes(null) ? 'rows without a time are stale' : `${name} in part`)
    if (stale.kind !== 'keys') continue
    if (name === 'heights') see('incremental → incremental → merge')
    if (name !== 'per_user') continue
    const events = await reading.rows('events', world.context)
    const sql = 'SELECT user_id FROM events SEMI JOIN keys USING (user_id) GROUP BY 1 HAVING count(*) > 1'
    const several = await collect(await duckdb.run({ sql, from: { events, keys: stale.keys } }, world.context))
    if (several.length > 0) see('a touched key of several rows')
  }
}

async function seeJoined(world: Zoo): Promise<void> {
  const rows = (await world.stored('joined')).map((row) => JSON.parse(row) as unknown[])
  if (rows.some((row) => row[3] !== null)) see('a join that finds a row')
  if (rows.some((row) => row[3] === null)) see('a join that finds none')
}

const hours = (id: number, week: number, at: number | undefined, user: number): Event => ({
  ...{ id, week, user, amount: id },
  at: at === undefined ? undefined : at * 3600,
})
const rows = (...events: readonly Event[]) => ({ kind: 'append' as const, events })

/** Everything at least once: late rows, days of 23 and 25 hours, and whatever else may befall. */
const everything: readonly Happening[] = [
  rows(
    hours(1, 0, 1, 1),
    hours(2, 0, 49, 2),
    hours(3, 0, 50, 1),
    hours(4, 1, 48, 3),
    hours(5, 1, undefined, 4),
    hours(6, 2, 21.5, 3),
  ),
  { kind: 'users', user: 1, country: 'MX' },
  { kind: 'build' },
  { kind: 'arrive', events: [hours(20, 0, 30, 1), hours(21, 1, 60, 2), hours(22, 0, undefined, 2)] },
  { kind: 'arrive', events: [hours(23, 1, 49.5, 3)] },
  { kind: 'build', models: ['daily', 'per_user'] },
  { kind: 'user arrives', user: 3, country: 'DE' },
  { kind: 'flush' },
  rows(hours(7, 0, 49.4, 1), hours(8, 1, 49.2, 4), hours(9, 0, undefined, 1)),
  { kind: 'cut short', model: 'daily' },
  { kind: 'build', models: ['weekly', 'day_users', 'joined'] },
  { kind: 'users', user: 1, country: 'DE' },
  { kind: 'merge', events: [hours(2, 1, 50, 2)] },
  { kind: 'build' },
  { kind: 'optimize', table: 'events' },
  { kind: 'vacuum', table: 'events' },
  rows(hours(10, 2, 23.5, 2), hours(11, 3, 47, 2)),
  { kind: 'build', models: ['weekly'] },
  // gone before `daily` has seen it, whose rows `weekly` has been built of
  { kind: 'delete', where: 'id = 10' },
  { kind: 'restore', back: 1 },
  // two builds of an input that are news to what reads it
  rows(hours(12, 0, 2, 1)),
  { kind: 'build', models: ['daily'] },
  rows(hours(13, 1, 3, 1)),
  { kind: 'build', models: ['daily', 'per_user'] },
  { kind: 'edit', model: 'daily' },
  { kind: 'foreign', model: 'local_days' },
  { kind: 'build' },
]

const required = [
  'a late row in a clean interval',
  ...[
    'a row without a time',
    'rows without a time are stale',
    'an hour that is there twice',
    '2019-03-31',
    '2019-10-27',
  ],
  ...['a join that finds a row', 'a join that finds none', 'incremental by dimension'],
  ...['a touched key of several rows', 'merge keys', 'merge by upstream', 'incremental by upstream'],
  ...['incremental → incremental → merge', 'weekly in part', 'around in part', 'recent in part', 'minutes in part'],
  ...['build of one of a chain', 'cut short', 'incremental by remaining', 'incremental by fingerprint'],
  ...['incremental by foreign', 'table by commits', 'incremental none', 'merge none'],
  ...['doubled by rows that came', 'redoubled by rows that came'],
  ...['incremental by tail', 'merge by tail', 'arrive', 'flush', 'user arrives'],
  ...['append', 'build', 'delete', 'edit', 'foreign', 'merge', 'optimize', 'restore', 'users', 'vacuum'],
]

/** Every model read, as a whole and in part; and after a build of all, every table. */
async function check(world: Zoo, reading: CompleteReading, step: number, what: Happening): Promise<void> {
  const after = `after ${step}: ${JSON.stringify(what)}`
  const truth = await world.truth()
  const rowsIn = async (name: string, where?: string) => {
    const rows = truth.get(name)
    if (rows?.kind !== 'values') throw new Error(`no rows of ${name}`)
    if (where === undefined) return sorted(rows.rows)
    const text = `SELECT * FROM t WHERE ${where}`
    return sortedRows(duckdb, { kind: 'select', sql: text, from: { t: rows } }, world.context)
  }
  for (const name of exact) expect(await world.completed(name, reading), `${name} ${after}`).toEqual(await rowsIn(name))
  for (const [at, name] of names.entries()) {
    const turn = Math.floor(step / 3) + at
    const where = conditions[name][turn % conditions[name].length]
    if (where === undefined || (!long && at % 3 !== step % 3)) continue
    const asked = `SELECT * FROM ${name} WHERE ${where}`
    expect(await world.asked(asked), `${asked} ${after}`).toEqual(await rowsIn(name, where))
  }
  if (what.kind !== 'build' || what.models) return
  for (const name of stored) expect(await world.stored(name), `${name} stored ${after}`).toEqual(await rowsIn(name))
  await seeJoined(world)
}

test('at any moment a model is what its SELECT gives over the rows as they are', async () => {
  await fc.assert(
    fc.asyncProperty(histories(long ? 12 : 3), async (history) => {
      let world = await zoo(duckdb)
      for (const [step, what] of history.entries()) {
        if (what.kind === 'append' || what.kind === 'arrive') await seeRows(world, what.events)
        const done = await happen(world, what)
        world = done.world
        if (done.happened) see(what.kind === 'build' && what.models ? 'build of one of a chain' : what.kind)
        const reading = world.reading()
        await seeStale(world, reading)
        await check(world, reading, step, what)
      }
    }),
    {
      numRuns: long ? 1000 : 2,
      ...(long && { interruptAfterTimeLimit: 900_000 }),
      endOnFailure: true,
      examples: [[everything]],
    },
  )
  expect(required.filter((what) => !seen.has(what))).toEqual([])
}, 7_200_000)
