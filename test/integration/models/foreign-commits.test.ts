import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSnapshot } from '../../../src/lake/snapshot.ts'
import { context } from '../../cli/project-folder.ts'
import { tableLake } from '../../lake/table-lake.ts'
import { builtProject, expectBuiltWhole, planned, stored, work } from '../../project/built-project.ts'
import { deltalake, duckdb, missing } from '../lake/foreign.ts'

type Row = Readonly<Record<string, string | number>>

/** Where a table lies: the models' and the declared ones in the lake, and one that is others'. */
const pathOf = (dir: string, table: string) => join(dir, table === 'clicks' ? 'theirs' : 'lake', table)

async function versionOf(dir: string, table: string): Promise<number> {
  return (await readSnapshot(tableLake(join(pathOf(dir, table), '..'), duckdb), table, {}, context)).version
}

/** Rows for deltalake: what they do not say is NULL. */
async function rowsFor(dir: string, table: string, rows: readonly Row[]) {
  const lake = tableLake(join(pathOf(dir, table), '..'), duckdb)
  const { columns } = await readSnapshot(lake, table, {}, context)
  return rows.map((row) => columns.map(({ name }) => row[name] ?? null))
}

async function write(dir: string, table: string, mode: 'append' | 'overwrite', ...rows: readonly Row[]) {
  await deltalake.ask('write', { path: pathOf(dir, table), mode, rows: await rowsFor(dir, table, rows) })
}

const remove = (dir: string, table: string, predicate: string) =>
  deltalake.ask('delete', { path: pathOf(dir, table), predicate })
const restore = (dir: string, table: string, version: number) =>
  deltalake.ask('restore', { path: pathOf(dir, table), version })

const moment = '2026-01-03 06:30:00+00:00'

/** What a plan says of one model, in its own words for programs. */
const reasonsOf = async (dir: string, model: string) =>
  (await planned(dir)).find((step) => step.model === model)?.reasons

