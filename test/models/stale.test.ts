import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import { writeCheckpoint } from '../../src/lake/checkpoint.ts'
import { createTable } from '../../src/lake/create.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { applyDrop, planDrop } from '../../src/lake/drop.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { applyOptimize, planOptimize } from '../../src/lake/optimize.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import type { Stale } from '../../src/models/site.ts'
import { intentPath } from '../../src/models/state.ts'
import { freeze } from '../../src/query/frozen.ts'
import { columns, engine } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { context } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { type World, worldOf } from './world.ts'

const duckdb = await engine()
const header = (lines: string) => `/*\n${lines}\n*/\n`
const models = {
  daily: `${header('kind: incremental\ntime: day\ngrain: day')}
SELECT CAST(ts AS DATE) AS day, sum(amount) AS total FROM events GROUP BY 1`,
  named: `${header('kind: incremental\ntime: ts\ngrain: hour')}
SELECT ts, amount, name FROM events LEFT JOIN users USING (user_id)`,
  careless: `${header('kind: incremental\ntime: ts\ngrain: day\non_dimension_change: ignore')}
SELECT ts, amount, name FROM events LEFT JOIN users USING (user_id)`,
  hourly: `${header('kind: incremental\ntime: hour\ngrain: hour\nlookback: 1 hour')}
SELECT date_trunc('hour', ts) AS hour, count(*) AS n FROM named GROUP BY 1`,
  monthly: `${header('kind: incremental\ntime: month\ngrain: month')}
SELECT CAST(date_trunc('month', day) AS DATE) AS month, sum(total) AS total FROM daily GROUP BY 1`,
  per_user: `${header('kind: merge\nkey: [user_id]')}
SELECT user_id, sum(amount) AS total FROM events GROUP BY user_id`,
  per_total: `${header('kind: merge\nkey: [total]')}
SELECT total, count(*) AS n FROM per_user GROUP BY total`,
  every: `${header('kind: table')}SELECT count(*) AS n FROM events`,
}

async function built(): Promise<World> {
  const lake = tableLake(await tempFolder(), duckdb)
  const types = { ts: 'timestamptz', user_id: 'bigint', amount: 'bigint' }
  await createTable(lake, 'events', { columns: columns(types) }, context)
  await createTable(lake, 'users', { columns: columns({ user_id: 'bigint', name: 'varchar' }) }, context)
  await append(lake, 'events', rows(['2024-01-01 10:00:00', 1, 5], ['2024-02-02 11:30:00', 2, 7]), {}, context)
  const world = await worldOf(lake, models, 'UTC', context)
  await world.build()
  return world
}

function rows(...given: readonly [ts: string | null, user: number, amount: number][]) {
  const values = given.map(([ts, user, amount]) => {
    const time = ts === null ? 'NULL' : `'${ts}+00'`
    return `(${time}::TIMESTAMPTZ, ${user}::BIGINT, ${amount}::BIGINT)`
  })
  return { sql: `SELECT * FROM (VALUES ${values.join(', ')}) v(ts, user_id, amount)`, from: {} }
}

const user = { sql: "SELECT 1::BIGINT AS user_id, 'ana' AS name", from: {} }

async function staleIn({ graph, reading }: World, name: string): Promise<Stale> {
  const model = graph.byName.get(name)
  if (!model) throw new Error(`no model ${name}`)
  return reading().stale(model, context)
}

/** What is stale in short: the labels, how many keys, or why all. */
async function shortly(world: World, name: string) {
  const stale = await staleIn(world, name)
  if (stale.kind === 'some') return stale.labels
  if (stale.kind === 'keys') return stale.count
  return stale.kind === 'all' ? [...new Set(stale.reasons.map(({ why }) => why))].join() : 'none'
}

async function all(world: World): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const name of Object.keys(models)) found[name] = await shortly(world, name)
  return found
}

const nothing = Object.fromEntries(Object.keys(models).map((name) => [name, 'none']))

/** Takes away every commit before the newest checkpoint, which is that of the newest version. */
async function forget(lake: Lake, table: string): Promise<void> {
  const snapshot = await readSnapshot(lake, table, {}, context)
  await writeCheckpoint(lake, snapshot, context)
  for (let version = 0; version <= snapshot.version; version++) await lake.store.delete(commitPath(table, version))
}

test('what is built is current, also by checkpoints alone, and after its own compaction', async () => {
  const world = await built()
  expect(await all(world)).toEqual(nothing)
  for (const table of ['events', 'users', ...Object.keys(models)]) await forget(world.lake, table)
  expect(await all(world)).toEqual(nothing)
  const again = await built()
  await append(again.lake, 'events', rows(['2024-01-01 10:30:00', 1, 1]), {}, context)
  await again.build()
  for (const table of ['events', 'daily'])
    await applyOptimize(again.lake, await planOptimize(again.lake, table, {}, context), context)
  expect(await all(again)).toEqual(nothing)
})

test('new rows make their intervals and keys stale, through models as well, and the reason says what came', async () => {
  const world = await built()
  await append(world.lake, 'events', rows(['2024-01-01 23:10:00', 2, 1], [null, 3, 1]), {}, context)
  expect(await all(world)).toEqual({
    daily: ['2024-01-01', null],
    named: ['2024-01-01 23:00', null],
    careless: ['2024-01-01', null],
    // a row at 23:10 is read for the hour that begins 50 minutes after it
    hourly: ['2024-01-01 23:00', '2024-01-02 00:00', null],
    monthly: ['2024-01-01', null],
    per_user: 2,
    // totals of 7 and 8 for user 2, of 1 for user 3
    per_total: 3,
    every: 'commits',
  })
  const { files, ...stale } = await staleIn(world, 'daily').then((found) => {
    if (found.kind !== 'some') throw new Error(found.kind)
    const [reason] = found.reasons
    return { files: reason?.files, ...reason }
  })
  expect([files, stale]).toEqual([
    1,
    {
      input: 'events',
      from: 1,
      to: 2,
      why: 'commits',
      commits: 1,
      operations: ['WRITE'],
      rows: 2,
      bytes: expect.any(Number),
    },
  ])
  expect(await staleIn(world, 'monthly')).toMatchObject({ reasons: [{ input: 'daily', to: 0, why: 'upstream' }] })
})

