import fc from 'fast-check'
import type { Context } from '../../src/core/context.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { mergeByKey } from '../../src/lake/merge.ts'
import { applyOptimize, planOptimize } from '../../src/lake/optimize.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { applyRestore, planRestore } from '../../src/lake/restore.ts'
import { readSnapshot, tableExists } from '../../src/lake/snapshot.ts'
import { applyVacuum, planVacuum } from '../../src/lake/vacuum.ts'
import { append, overwrite } from '../../src/lake/write.ts'
import { commitRows } from '../../src/models/build/commit-rows.ts'
import { planBuild } from '../../src/models/plan.ts'
import { freeze } from '../../src/query/frozen.ts'
import { contextOf } from '../engines/harness.ts'
import { edited, stored, type Zoo, zone } from './zoo.ts'

export interface Event {
  readonly id: number
  /** Seconds after the start of one of the weeks; undefined: no time. */
  readonly at: number | undefined
  readonly week: number
  readonly user: number
  readonly amount: number
}

/** The Friday before the clocks go forward, that before they go back, and the ends of two years, within weeks. */
const starts = [Date.UTC(2019, 2, 29), Date.UTC(2019, 9, 25), Date.UTC(2019, 11, 30), Date.UTC(1969, 11, 30)]
const days = 4

/** What may happen to tables that models read, and to the models. */
export type Happening =
  /** `arrive`: to a stream, which stores them at the next `flush`; a whole build flushes first. */
  | { readonly kind: 'append' | 'merge' | 'arrive'; readonly events: readonly Event[] }
  | { readonly kind: 'delete'; readonly where: string }
  | { readonly kind: 'flush' }
  | { readonly kind: 'users' | 'user arrives'; readonly user: number; readonly country: string }
  | { readonly kind: 'optimize' | 'vacuum'; readonly table: string }
  | { readonly kind: 'restore'; readonly back: number }
  | { readonly kind: 'build'; readonly models?: readonly string[] }
  | { readonly kind: 'cut short'; readonly model: string }
  | { readonly kind: 'foreign'; readonly model: string }
  | { readonly kind: 'edit'; readonly model: (typeof edited)[number] }

const event: fc.Arbitrary<Event> = fc.record({
  id: fc.nat(30),
  at: fc.option(
    fc.oneof(
      fc.nat(days * 86_400),
      fc.nat(days * 24).map((hour) => hour * 3600),
      // where clocks are changed, in the first two of the weeks
      fc.nat(4 * 3600).map((second) => 2 * 86_400 - 3600 + second),
    ),
    { nil: undefined, freq: 12 },
  ),
  week: fc.nat(starts.length - 1),
  user: fc.nat(4),
  amount: fc.nat(20),
})

const events = fc.uniqueArray(event, { minLength: 1, maxLength: 6, selector: ({ id }) => id })
const cut = ['daily', 'joined', 'doubled', 'redoubled', 'local_days', 'around', 'recent', 'minutes'] as const

/** One happening; the first of a history are appends and builds, so that there is something to be changed. */
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('append'), events }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge'), events }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('arrive'), events }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('user arrives'), user: fc.nat(4), country: fc.constantFrom('MX', 'DE') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('delete'),
      where: fc.oneof(
        fc.nat(4).map((user) => `user_id = ${user}`),
        fc.nat(30).map((id) => `id = ${id}`),
        fc.constant('ts IS NULL'),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('users'), user: fc.nat(4), country: fc.constantFrom('MX', 'DE') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('optimize'),
      table: fc.constantFrom('events', 'events', 'daily', 'joined', 'per_user'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('vacuum'), table: fc.constantFrom('events', 'daily') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore'), back: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'build' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('build'),
      models: fc.subarray([...stored], { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut short'), model: fc.constantFrom(...cut) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('foreign'), model: fc.constantFrom(...stored) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit'), model: fc.constantFrom(...edited) }) },
) as fc.Arbitrary<Happening>

export function histories(length: number): fc.Arbitrary<readonly Happening[]> {
  const start = events.map((rows): Happening[] => [{ kind: 'append', events: rows }, { kind: 'build' }])
  return fc.tuple(start, fc.array(happening, { minLength: length, maxLength: length })).map((parts) => parts.flat())
}

/** Files that nothing refers to are gone an hour later. */
const later: Context = { ...contextOf(), now: () => 1_800_000_000_000 + 400 * 86_400_000 }

/** Local days of events, in the project's zone; null where one has no time. */
export function daysOf(events: readonly Event[]): readonly (string | null)[] {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  return events.map(({ at, week }) => (at === undefined ? null : day.format((starts[week] ?? 0) + at * 1000)))
}

/** The hour that clocks show twice. */
export function inRepeatedHour({ at, week }: Event): boolean {
  const ms = (starts[week] ?? 0) + (at ?? 0) * 1000
  return at !== undefined && ms >= Date.UTC(2019, 9, 27) && ms < Date.UTC(2019, 9, 27, 2)
}

