import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import type { MillEvent } from '../../src/core/events.ts'
import type { Engine, Query } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { build } from '../../src/models/build.ts'
import type { Label } from '../../src/models/intervals.ts'
import type { BoundModel } from '../../src/models/model.ts'
import { planBuild } from '../../src/models/plan.ts'
import type { Stale } from '../../src/models/site.ts'
import { readIntent, readState } from '../../src/models/state.ts'
import { columns, engine } from '../engines/harness.ts'
import { context } from '../lake/log-lake.ts'
import { rowsOf, tableLake } from '../lake/table-lake.ts'
import { tempFolder } from '../temp-folder.ts'
import { graphOf, plainSite } from './plain-site.ts'

const duckdb = await engine(400_000_000)
const query = (sql: string): Query => ({ sql, from: {} })

/** Events at noon of the first three days of 2026, and at no time at all. */
async function lakeOfEvents(): Promise<Lake> {
  const lake = tableLake(await tempFolder(), duckdb)
  await createTable(
    lake,
    'events',
    { columns: columns({ moment: 'timestamptz', who: 'varchar', n: 'bigint' }) },
    context,
  )
  const rows = `SELECT TIMESTAMPTZ '2026-01-01 12:00:00Z' + to_days(i::INTEGER) AS moment, 'u' || (i % 2) AS who, i AS n FROM range(3) r(i) UNION ALL SELECT NULL, 'u0', 9`
  await append(lake, 'events', query(rows), {}, context)
  return lake
}

const daily = `/*
kind: incremental
time: day
grain: day
partition: [day]
*/
SELECT CAST(moment AS DATE) AS day, sum(n) AS n FROM events GROUP BY 1`

interface Run {
  readonly stale?: (model: BoundModel) => Stale
  readonly on?: Context
  readonly full?: boolean
  readonly select?: readonly string[]
}

async function run(
  lake: Lake,
  models: Readonly<Record<string, string>>,
  { stale, on = context, full, select }: Run = {},
) {
  const graph = await graphOf(lake, models, 'UTC', on)
  const site = plainSite(lake, graph, 'UTC', stale)
  const options = { ...(full && { full }), ...(select && { select: new Set(select) }) }
  const plan = await planBuild(site, options, on)
  return { plan, graph, outcomes: await build(site, plan, on) }
}

/** Outcomes in short: `daily built`, `daily failed CODE`, `daily skipped other`. */
function brief({ outcomes }: Awaited<ReturnType<typeof run>>): readonly string[] {
  return outcomes.map((each) => {
    const text = `${each.step.model} ${each.outcome}`
    if (each.outcome === 'skipped') return `${text} ${each.because}`
    return each.outcome === 'failed' || each.outcome === 'blocked' ? `${text} ${each.error.code}` : text
  })
}

const snapshotOf = (lake: Lake, table: string) => readSnapshot(lake, table, {}, context)
const stored = async (lake: Lake, table: string) => rowsOf(lake, relationOf(lake, await snapshotOf(lake, table)))
const some = (...labels: readonly Label[]): Run => ({ stale: () => ({ kind: 'some', labels, reasons: [] }) })
const added = (lake: Lake, rows: string) => append(lake, 'events', query(rows), {}, context)

test('a first build makes the table with its rows in one commit, which says what it was made from', async () => {
  const lake = await lakeOfEvents()
  const { graph, plan, outcomes } = await run(lake, { daily })
  expect(plan.steps).toMatchObject([
    { model: 'daily', action: 'create', reads: { files: 1, rows: 4 }, rewrites: { files: 0 }, after: [] },
  ])
  expect(outcomes).toMatchObject([
    { outcome: 'built', built: { version: 0, commits: 1, rowsAdded: 4, rowsRemoved: 0 } },
  ])
  expect(await stored(lake, 'daily')).toEqual(['["2026-01-01",0]', '["2026-01-02",1]', '["2026-01-03",2]', '[null,9]'])
  const snapshot = await snapshotOf(lake, 'daily')
  expect(snapshot.partitionColumns).toEqual(['day'])
  const events = await snapshotOf(lake, 'events')
  expect(await readState(lake, snapshot, context)).toEqual({
    build: 1n,
    builtVersion: 0,
    fingerprint: graph.byName.get('daily')?.fingerprint,
    inputs: new Map([[events.metadata.id, 1]]),
    remaining: [],
  })
  expect(await readIntent(lake, 'daily', 1n, context)).toEqual({ labels: 'all', remaining: [] })
})