test('rows that go make their intervals and keys stale', async () => {
  const world = await built()
  await deleteWhere(world.lake, 'events', { sql: 'user_id = 2' }, {}, context)
  expect(await shortly(world, 'daily')).toEqual(['2024-01-01', '2024-02-02'])
  expect(await shortly(world, 'per_user')).toBe(2)
})

test('a change of a dimension makes all stale, unless it is to be ignored', async () => {
  const world = await built()
  await append(world.lake, 'users', user, {}, context)
  expect(await all(world)).toEqual({ ...nothing, named: 'dimension', hourly: 'upstream' })
})

test('a build of a model tells those that read it which intervals it has replaced', async () => {
  const world = await built()
  await append(world.lake, 'events', rows(['2024-01-01 23:10:00', 2, 1]), {}, context)
  await world.build(['daily', 'named', 'per_user'])
  expect(await all(world)).toEqual({
    ...nothing,
    careless: ['2024-01-01'],
    hourly: ['2024-01-01 23:00', '2024-01-02 00:00'],
    monthly: ['2024-01-01'],
    per_total: 3,
    every: 'commits',
  })
})

test('what was built over rows that no table has stays stale until one has', async () => {
  const world = await built()
  await append(world.lake, 'events', rows(['2024-01-01 23:10:00', 2, 1]), {}, context)
  await world.build(['monthly', 'per_total'])
  // the row goes again before daily has ever seen it
  await deleteWhere(world.lake, 'events', { sql: 'user_id = 2 AND amount = 1' }, {}, context)
  expect(await shortly(world, 'daily')).toBe('none')
  expect([await shortly(world, 'monthly'), await shortly(world, 'per_total')]).toEqual([['2024-01-01'], 'remaining'])
  for (const model of ['monthly', 'per_total']) expect(await world.completed(model)).toEqual(await world.plain(model))
  await world.build()
  expect(await all(world)).toEqual(nothing)
})

test('commits of others to a model make it stale as a whole', async () => {
  const world = await built()
  await deleteWhere(world.lake, 'daily', { sql: "day = DATE '2024-01-01'" }, {}, context)
  expect([await shortly(world, 'daily'), await shortly(world, 'monthly')]).toEqual(['foreign', 'commits,upstream'])
})

test('what can no longer be told is taken for changed', async () => {
  const world = await built()
  await append(world.lake, 'events', rows(['2024-03-01 10:00:00', 1, 1]), {}, context)
  await forget(world.lake, 'events')
  expect(await shortly(world, 'daily')).toBe('unknown')
  expect(await shortly(world, 'careless')).toBe('unknown')
  await world.build()
  expect(await all(world)).toEqual(nothing)
  await world.lake.store.delete(intentPath('daily', 2n))
  expect(await shortly(world, 'daily')).toBe('remaining')
})

test('a table in the place of another is new, and so is the first one when it comes back', async () => {
  const world = await built()
  const { lake } = world
  const first = await readSnapshot(lake, 'users', {}, context)
  cpSync(join(lake.root, 'users'), join(lake.root, 'kept'), { recursive: true })
  await applyDrop(lake, await planDrop(lake, 'users', context), context)
  expect([await shortly(world, 'careless'), await shortly(world, 'daily')]).toEqual(['new', 'none'])
  await world.build()
  expect(await all(world)).toEqual(nothing)
  await createTable(lake, 'users', { columns: first.columns }, context)
  expect(await shortly(world, 'named')).toBe('new')
  await world.build()
  expect(await all(world)).toEqual(nothing)
  await applyDrop(lake, await planDrop(lake, 'users', context), context)
  cpSync(join(lake.root, 'kept'), join(lake.root, 'users'), { recursive: true })
  expect(await shortly(world, 'named')).toBe('new')
})

test('a model that says something else now is stale as a whole, and so is one that was never built', async () => {
  const world = await built()
  const { lake } = world
  const other = { ...models, daily: models.daily.replace('sum(amount)', 'min(amount)'), fresh: models.daily }
  const changed = await worldOf(lake, other, 'UTC', context)
  expect([await shortly(changed, 'daily'), await shortly(changed, 'fresh')]).toEqual(['fingerprint', 'new'])
  for (const model of ['daily', 'monthly', 'fresh'])
    expect(await changed.completed(model)).toEqual(await changed.plain(model))
})

test('an input that was frozen before the model was built anew is read again', async () => {
  const world = await built()
  const { lake, graph } = world
  const frozen = freeze()
  await frozen.snapshot({ name: 'events', lake, table: 'events' }, context)
  await append(lake, 'events', rows(['2024-03-01 10:00:00', 1, 1]), {}, context)
  await world.build()
  const daily = graph.byName.get('daily')
  if (!daily) throw new Error('no model daily')
  const late = await world
    .reading(frozen)
    .stale(daily, context)
    .catch((error: unknown) => error)
  expect(isError(late, 'INPUT_BEHIND') && late.fields).toMatchObject({ table: 'events', version: 1, model: 'daily' })
})
