import { existsSync, globSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseColumn } from '../../src/core/columns.ts'
import type { Context } from '../../src/core/context.ts'
import type { MillEvent } from '../../src/core/events.ts'
import type { Query } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { applyDrop, planDrop } from '../../src/lake/drop.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { applyOptimize, planOptimize } from '../../src/lake/optimize.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { applyRestore, planRestore } from '../../src/lake/restore.ts'
import { readSnapshot, type Snapshot, tableExists } from '../../src/lake/snapshot.ts'
import { applyVacuum, planVacuum } from '../../src/lake/vacuum.ts'
import { addColumns, append, overwrite } from '../../src/lake/write.ts'
import { engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { rowsOf, tableLake } from './table-lake.ts'

const duckdb = await engine(400_000_000)
const hour = 3_600_000
const day = 24 * hour

/** A clock that starts at the real time, as the files of the disk do. */
function clock(): { readonly context: Context; advance(ms: number): void; readonly events: MillEvent[] } {
  let now = Date.now()
  const events: MillEvent[] = []
  const context: Context = { signal: new AbortController().signal, emit: (event) => events.push(event), now: () => now }
  const advance = (ms: number) => {
    now += ms
  }
  return { context, events, advance }
}

async function tableOf(
  context: Context,
  configuration: Record<string, string> = {},
  partitionBy: readonly string[] = [],
): Promise<Lake> {
  const lake = tableLake(await tempFolder(), duckdb)
  const columns = [parseColumn('p', 'varchar'), parseColumn('n', 'bigint')]
  await createTable(lake, 't', { columns, partitionBy, configuration }, context)
  return lake
}

const numbers = (from: number, to: number, p = 'x'): Query => ({
  sql: `SELECT '${p}' AS p, range AS n FROM range(${from}, ${to})`,
  from: {},
})
const parquet = (lake: Lake) => globSync('t/**/part-*.parquet', { cwd: lake.root }).length
const snapshotOf = (lake: Lake, context: Context, version?: number): Promise<Snapshot> =>
  readSnapshot(lake, 't', version === undefined ? {} : { version }, context)
const rows = async (lake: Lake, context: Context, version?: number) =>
  rowsOf(lake, relationOf(lake, await snapshotOf(lake, context, version)))

test('small files become one a partition, the rows stay, and a second time finds nothing to do', async () => {
  const { context } = clock()
  const lake = await tableOf(context, {}, ['p'])
  for (let at = 0; at < 6; at++)
    await append(lake, 't', numbers(at * 10, at * 10 + 10, at % 2 ? 'a' : 'b/c'), {}, context)
  await append(lake, 't', numbers(900, 901, 'alone'), {}, context)
  const before = await rows(lake, context)
  const plan = await planOptimize(lake, 't', {}, context)
  expect(plan).toMatchObject({
    version: 7,
    filesBefore: 7,
    filesAfter: 3,
    bins: [{ partition: { p: 'b/c' } }, { partition: { p: 'a' } }],
  })
  const done = await applyOptimize(lake, plan, context)
  expect(done).toMatchObject({ filesRemoved: 6, filesAdded: 2, binsSkipped: 0, snapshot: { version: 8 } })
  expect(await rows(lake, context)).toEqual(before)
  const last = await lake.store.read('t/_delta_log/00000000000000000008.json')
  expect(Buffer.from(last).toString()).not.toContain('"dataChange":true')
  expect((await planOptimize(lake, 't', {}, context)).bins).toEqual([])
  expect((await applyOptimize(lake, plan, context)).binsSkipped).toBe(2)
})

test('files are filled towards the target and large ones are left alone', async () => {
  const { context } = clock()
  const lake = await tableOf(context)
  for (const to of [100_000, 1_000, 1_001, 1_002, 1_003]) await append(lake, 't', numbers(0, to), {}, context)
  const sizes = [...(await snapshotOf(lake, context)).files.values()].map((file) => file.size)
  const targetBytes = (sizes[1] as number) * 2 - 10
  const plan = await planOptimize(lake, 't', { targetBytes }, context)
  // the small ones are above half the target; with more room two go into one
  expect(plan.bins).toEqual([])
  const wider = await planOptimize(lake, 't', { targetBytes: (sizes[1] as number) * 3 }, context)
  expect(wider.bins.map((bin) => bin.paths.length)).toEqual([2, 2])
  expect((await applyOptimize(lake, wider, context)).snapshot.files.size).toBe(3)
  expect(await rows(lake, context)).toHaveLength(104_006)
})

test('compaction disturbs no append, yields to it, and leaves out files that are gone', async () => {
  const { context } = clock()
  const lake = await tableOf(context, { 'delta.appendOnly': 'true' })
  for (let at = 0; at < 4; at++) await append(lake, 't', numbers(at, at + 1), {}, context)
  const plan = await planOptimize(lake, 't', {}, context)
  const both = [applyOptimize(lake, plan, context), append(lake, 't', numbers(50, 60), {}, context)]
  for (const work of both) await work
  expect(await rows(lake, context)).toHaveLength(14)

  const other = await tableOf(context)
  for (let at = 0; at < 3; at++) await append(other, 't', numbers(at, at + 1), {}, context)
  const stale = await planOptimize(other, 't', {}, context)
  await deleteWhere(other, 't', { sql: 'n = 1' }, {}, context)
  expect(await applyOptimize(other, stale, context)).toMatchObject({ binsSkipped: 1, filesRemoved: 0 })
  expect(await rows(other, context)).toEqual(['["x",0]', '["x",2]'])
})

test('a compaction that comes second to a deletion does not bring the rows back', async () => {
  const { context } = clock()
  const lake = await tableOf(context)
  for (let at = 0; at < 3; at++) await append(lake, 't', numbers(at, at + 1), {}, context)
  const plan = await planOptimize(lake, 't', {}, context)
  // the deletion comes between the staging of the compaction and its commit
  let once = true
  const meddled: Lake = {
    ...lake,
    queue: {
      ...lake.queue,
      run: async (table, work, kind) => {
        if (kind === 'upkeep' && once) {
          once = false
          await deleteWhere(lake, 't', { sql: 'n = 1' }, {}, context)
        }
        return lake.queue.run(table, work, kind)
      },
    },
  }
  expect(await applyOptimize(meddled, plan, context)).toMatchObject({ binsSkipped: 1, filesAdded: 0 })
  expect(await rows(lake, context)).toEqual(['["x",0]', '["x",2]'])
  expect(parquet(lake)).toBe(3)
})

test('vacuum deletes what has been gone for long enough, and what was never committed, and nothing else', async () => {
  const { context, advance } = clock()
  const lake = await tableOf(context, {}, ['p'])
  await append(lake, 't', numbers(0, 3), {}, context)
  await overwrite(lake, 't', numbers(5, 8), 'everything', {}, context)
  await lake.store.put('t/p=x/part-orphan.parquet', Buffer.from('orphan'))
  await lake.store.put('t/_millrace/ids/part-1.parquet', Buffer.from('ours'))
  await lake.store.put('t/README.md', Buffer.from('a note'))
  expect((await planVacuum(lake, 't', {}, context)).files).toEqual([])
  advance(6 * day)
  expect((await planVacuum(lake, 't', {}, context)).files).toEqual([])
  advance(2 * day)
  const [gone] = (await snapshotOf(lake, context, 1)).files.keys()
  const keep = await planVacuum(lake, 't', { keep: new Set([gone as string]) }, context)
  expect(keep.files.map((file) => file.path)).toEqual(['p=x/part-orphan.parquet'])
  const plan = await planVacuum(lake, 't', {}, context)
  expect(plan.files.map((file) => file.path).sort()).toEqual([gone, 'p=x/part-orphan.parquet'].sort())
  expect(parquet(lake)).toBe(4)
  expect(await applyVacuum(lake, plan, context)).toBe(2)
  expect(await rows(lake, context)).toEqual(['["x",5]', '["x",6]', '["x",7]'])
  expect(existsSync(join(lake.root, 't/README.md'))).toBe(true)
  expect(existsSync(join(lake.root, 't/_millrace/ids/part-1.parquet'))).toBe(true)
})

test('no retention is so short that a vacuum takes a file younger than an hour', async () => {
  const { context, advance } = clock()
  const lake = await tableOf(context, { 'delta.deletedFileRetentionDuration': 'interval 2 hours' })
  await append(lake, 't', numbers(0, 3), {}, context)
  await overwrite(lake, 't', numbers(5, 8), 'everything', {}, context)
  const forced = { retentionMs: 0 }
  advance(hour - 1000)
  expect((await planVacuum(lake, 't', forced, context)).files).toEqual([])
  advance(2000)
  expect((await planVacuum(lake, 't', {}, context)).files).toEqual([])
  expect((await planVacuum(lake, 't', forced, context)).files).toHaveLength(1)
  advance(hour)
  expect((await planVacuum(lake, 't', {}, context)).files).toHaveLength(1)
})

test('a file that was written long ago and removed just now is kept, one brought back meanwhile too', async () => {
  const { context, advance } = clock()
  const lake = await tableOf(context)
  await append(lake, 't', numbers(0, 3), {}, context)
  for (const file of globSync('t/*.parquet', { cwd: lake.root })) utimesSync(join(lake.root, file), 0, 0)
  await overwrite(lake, 't', numbers(5, 8), 'everything', {}, context)
  expect((await planVacuum(lake, 't', {}, context)).files).toEqual([])
  advance(8 * day)
  const plan = await planVacuum(lake, 't', {}, context)
  expect(plan.files).toHaveLength(1)
  await applyRestore(lake, await planRestore(lake, 't', { version: 1 }, context), {}, context)
  expect(await applyVacuum(lake, plan, context)).toBe(0)
  expect(await rows(lake, context)).toEqual(['["x",0]', '["x",1]', '["x",2]'])
})

test('partitions whose column begins with an underscore are vacuumed like others', async () => {
  const { context, advance } = clock()
  const lake = tableLake(await tempFolder(), duckdb)
  const columns = [parseColumn('_day', 'date'), parseColumn('n', 'bigint')]
  await createTable(lake, 't', { columns, partitionBy: ['_day'] }, context)
  const rowsAt = (n: number): Query => ({ sql: `SELECT DATE '2020-01-01' AS _day, ${n}::BIGINT AS n`, from: {} })
  await append(lake, 't', rowsAt(1), {}, context)
  await overwrite(lake, 't', rowsAt(2), 'everything', {}, context)
  advance(8 * day)
  expect((await planVacuum(lake, 't', {}, context)).files).toHaveLength(1)
})

test('a restore counts what it takes away, leaves txns alone and is a version of its own', async () => {
  const { context } = clock()
  const lake = await tableOf(context)
  await append(lake, 't', numbers(0, 3), { txns: [{ appId: 'files/s', version: 1n }] }, context)
  await append(lake, 't', numbers(3, 7), { txns: [{ appId: 'files/s', version: 2n }] }, context)
  await deleteWhere(lake, 't', { sql: 'n = 1' }, {}, context)
  await addColumns(lake, 't', [parseColumn('more', 'date')], context)
  const plan = await planRestore(lake, 't', { version: 1 }, context)
  expect(plan).toMatchObject({
    version: 4,
    to: 1,
    filesRestored: 1,
    filesRemoved: 2,
    rowsRestored: 3,
    rowsRemoved: 6,
    metadataChanges: true,
  })
  const after = await applyRestore(lake, plan, {}, context)
  expect(after).toMatchObject({ version: 5, txns: new Map([['files/s', 2n]]) })
  expect(await rows(lake, context)).toEqual(['["x",0]', '["x",1]', '["x",2]'])
  expect(await rows(lake, context, 4)).toHaveLength(6)
  expect((await applyRestore(lake, await planRestore(lake, 't', { version: 5 }, context), {}, context)).version).toBe(5)
})

test('a restore that was planned before another write is refused', async () => {
  const { context } = clock()
  const lake = await tableOf(context)
  await append(lake, 't', numbers(0, 3), {}, context)
  await overwrite(lake, 't', numbers(5, 8), 'everything', {}, context)
  const plan = await planRestore(lake, 't', { version: 1 }, context)
  await append(lake, 't', numbers(9, 10), {}, context)
  await expect(applyRestore(lake, plan, {}, context)).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' })
  expect(await rows(lake, context)).toEqual(['["x",5]', '["x",6]', '["x",7]', '["x",9]'])
  expect(parquet(lake)).toBe(3)
})

test('a vacuumed version is refused, with the earliest that is whole', async () => {
  const { context, advance } = clock()
  const lake = await tableOf(context)
  for (const at of [0, 10, 20]) await overwrite(lake, 't', numbers(at, at + 2), 'everything', {}, context)
  advance(8 * day)
  await overwrite(lake, 't', numbers(30, 32), 'everything', {}, context)
  await applyVacuum(lake, await planVacuum(lake, 't', {}, context), context)
  await expect(planRestore(lake, 't', { version: 1 }, context)).rejects.toMatchObject({
    code: 'VERSION_VACUUMED',
    fields: { version: 1, earliest: 3 },
  })
  expect((await planRestore(lake, 't', { version: 3 }, context)).rowsRestored).toBe(2)
})

test('a drop lists what goes and takes it all, also of a table that cannot be read', async () => {
  const { context } = clock()
  const lake = await tableOf(context)
  await append(lake, 't', numbers(0, 3), {}, context)
  await lake.store.put('t/_millrace/rejects/x.json', Buffer.from('{}'))
  await lake.store.put('t2/other.json', Buffer.from('{}'))
  const plan = await planDrop(lake, 't', context)
  expect(plan.files).toHaveLength(4)
  expect(plan.bytes).toBeGreaterThan(0)
  rmSync(join(lake.root, 't/_delta_log/00000000000000000000.json'))
  await expect(snapshotOf(lake, context)).rejects.toMatchObject({ code: 'TABLE_CORRUPT' })
  await applyDrop(lake, plan, context)
  expect(await tableExists(lake, 't', context)).toBe(false)
  expect(globSync('**/*.*', { cwd: lake.root })).toEqual(['t2/other.json'])
  await expect(planDrop(lake, 't', context)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
})

test('a drop that is cut short never leaves a table with rows missing', async () => {
  const { context } = clock()
  const lake = await tableOf(context, { 'delta.checkpointInterval': '2' })
  for (let at = 0; at < 5; at++) await append(lake, 't', numbers(at, at + 1), {}, context)
  const before = await rows(lake, context)
  const { files } = await planDrop(lake, 't', context)
  for (let calls = 0; calls < files.length; calls++) {
    let left = calls
    const copy = tableLake(await tempFolder(), duckdb)
    for (const file of files) await copy.store.put(`t/${file}`, await lake.store.read(`t/${file}`))
    const store = {
      ...copy.store,
      delete: async (path: string) => (left-- > 0 ? copy.store.delete(path) : Promise.reject(new Error('cut'))),
    }
    await expect(applyDrop({ ...copy, store }, await planDrop(copy, 't', context), context)).rejects.toThrow('cut')
    const found = await rows(copy, context).catch((error) => error.code)
    expect([before, 'TABLE_CORRUPT', 'TABLE_NOT_FOUND']).toContainEqual(found)
    await applyDrop(copy, await planDrop(copy, 't', context), context)
    expect(
      readdirSync(copy.root).filter((name) => name === 't' && globSync('t/**/*.*', { cwd: copy.root }).length > 0),
    ).toEqual([])
  }
})

test('every hundredth commit, or as the table says, writes a checkpoint from which the table is read', async () => {
  const { context, events } = clock()
  const lake = await tableOf(context, { 'delta.checkpointInterval': '5' })
  for (let at = 0; at < 12; at++) await append(lake, 't', numbers(at, at + 1), {}, context)
  const log = readdirSync(join(lake.root, 't/_delta_log'))
  expect(log.filter((name) => name.includes('checkpoint.parquet')).map((name) => Number(name.slice(0, 20)))).toEqual([
    5, 11,
  ])
  expect(events.filter((event) => event.type === 'table.checkpoint_failed')).toEqual([])
  for (let version = 0; version < 11; version++)
    rmSync(join(lake.root, `t/_delta_log/${String(version).padStart(20, '0')}.json`))
  expect(await rows(lake, context)).toHaveLength(12)
})

test('a checkpoint that fails does not fail the commit, and is tried again', async () => {
  const { context, events } = clock()
  const lake = await tableOf(context, { 'delta.checkpointInterval': '2' })
  const broken: Lake = { ...lake, store: { ...lake.store, putFile: () => Promise.reject(new Error('no')) } }
  for (let at = 0; at < 3; at++) await append(broken, 't', numbers(at, at + 1), {}, context)
  expect(events.filter((event) => event.type === 'table.checkpoint_failed')).toMatchObject([
    { version: 2, reason: 'no' },
    { version: 3 },
  ])
  const { snapshot } = await append(lake, 't', numbers(9, 10), {}, context)
  expect(snapshot).toMatchObject({ version: 4, checkpointVersion: 4 })
})
