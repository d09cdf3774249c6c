import { expect } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { build, type ModelOutcome } from '../../src/models/build.ts'
import { planBuild } from '../../src/models/plan.ts'
import { columns } from '../engines/harness.ts'
import type { Scenario } from '../faults/scenario.ts'
import type { FaultCase } from '../faults/suite.ts'
import { type Operation, rowsIn } from '../lake/faulty-lake.ts'
import { context } from '../lake/log-lake.ts'
import { rowsOf, tableLake } from '../lake/table-lake.ts'
import { modelsOn, plainRows } from './models-on.ts'

/** SQL of rows for the table `events`. */
const eventsOf = (rows: readonly (readonly [string, string, number])[]) =>
  `SELECT CAST(moment AS TIMESTAMPTZ) AS moment, who, CAST(n AS BIGINT) AS n FROM (VALUES ${rows
    .map(([day, who, n]) => `('2026-01-${day} 12:00:00+00', '${who}', ${n})`)
    .join(', ')}) AS given(moment, who, n)`

const first = eventsOf([
  ['01', 'ann', 1],
  ['02', 'bob', 2],
  ['03', 'ann', 4],
])

/** A row of a day that is built, and one of another too. */
const late = eventsOf([['02', 'ann', 100]])
export const lateOfTwo = eventsOf([
  ['02', 'ann', 100],
  ['03', 'bob', 200],
])

/** A row of another day that is built. */
const later = eventsOf([['01', 'bob', 1000]])

export const daily = `/*
kind: incremental
time: day
grain: day
partition: [day]
*/
SELECT CAST(moment AS DATE) AS day, sum(n) AS n FROM events GROUP BY 1`

export const people = `/*
kind: merge
key: [who]
*/
SELECT who, sum(n) AS n FROM events GROUP BY who`

export const total = '/*\nkind: table\n*/\nSELECT sum(n) AS n FROM events'

export interface BuildScenario {
  readonly engine: Engine
  /** What is built before the late row comes. */
  readonly before?: Readonly<Record<string, string>>
  /** SQL of the rows that come late; without it one. */
  readonly comes?: string
  readonly models: Readonly<Record<string, string>>
  /** Models that a check keeps as they were. */
  readonly blocked?: readonly string[]
  /** Another row comes after the plan, and is no part of what is built. */
  readonly meanwhile?: boolean
  /** Models are built in several commits: between them a table has some intervals as they were, or not at all. */
  readonly inParts?: boolean
  /** What else must be there once a build has come to its end. */
  readonly also?: (lake: Lake) => Promise<void>
}

/** The rows of each model. */
type Tables = Readonly<Record<string, readonly string[] | undefined>>

/**
 * A build, disturbed: at any moment each table is as it was or as it will be, what is read of a model is what a plain
 * SELECT gives, and the next build ends where an undisturbed one would have. What has come to its end was made of one
 * version of `events`, whatever came to it meanwhile.
 */