describe.skipIf(missing)(missing ?? 'commits of deltalake to what models read', () => {
  test('an append makes stale the intervals and keys of its rows, and is named', async () => {
    const dir = await builtProject()
    const from = await versionOf(dir, 'events')
    await write(dir, 'events', 'append', { moment, who: 'u1', n: 5 }, { moment, who: 'new', n: 6 })
    expect(await work(dir)).toEqual({
      city_days: ['2026-01-03'],
      days: ['2026-01-03'],
      months: ['2026-01-01'],
      people: 2,
      totals: 'rebuild: commits',
    })
    expect(await reasonsOf(dir, 'days')).toEqual([
      expect.objectContaining({ input: 'events', why: 'commits', from, to: from + 1, operations: ['WRITE'], rows: 2 }),
    ])
    await expectBuiltWhole(dir)
  })

  test('a deletion makes stale what it rewrites, and a restoration of it that again, or nothing', async () => {
    const dir = await builtProject()
    const read = await versionOf(dir, 'events')
    await remove(dir, 'events', "who = 'u1'")
    expect(Object.keys(await work(dir))).toEqual(['city_days', 'days', 'months', 'people', 'totals'])
    expect(await reasonsOf(dir, 'people')).toEqual([
      expect.objectContaining({ input: 'events', why: 'commits', operations: ['DELETE'] }),
    ])
    // taken back before anything was built: all is as it was read
    await restore(dir, 'events', read)
    expect(await work(dir)).toEqual({})
    await remove(dir, 'events', "who = 'u1'")
    await expectBuiltWhole(dir)
    await restore(dir, 'events', read)
    expect(await reasonsOf(dir, 'people')).toEqual([
      expect.objectContaining({ input: 'events', why: 'commits', operations: ['RESTORE'] }),
    ])
    await expectBuiltWhole(dir)
  })

  test('an overwrite makes stale what was there and what is', async () => {
    const dir = await builtProject()
    await write(dir, 'events', 'overwrite', { moment: '2026-03-05 00:00:00+00:00', who: 'u9', n: 1 })
    const found = await work(dir)
    expect(found['days']).toHaveLength(40 + 1 + 1)
    expect(found).toMatchObject({ months: ['2026-01-01', '2026-02-01', '2026-03-01', null], people: 4 })
    await expectBuiltWhole(dir)
  })

  test('compaction makes nothing stale, and what is vacuumed away is taken for changed', async () => {
    const dir = await builtProject()
    await write(dir, 'events', 'append', { moment, who: 'u1', n: 5 })
    await expectBuiltWhole(dir)
    await deltalake.ask('optimize', { path: pathOf(dir, 'events') })
    expect(await work(dir)).toEqual({})
    await remove(dir, 'events', "who = 'u1'")
    await deltalake.ask('vacuum', { path: pathOf(dir, 'events'), hours: 0 })
    expect(await work(dir)).toMatchObject({ days: 'rebuild: unknown', people: 'rebuild: unknown' })
    await expectBuiltWhole(dir)
  })

  test('a change of a dimension makes all stale that reads it', async () => {
    const dir = await builtProject()
    await write(dir, 'customers', 'append', { who: 'u2', city: 'Nogales' })
    expect(await work(dir)).toEqual({ city_days: 'rebuild: dimension' })
    await expectBuiltWhole(dir)
    await remove(dir, 'customers', "who = 'u0'")
    expect(await work(dir)).toEqual({ city_days: 'rebuild: dimension' })
    await expectBuiltWhole(dir)
  })

  test('a table of others is an input like any other', async () => {
    const dir = await builtProject()
    const read = await versionOf(dir, 'clicks')
    await write(dir, 'clicks', 'append', { moment, who: 'u1' })
    expect(await work(dir)).toEqual({ clicked: ['2026-01-02 23:00'] })
    await expectBuiltWhole(dir)
    await remove(dir, 'clicks', "who = 'u1'")
    await expectBuiltWhole(dir)
    await restore(dir, 'clicks', read)
    await expectBuiltWhole(dir)
    await write(dir, 'clicks', 'overwrite', { moment, who: 'u1' })
    await expectBuiltWhole(dir)
  })
})

/** A row that no build has made. */
const theirs: Readonly<Record<string, Row>> = {
  city_days: { day: '2026-01-03', city: 'city 1', n: 1 },
  clicked: { hour: moment, n: 1 },
  days: { day: '2026-01-03', n: 1 },
  months: { month: '2026-01-01', n: 1 },
  people: { who: 'u1', n: 1 },
  totals: { events: 1, n: 1 },
}

const commits: Readonly<Record<string, (dir: string, table: string, row: Row) => Promise<unknown>>> = {
  WRITE: (dir, table, row) => write(dir, table, 'append', row),
  DELETE: (dir, table) => remove(dir, table, 'n > 0'),
  'WRITE over all': (dir, table, row) => write(dir, table, 'overwrite', row),
  RESTORE: (dir, table) => restore(dir, table, 0),
}

describe.skipIf(missing)(missing ?? 'commits of deltalake to the tables of models', () => {
  test.each(stored)('%s is stale as a whole after each, which is named, and is built anew', async (model) => {
    const dir = await builtProject()
    // so that there is a version to go back to
    await write(dir, 'events', 'append', { moment, who: 'u1', n: 5 })
    await write(dir, 'customers', 'append', { who: 'u2', city: 'Nogales' })
    await write(dir, 'clicks', 'append', { moment, who: 'u1' })
    await expectBuiltWhole(dir)
    for (const [name, commit] of Object.entries(commits)) {
      const from = await versionOf(dir, model)
      await commit(dir, model, theirs[model] as Row)
      const operation = name.split(' ')[0]
      expect(await reasonsOf(dir, model), name).toEqual([
        { input: model, why: 'foreign', from, to: from + 1, commits: 1, operations: [operation] },
      ])
      await expectBuiltWhole(dir)
    }
  })
})