/** Lets it happen, and says whether anything has come of it. */
export async function happen(
  world: Zoo,
  what: Happening,
): Promise<{ readonly world: Zoo; readonly happened: boolean }> {
  if (what.kind === 'edit') return { world: await world.edit(what.model), happened: true }
  return { world, happened: await change(world, what) }
}

async function change(world: Zoo, what: Exclude<Happening, { readonly kind: 'edit' }>): Promise<boolean> {
  const { lake, context } = world
  switch (what.kind) {
    case 'append':
      await append(lake, 'events', rowsOf(what.events), {}, context)
      return true
    case 'merge':
      return mergeByKey(lake, 'events', { key: ['id'], rows: rowsOf(what.events) }, {}, context).then(() => true, twice)
    case 'delete':
      return (await deleteWhere(lake, 'events', { sql: what.where }, {}, context)).rowsDeleted > 0
    case 'arrive':
      arrive(world, 'events', rowsOf(what.events))
      return true
    case 'user arrives': {
      const users = await world.reading().rows('users', context)
      const sql = `SELECT 1 FROM users WHERE user_id = ${what.user}`
      if ((await collect(await lake.engine.run({ sql, from: { users } }, context))).length > 0) return false
      arrive(world, 'users', userRow(what))
      return true
    }
    case 'flush':
      return flush(world)
    case 'users': {
      const rows = userRow(what)
      // one row a user
      await flush(world)
      await mergeByKey(lake, 'users', { key: ['user_id'], rows }, {}, context)
      return true
    }
    case 'optimize': {
      if (!(await tableExists(lake, what.table, context))) return false
      const plan = await planOptimize(lake, what.table, {}, context)
      await applyOptimize(lake, plan, context)
      return plan.bins.length > 0
    }
    case 'vacuum':
      if (!(await tableExists(lake, what.table, context))) return false
      return (await applyVacuum(lake, await planVacuum(lake, what.table, { retentionMs: 3_600_000 }, later), later)) > 0
    case 'restore': {
      const { version } = await readSnapshot(lake, 'events', {}, context)
      const plan = planRestore(lake, 'events', { version: Math.max(0, version - what.back) }, context)
      return plan.then((found) => applyRestore(lake, found, {}, context)).then(() => true, vacuumed)
    }
    case 'build':
      if (!what.models) await flush(world)
      await world.build(what.models)
      return true
    case 'cut short':
      return cutShort(world, what.model)
    case 'foreign': {
      if (!(await tableExists(lake, what.model, context))) return false
      const stored = relationOf(lake, await readSnapshot(lake, what.model, {}, context))
      const some = { sql: 'SELECT * FROM stored USING SAMPLE 1 ROWS', from: { stored } }
      await overwrite(lake, what.model, some, 'everything', {}, context)
      return true
    }
    default:
      return what satisfies never
  }
}

function arrive({ tail }: Zoo, table: string, { sql, from }: ReturnType<typeof userRow>): void {
  const rows: Relation = { kind: 'select', sql, from }
  const before = tail.get(table)
  tail.set(table, before ? { kind: 'union', of: [before, rows] } : rows)
}

async function flush({ tail, lake, context }: Zoo): Promise<boolean> {
  const flushed = [...tail]
  for (const [table, rows] of flushed) {
    await append(lake, table, { sql: 'SELECT * FROM t', from: { t: rows } }, {}, context)
    tail.delete(table)
  }
  return flushed.length > 0
}

function userRow({ user, country }: { readonly user: number; readonly country: string }) {
  return { sql: `SELECT ${user}::BIGINT AS user_id, '${country}' AS country`, from: {} }
}

/** A build of which only the first of two commits comes about. */
async function cutShort(world: Zoo, model: string): Promise<boolean> {
  const { context, graph } = world
  const site = world.reading(freeze())
  const [step] = (await planBuild(site, { select: new Set([model]) }, context)).steps
  const bound = graph.byName.get(model)
  const labels = step?.labels ?? []
  if (!bound || step?.action !== 'intervals' || labels.length < 2) return false
  const part = { kind: 'labels', labels: labels.slice(0, 1) } as const
  await commitRows(site, bound, step.version, { part, whole: false, remaining: labels.slice(1) }, context)
  return true
}

function rowsOf(given: readonly Event[]) {
  const rows = given.map(({ id, at, week, user, amount }) => {
    const time = at === undefined ? 'NULL' : `'${new Date((starts[week] ?? 0) + at * 1000).toISOString()}'`
    return `(${id}::BIGINT, ${time}::TIMESTAMPTZ, ${user}::BIGINT, ${amount}::BIGINT)`
  })
  return { sql: `SELECT * FROM (VALUES ${rows.join(', ')}) AS v(id, ts, user_id, amount)`, from: {} }
}

/** Ids may be there twice: the same delivery again. */
function twice(error: unknown): false {
  if ((error as { code?: string }).code === 'KEY_NOT_UNIQUE') return false
  throw error
}

function vacuumed(error: unknown): false {
  if ((error as { code?: string }).code === 'VERSION_VACUUMED') return false
  throw error
}