test('intervals are replaced, rows of no time as one of them, and no other file is touched', async () => {
  const lake = await lakeOfEvents()
  await run(lake, { daily })
  const before = await snapshotOf(lake, 'daily')
  await added(
    lake,
    `SELECT TIMESTAMPTZ '2026-01-02 01:00:00Z' AS moment, 'u1' AS who, 100 AS n UNION ALL SELECT NULL, 'x', 1`,
  )
  const { plan, outcomes } = await run(lake, { daily }, some('2026-01-02', null))
  expect(plan.steps).toMatchObject([
    { action: 'intervals', labels: ['2026-01-02', null], rewrites: { files: 2, rows: 2 } },
  ])
  expect(outcomes).toMatchObject([{ built: { version: 1, commits: 1, rowsAdded: 2, rowsRemoved: 2 } }])
  expect(await stored(lake, 'daily')).toEqual([
    '["2026-01-01",0]',
    '["2026-01-02",101]',
    '["2026-01-03",2]',
    '[null,10]',
  ])
  const after = await snapshotOf(lake, 'daily')
  expect([...before.files.keys()].filter((path) => after.files.has(path))).toHaveLength(2)
  expect(await readIntent(lake, 'daily', 2n, context)).toEqual({ labels: ['2026-01-02', null], remaining: [] })
})

test('an interval that has no rows any more is emptied', async () => {
  const lake = await lakeOfEvents()
  await run(lake, { daily })
  const { outcomes } = await run(lake, { daily: `${daily} HAVING sum(n) > 1` }, some('2026-01-02'))
  expect(outcomes).toMatchObject([{ built: { rowsAdded: 0, rowsRemoved: 1 } }])
  expect(await stored(lake, 'daily')).toEqual(['["2026-01-01",0]', '["2026-01-03",2]', '[null,9]'])
})

test('a rebuild has the columns and partitions of the model as it is now, in one commit', async () => {
  const lake = await lakeOfEvents()
  await run(lake, { daily })
  const other = daily.replace('partition: [day]', 'partition: [who]').replace('sum(n) AS n', 'who, sum(n) AS total')
  const { plan, outcomes } = await run(lake, { daily: `${other}, 2` })
  expect(plan.steps).toMatchObject([{ action: 'rebuild', rewrites: { files: 4, rows: 4 } }])
  expect(outcomes).toMatchObject([{ built: { version: 1, rowsRemoved: 4 } }])
  const after = await snapshotOf(lake, 'daily')
  expect(after.columns.map((column) => column.name)).toEqual(['day', 'who', 'total'])
  expect(after.partitionColumns).toEqual(['who'])
  expect(await stored(lake, 'daily')).toHaveLength(4)
})

test('touched keys are replaced, and go where they have no rows left', async () => {
  const lake = await lakeOfEvents()
  const people = `/*
kind: merge
key: [who]
*/
SELECT who, sum(n) AS n FROM events GROUP BY who HAVING sum(n) > 0`
  await run(lake, { people })
  await added(lake, "SELECT NULL::TIMESTAMPTZ AS moment, 'u1' AS who, -1 AS n UNION ALL SELECT NULL, 'u3', 7")
  const keys = { kind: 'values', columns: columns({ who: 'varchar' }), rows: [['u1'], ['u3']] } as const
  const { plan, outcomes } = await run(
    lake,
    { people },
    { stale: () => ({ kind: 'keys', keys, count: 2, reasons: [] }) },
  )
  expect(plan.steps).toMatchObject([{ action: 'keys', keys: { count: 2 } }])
  expect(outcomes).toMatchObject([{ built: { version: 1, rowsAdded: 1, rowsRemoved: 1 } }])
  expect(await stored(lake, 'people')).toEqual(['["u0",11]', '["u3",7]'])
})

