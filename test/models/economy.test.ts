import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AddFile } from '../../src/lake/actions.ts'
import { changesBetween } from '../../src/lake/changes.ts'
import { createTable } from '../../src/lake/create.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { columns, engine } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { context } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { type CountingEngine, countingEngine } from './counting-engine.ts'
import { header } from './events-world.ts'
import { type World, worldOf } from './world.ts'

const duckdb = await engine()

const models = {
  // by the statistics of a column
  daily: `${header('kind: incremental', 'time: day', 'grain: day', 'partition: [day]')}
SELECT CAST(ts AS DATE) AS day, sum(amount) AS total FROM events GROUP BY 1`,
  // by the values of partitions
  by_day: `${header('kind: incremental', 'time: day', 'grain: day', 'partition: [day]')}
SELECT day, count(*) AS n FROM events GROUP BY day`,
  above: `${header('kind: incremental', 'time: day', 'grain: day', 'partition: [day]')}
SELECT day, total FROM daily WHERE total > 0`,
  timed: `${header('kind: incremental', 'time: ts', 'grain: day', 'partition: [day]')}
SELECT ts, CAST(ts AS DATE) AS day, amount FROM events`,
  of_timed: `${header('kind: incremental', 'time: day', 'grain: day', 'partition: [day]')}
SELECT day, sum(amount) AS total FROM timed GROUP BY day`,
  per_user: `${header('kind: merge', 'key: [user_id]', 'partition: [part]')}
SELECT user_id, user_id % 5 AS part, sum(amount) AS total FROM events GROUP BY user_id`,
}

interface Ground extends World {
  readonly counting: CountingEngine
  /** Files by table since the last time. */
  opened(table: string): readonly string[]
  late(): Promise<void>
}

/** A year of one event a day, each of another user, in these models; a day is a partition. */
async function year(...names: readonly (keyof typeof models)[]): Promise<Ground> {
  const root = await tempFolder()
  const counting = countingEngine(duckdb, root)
  const lake = tableLake(root, counting)
  const types = { ts: 'timestamptz', user_id: 'bigint', amount: 'bigint', day: 'date' }
  await createTable(lake, 'events', { columns: columns(types), partitionBy: ['day'] }, context)
  const day = (n: string) => `TIMESTAMPTZ '2023-01-01 00:00:00+00' + to_days(${n}) + to_minutes(90)`
  const of = (n: string) =>
    `${day(n)} AS ts, (${n})::BIGINT AS user_id, 1::BIGINT AS amount, CAST(${day(n)} AS DATE) AS day`
  await append(lake, 'events', { sql: `SELECT ${of('n::INTEGER')} FROM range(365) t(n)`, from: {} }, {}, context)
  const world = await worldOf(lake, Object.fromEntries(names.map((name) => [name, models[name]])), 'UTC', context)
  await world.build()
  const opened = (table: string) => counting.opened(table)
  for (const table of ['events', ...names]) opened(table)
  const late = async () => void (await append(lake, 'events', { sql: `SELECT ${of('100')}`, from: {} }, {}, context))
  return { ...world, counting, opened, late }
}

const lateDay = 'day=2023-04-11'
const oneForOne = { added: ['day,2023-04-11'], removed: ['day,2023-04-11'] }

const folders = (files: readonly string[]) => files.map((path) => path.split('/')[1])

/** Does something while all partitions but one are away, so that nothing could open them. */
async function without<T>({ lake }: World, table: string, kept: string, work: () => Promise<T>): Promise<T> {
  const [here, away] = [join(lake.root, table), join(lake.root, `${table} away`)]
  mkdirSync(away)
  const moved = readdirSync(here).filter((folder) => folder.includes('=') && folder !== kept)
  for (const folder of moved) renameSync(join(here, folder), join(away, folder))
  try {
    expect(moved.length).toBeGreaterThan(1)
    return await work()
  } finally {
    for (const folder of moved) renameSync(join(away, folder), join(here, folder))
    rmdirSync(away)
  }
}

/** Builds one model, and says in which partitions its commit has put files in the place of others. */
async function builds(world: Ground, model: string): Promise<{ added: readonly string[]; removed: readonly string[] }> {
  const { lake } = world
  const { version } = await readSnapshot(lake, model, {}, context)
  await world.build([model])
  const changes = await changesBetween(lake, version, await readSnapshot(lake, model, {}, context), context)
  const partitions = (files: Iterable<AddFile>) =>
    [...files].flatMap((file) => Object.entries(file.partitionValues).join())
  return { added: partitions(changes?.added.values() ?? []), removed: partitions(changes?.removed.values() ?? []) }
}