export function buildScenario(given: BuildScenario): Scenario {
  const { engine, before, comes = late, models, blocked = [], meanwhile = false, inParts = false, also } = given
  const names = Object.keys(models)

  async function run(lake: Lake, of: BuildScenario['models'], between?: Operation): Promise<readonly ModelOutcome[]> {
    const site = await modelsOn(lake, of, 'UTC', context)
    const plan = await planBuild(site, {}, context)
    await between?.(lake)
    return build(site, plan, context)
  }

  async function runWell(lake: Lake, between?: Operation): Promise<void> {
    for (const each of await run(lake, models, between)) {
      if (each.outcome === 'failed') throw each.error
      if (each.outcome === 'blocked' && !blocked.includes(each.step.model)) throw each.error
    }
  }

  const tablesOf = (lake: Lake): Promise<Tables> => rowsOfEach((name) => rowsIn(lake, name))

  async function rowsOfEach(rows: (name: string) => Promise<readonly string[] | undefined>): Promise<Tables> {
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await rows(name)] as const)))
  }

  let old: Tables = {}
  // by version of `events`, as its rows are the same whenever that version is there
  const plain = new Map<number, Tables>()

  /** The rows of each model by plain SELECTs over `events` as it is now. */
  async function plainNow(lake: Lake): Promise<Tables> {
    const { version } = await readSnapshot(lake, 'events', {}, context)
    const reading = await modelsOn(lake, models, 'UTC', context)
    const known =
      plain.get(version) ?? (await rowsOfEach(async (name) => rowsOf(lake, await plainRows(reading, name, context))))
    plain.set(version, known)
    return known
  }

  async function look(lake: Lake, done: boolean): Promise<void> {
    const now = await plainNow(lake)
    const tables = await tablesOf(lake)
    const built = [...plain.values()]
    const reading = await modelsOn(lake, models, 'UTC', context)
    for (const name of names) {
      const read = await rowsOf(lake, await reading.rows(name, context))
      // what is made anew as a whole is as of its build
      const isTable = reading.graph.byName.get(name)?.kind === 'table'
      const allowed = isTable ? [old, now, ...built] : [now]
      expect(
        allowed.map((each) => each[name]),
        `${name} as it is read`,
      ).toContainEqual(read)
    }
    if (done) {
      await also?.(lake)
      if (!meanwhile) return lookDone(lake)
      const made = names.filter((name) => !blocked.includes(name) && reading.graph.byName.get(name)?.kind !== 'view')
      expect(built.map((each) => only(each, made))).toContainEqual(only(tables, made))
    }
    for (const name of names) {
      const allowed = (blocked.includes(name) ? [old] : [old, ...built]).map((each) => each[name])
      if (inParts) expect(allowed.flat(), name).toEqual(expect.arrayContaining([...(tables[name] ?? [])]))
      else expect(allowed, name).toContainEqual(tables[name])
    }
  }

  /** All that a build has to do is done. */
  async function lookDone(lake: Lake): Promise<void> {
    const reading = await modelsOn(lake, models, 'UTC', context)
    const { steps } = await planBuild(reading, {}, context)
    const work = steps.filter(({ model, action }) => action !== 'none' && !blocked.includes(model))
    expect(work.map(({ model }) => model)).toEqual([])
    const [tables, now] = [await tablesOf(lake), await plainNow(lake)]
    for (const { model } of steps)
      expect(tables[model], model).toEqual(blocked.includes(model) ? old[model] : now[model])
  }

  return {
    async prepare(folder) {
      const lake = tableLake(folder, engine)
      const types = { moment: 'timestamptz', who: 'varchar', n: 'bigint' }
      await createTable(lake, 'events', { columns: columns(types) }, context)
      await append(lake, 'events', { sql: first, from: {} }, {}, context)
      if (before) {
        await run(lake, before)
        await append(lake, 'events', { sql: comes, from: {} }, {}, context)
      }
      old = await tablesOf(lake)
      plain.clear()
      await plainNow(lake)
    },
    run: (folder, disk) => runWell(tableLake(folder, engine, disk), meanwhile ? appendLater : undefined),
    async check(folder, done) {
      const lake = tableLake(folder, engine)
      await look(lake, done)
      await runWell(lake)
      await lookDone(lake)
    },
  }
}

/** A row that comes once, however often it is sent. */
async function appendLater(lake: Lake): Promise<void> {
  const txns = [{ appId: 'later', version: 1n }]
  try {
    await append(lake, 'events', { sql: later, from: {} }, { txns }, context)
  } catch (error) {
    if (!isError(error, 'TXN_COVERED')) throw error
  }
}

function only(tables: Tables, names: readonly string[]): Tables {
  return Object.fromEntries(names.map((name) => [name, tables[name]]))
}

/** The syncs of a build of one model: of its files in `folders` of partitions, or of `files` in the table itself. */
export function syncsOf(
  table: string,
  given: { readonly isNew?: boolean; readonly folders?: readonly string[]; readonly files?: number } = {},
): Pick<FaultCase, 'needed' | 'spare'> {
  const { isNew = false, folders = [], files = 1 } = given
  const place = `lake/${table}`
  const part = 'part-*-*.parquet'
  const plain = Array.from({ length: files }, (_, at) => `file ${place}/${part}${at === 0 ? '' : ` ${at + 1}`}`)
  const written = folders.flatMap((folder) => [`file ${place}/${folder}/${part}`, `folder ${place}/${folder}`])
  const always = [
    // the intent, and the commit
    'file lake/.millrace-staging/*',
    'file lake/.millrace-staging/* 2',
    `folder ${place}/_delta_log`,
    `folder ${place}/_millrace/builds`,
    ...(folders.length > 0 ? written : plain),
  ]
  // what there was before is synced once more: its writer may have been killed
  const again = [
    `file lake/events/_delta_log/0000000000000000000${isNew ? 1 : 2}.json`,
    'folder .',
    'folder lake/events',
    'folder lake/events/_delta_log',
  ]
  const made = ['folder lake', `folder ${place}/_millrace`]
  const own = `folder ${place}`
  if (isNew) return { needed: [...always, ...made, own], spare: again }
  // the folders of its partitions are there
  if (folders.length > 0) return { needed: always, spare: [...again, ...made, own] }
  return { needed: [...always, own], spare: [...again, ...made] }
}