test('a model that merges has one row a key, also when all of it is built', async () => {
  const lake = await lakeOfEvents()
  const model = '/*\nkind: merge\nkey: [who]\n*/\nSELECT who, n FROM events'
  const [outcome] = (await run(lake, { model })).outcomes
  expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'KEY_NOT_UNIQUE' } })
  expect(existsSync(join(lake.root, 'model', '_delta_log'))).toBe(false)
})

test('a table is made anew whole, a view is nothing to build, and what is current is left alone', async () => {
  const lake = await lakeOfEvents()
  const models = {
    seen: 'SELECT who, n FROM events WHERE moment IS NOT NULL',
    total: '/*\nkind: table\n*/\nSELECT sum(n) AS n FROM seen',
  }
  expect(brief(await run(lake, models))).toEqual(['total built'])
  expect(await stored(lake, 'total')).toEqual(['[3]'])
  expect(existsSync(join(lake.root, 'seen'))).toBe(false)
  await added(lake, "SELECT TIMESTAMPTZ '2026-01-01 00:00:00Z' AS moment, 'u1' AS who, 4 AS n")
  expect(brief(await run(lake, models, { stale: () => ({ kind: 'none' }) }))).toEqual(['total current'])
  expect(await stored(lake, 'total')).toEqual(['[3]'])
  expect(brief(await run(lake, models, { stale: () => ({ kind: 'none' }), full: true }))).toEqual(['total built'])
  expect(await stored(lake, 'total')).toEqual(['[7]'])
})

test('more partitions than a commit takes are several commits, each of which says what remains', async () => {
  const lake = await lakeOfEvents()
  const from = "TIMESTAMPTZ '2020-01-01 00:00:00Z' + to_days(i::INTEGER)"
  await added(lake, `SELECT ${from} AS moment, 'u' AS who, 1 AS n FROM range(520) r(i)`)
  const { outcomes } = await run(lake, { daily })
  expect(outcomes).toMatchObject([{ built: { version: 1, commits: 2, rowsAdded: 524 } }])
  expect(await stored(lake, 'daily')).toHaveLength(524)
  const intents = await Promise.all([1n, 2n].map((build) => readIntent(lake, 'daily', build, context)))
  expect(intents.map((intent) => intent?.remaining.length)).toEqual([24, 0])
  expect(intents.map((intent) => intent?.labels?.length)).toEqual(['all'.length, 24])
})

test('intervals are cut finer where each falls into several partitions', async () => {
  const lake = await lakeOfEvents()
  const from = "TIMESTAMPTZ '2020-01-01 00:00:00Z' + to_days(i::INTEGER)"
  await added(lake, `SELECT ${from} AS moment, 'u' AS who, 1 AS n FROM range(7) r(i)`)
  const finer = daily.replace('partition: [day]', 'partition: [day, part]')
  const parts = finer.replace('sum(n) AS n FROM events GROUP BY 1', 'i AS part, n FROM events, range(70) r(i)')
  const { outcomes } = await run(lake, { daily: parts })
  expect(outcomes).toMatchObject([{ outcome: 'built', built: { commits: 2, rowsAdded: 770 } }])
  expect(await stored(lake, 'daily')).toHaveLength(770)
})

test('one interval, or a table that is made anew, with more partitions than a commit takes is refused', async () => {
  const lake = await lakeOfEvents()
  const wide = '/*\nkind: table\npartition: [i]\n*/\nSELECT i, n FROM events, range(501) r(i)'
  expect(brief(await run(lake, { wide }))).toEqual(['wide failed TOO_MANY_PARTITIONS'])
  const day = daily
    .replace('partition: [day]', 'partition: [i]')
    .replace('n FROM events', 'n, i FROM events, range(501) r(i) WHERE n = 0')
  expect(brief(await run(lake, { daily: `${day}, i` }))).toEqual(['daily failed TOO_MANY_PARTITIONS'])
  expect(globSync('**/*.parquet', { cwd: lake.root }).filter((path) => !path.startsWith('events'))).toEqual([])
})