test.each(['daily', 'by_day'] as const)(
  'one late row in 365 days: %s opens the files of one interval and rewrites one partition',
  async (model) => {
    const world = await year(model)
    await world.late()
    const read = await without(world, 'events', lateDay, () => world.completed(model))
    expect(folders(world.opened('events'))).toEqual([lateDay, lateDay])
    expect(read).toEqual(await world.plain(model))
    world.opened('events')
    world.opened(model)
    const rewritten = await without(world, 'events', lateDay, () =>
      without(world, model, lateDay, () => builds(world, model)),
    )
    expect(rewritten).toEqual(oneForOne)
    expect(folders(world.opened('events'))).toEqual([lateDay, lateDay])
    // the old file, and the new one before it is committed
    expect(folders(world.opened(model))).toEqual([lateDay, lateDay])
    expect(await world.stored(model)).toEqual(await world.plain(model))
  },
)

test('one late row in 365 days goes through a chain by the files of its interval', async () => {
  const world = await year('daily', 'above')
  await world.late()
  const read = await without(world, 'events', lateDay, () =>
    without(world, 'daily', lateDay, () => world.completed('above')),
  )
  expect(folders(world.opened('events'))).toEqual([lateDay, lateDay])
  expect(folders(world.opened('daily'))).toEqual([lateDay])
  expect(read).toEqual(await world.plain('above'))
  expect(await builds(world, 'daily')).toEqual(oneForOne)
  world.opened('daily')
  expect(await without(world, 'daily', lateDay, () => builds(world, 'above'))).toEqual(oneForOne)
  expect(folders(world.opened('daily'))).toEqual([lateDay, lateDay])
  expect(await world.stored('above')).toEqual(await world.plain('above'))
})

test('what a stale model had is read from the files of its stale intervals, whatever its partitions are', async () => {
  const world = await year('timed', 'of_timed')
  await world.late()
  const read = await without(world, 'events', lateDay, () =>
    without(world, 'timed', lateDay, () => world.completed('of_timed')),
  )
  expect(folders(world.opened('timed'))).toEqual([lateDay])
  expect(read).toEqual(await world.plain('of_timed'))
})

test('one touched key opens the files that can hold it and rewrites those that do', async () => {
  const world = await year('per_user')
  await world.late()
  const read = await without(world, 'events', lateDay, () => world.completed('per_user'))
  expect(folders(world.opened('events'))).toEqual([lateDay, lateDay])
  expect(read).toEqual(await world.plain('per_user'))
  world.opened('events')
  world.opened('per_user')
  expect(await without(world, 'events', lateDay, () => builds(world, 'per_user'))).toEqual({
    // what is kept of the old file, and the key's new row
    added: ['part,0', 'part,0'],
    removed: ['part,0'],
  })
  expect(folders(world.opened('events'))).toEqual([lateDay, lateDay])
  expect(await world.stored('per_user')).toEqual(await world.plain('per_user'))
})

test('a filter that does not reach what is stale reads nothing of the inputs', async () => {
  const world = await year('daily', 'above', 'per_user')
  await world.late()
  const ask = async (sql: string) => {
    const answer = await world.asked(sql)
    const files = ['events', 'daily'].map((table) => world.opened(table).length)
    expect(answer, sql).toEqual(await world.plainlyAsked(sql))
    for (const table of ['events', 'daily']) world.opened(table)
    return files
  }
  const [before, later] = ["day < DATE '2023-04-11'", "day >= DATE '2023-12-30'"]
  expect(await ask(`SELECT * FROM daily WHERE ${before}`)).toEqual([0, 100])
  expect(await ask(`SELECT * FROM daily WHERE ${later}`)).toEqual([0, 2])
  expect(await ask("SELECT * FROM daily WHERE day = '2023-04-11'")).toEqual([2, 1])
  // of a chain, nor what it reads
  expect(await ask(`SELECT * FROM above WHERE ${later}`)).toEqual([0, 0])
  expect(await ask("SELECT * FROM above WHERE day = '2023-04-11'")).toEqual([2, 1])
  expect(await ask('SELECT * FROM per_user WHERE user_id IN (7, 99)')).toEqual([0, 0])
  expect(await ask('SELECT * FROM per_user WHERE user_id = 100')).toEqual([2, 0])
  expect(await ask('SELECT * FROM per_user WHERE total > 1')).toEqual([2, 0])
})