test('a failure leaves its table as it was, skips what hangs on it and names it; the rest goes on', async () => {
  const lake = await lakeOfEvents()
  const table = (sql: string) => `/*\nkind: table\n*/\n${sql}`
  const good = { a: table('SELECT sum(n) AS n FROM events'), b: 'SELECT n FROM a', c: table('SELECT n FROM b') }
  const rest = { d: table('SELECT n FROM c'), other: table('SELECT who FROM events') }
  expect(brief(await run(lake, { ...good, ...rest }))).toEqual(['a built', 'c built', 'd built', 'other built'])
  const events: MillEvent[] = []
  const on = { ...context, emit: (event: MillEvent) => events.push(event) }
  const wrong = { ...good, a: table('SELECT sum(n) * 9223372036854775807 AS n FROM events') }
  expect(brief(await run(lake, { ...wrong, ...rest }, { on }))).toEqual([
    'a failed INTEGER_OVERFLOW',
    'c skipped a',
    'd skipped a',
    'other built',
  ])
  expect(await stored(lake, 'a')).toEqual(['[12]'])
  expect((await snapshotOf(lake, 'a')).version).toBe(0)
  expect(events).toContainEqual(expect.objectContaining({ type: 'model.failed', model: 'a', code: 'INTEGER_OVERFLOW' }))
  expect(events).toContainEqual(expect.objectContaining({ type: 'model.built', model: 'other', rowsAdded: 4 }))
})

test('a check that fails keeps the rows out, also those of a first build', async () => {
  const lake = await lakeOfEvents()
  const checked = daily.replace('*/', 'checks:\n  not_null: [day]\n*/')
  expect(brief(await run(lake, { daily: checked }))).toEqual(['daily blocked CHECK_FAILED'])
  expect(existsSync(join(lake.root, 'daily/_delta_log'))).toBe(false)
  await run(lake, { daily })
  expect(brief(await run(lake, { daily: checked }, some(null)))).toEqual(['daily blocked CHECK_FAILED'])
  expect(brief(await run(lake, { daily: checked }, some('2026-01-02')))).toEqual(['daily built'])
})

test('a table that holds rows of others is not overwritten, and an own one not when others wrote to it meanwhile', async () => {
  const lake = await lakeOfEvents()
  await createTable(lake, 'daily', { columns: columns({ day: 'varchar', n: 'bigint' }) }, context)
  expect(brief(await run(lake, { daily }))).toEqual(['daily built'])
  await createTable(lake, 'taken', { columns: columns({ day: 'varchar', n: 'bigint' }) }, context)
  await append(lake, 'taken', query("SELECT 'x' AS day"), {}, context)
  await expect(run(lake, { taken: daily })).rejects.toMatchObject({
    code: 'MODEL_TABLE_TAKEN',
    fields: { difference: 'its column `day` is varchar, the model gives date' },
  })
  const graph = await graphOf(lake, { daily }, 'UTC', context)
  const site = plainSite(lake, graph, 'UTC', () => ({ kind: 'some', labels: ['2026-01-02'], reasons: [] }))
  const plan = await planBuild(site, {}, context)
  await append(lake, 'daily', query("SELECT DATE '2026-02-01' AS day"), {}, context)
  const [outcome] = await build(site, plan, context)
  expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'MODEL_OUTPUT_CHANGED' } })
  expect((await snapshotOf(lake, 'daily')).version).toBe(2)
})

test('an abort ends the build with its reason, and leaves nothing behind', async () => {
  const lake = await lakeOfEvents()
  const stop = new AbortController()
  const reason = new Error('enough')
  const slow =
    '/*\nkind: table\n*/\nSELECT count(*) AS n FROM events, range(100000000) a(i), range(1000) b(j) WHERE i <> j'
  const on: Context = { ...context, signal: stop.signal }
  const stopping: Engine = {
    name: duckdb.name,
    can: duckdb.can,
    describe: (query, within) => duckdb.describe(query, within),
    run: (query, within) => duckdb.run(query, within),
    readColumns: (query, within) => duckdb.readColumns(query, within),
    close: () => duckdb.close(),
    write(query, target, within) {
      const writing = duckdb.write(query, target, within)
      stop.abort(reason)
      return writing
    },
  }
  const models = { slow, later: '/*\nkind: table\n*/\nSELECT n FROM slow' }
  await expect(run({ ...lake, engine: stopping }, models, { on })).rejects.toBe(reason)
  expect(globSync('{slow,later}/**/*.{parquet,crc}', { cwd: lake.root })).toEqual([])
  expect(existsSync(join(lake.root, 'slow/_delta_log'))).toBe(false)
})
