import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { buildsAnswer, checksAnswer } from '../../src/api/models.ts'
import { runsAnswer, runView } from '../../src/api/runs.ts'
import { stalenessAnswer } from '../../src/api/staleness.ts'
import { RunReport } from '../../src/project/run-report.ts'
import { runBook } from '../../src/project/runs.ts'
import { tend } from '../../src/project/tending.ts'
import { context } from '../cli/project-folder.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'varchar', happened: 'timestamptz', n: 'bigint' }, id: 'id', time: 'happened' }) },
})
`
const daily = `/*
kind: incremental
time: day
grain: day
*/
SELECT happened::date AS day, n FROM events`
const total = `/*
kind: table
checks: { expr: { not_negative: n >= 0 } }
*/
SELECT sum(n)::bigint AS n FROM daily`

async function shop() {
  const served = await serveProject({
    'millrace.config.ts': config,
    'models/daily.sql': daily,
    'models/total.sql': total,
    'models/shown.sql': 'SELECT n FROM total',
  })
  const { call, live } = served
  let id = 0
  const send = async (...events: { readonly happened: string; readonly n: number }[]) => {
    await call('/v1/streams/events', {
      method: 'POST',
      body: JSON.stringify(events.map((e) => ({ id: `${id++}`, ...e }))),
    })
  }
  const staleness = async () => {
    const { models } = stalenessAnswer.parse((await call('/v1/models/staleness')).json)
    return Object.fromEntries(models.map((model) => [model.model, model]))
  }
  const build = async (path: string, body?: object) =>
    call(path, { method: 'POST', ...(body && { body: JSON.stringify(body) }) })
  return { ...served, send, staleness, build, flush: () => live.flush() }
}

test('a model tells how stale it is, is built with what hangs on it, and is current', async () => {
  const { send, staleness, build, flush } = await shop()
  await send({ happened: '2026-01-05T09:00:00Z', n: 1 }, { happened: '2026-01-06T09:00:00Z', n: 2 })
  expect(await staleness()).toMatchObject({
    daily: { state: 'unbuilt', action: 'create', answers: 'live', waiting: 2, behind: null },
    total: { state: 'unbuilt', why: ['never built'] },
    shown: { state: 'view', answers: 'live', action: 'none' },
  })
  const built = await build('/v1/models/daily/build?wait=done', { downstream: true })
  expect(built.status).toBe(200)
  expect(runView.parse(built.json)).toMatchObject({
    kind: 'build',
    subject: 'daily+',
    by: 'somebody on this machine',
    outcome: 'done',
    summary: '2 built',
    models: [
      { model: 'daily', outcome: 'built', action: 'create', version: 0, rows_added: 2, error: null },
      { model: 'total', outcome: 'built', rows_added: 1 },
    ],
  })
  expect(await staleness()).toMatchObject({
    daily: { state: 'current', action: 'none', waiting: 0, why: [] },
    total: { state: 'current' },
  })
  await send({ happened: '2026-01-06T10:00:00Z', n: 3 })
  expect((await staleness())['daily']).toMatchObject({ state: 'current', waiting: 1 })
  await flush()
  const stale = await staleness()
  expect(stale).toMatchObject({
    daily: {
      state: 'stale',
      answers: 'live',
      action: 'intervals',
      intervals: { count: 1, first: '2026-01-06', last: '2026-01-06' },
      why: ['events: version 1 → 2 (WRITE)'],
      behind: { commits: 1, rows: 1, since: expect.any(String) },
    },
    total: { state: 'stale', answers: 'last_build', action: 'rebuild' },
    shown: { state: 'view', stale_inputs: ['total'] },
  })
})

test('runs are listed, the newest first, a page at a time', async () => {
  const { send, build, call } = await shop()
  await send({ happened: '2026-01-05T09:00:00Z', n: 1 })
  for (const name of ['daily', 'total']) await build(`/v1/models/${name}/build?wait=done`)
  await build('/v1/runs?wait=done', { select: ['daily'], full: true })
  const first = runsAnswer.parse((await call('/v1/runs?limit=2')).json)
  expect(first.runs.map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['daily, everything anew', 'done'],
    ['total', 'done'],
  ])
  const second = runsAnswer.parse((await call(`/v1/runs?limit=2&after=${first.next}`)).json)
  const { builds } = buildsAnswer.parse((await call('/v1/models/daily/builds')).json)
  expect(builds).toMatchObject([
    { version: 1, rows_added: 1, rows_removed: 1, elapsed_ms: expect.any(Number), by: 'somebody on this machine' },
    { version: 0, rows_added: 1 },
  ])
  expect((await call('/v1/models/dayly/builds')).json).toMatchObject({ code: 'NAME_UNKNOWN' })
  expect([second.runs.map(({ subject }) => subject), second.next]).toEqual([['daily'], null])
  const sql =
    'SELECT kind, subject, outcome, code, ended_at >= started_at FROM millrace.runs ORDER BY started_at LIMIT 1'
  expect((await build('/v1/query', { sql })).json.rows).toEqual([['build', 'daily', 'done', null, true]])
  expect(await call('/v1/runs/none')).toMatchObject({ status: 404, json: { code: 'RUN_UNKNOWN' } })
})

test('a check that keeps rows out is told, and what hangs on it is skipped', async () => {
  const { send, build, call, staleness } = await shop()
  await send({ happened: '2026-01-05T09:00:00Z', n: -1 })
  const { json } = await build('/v1/runs?wait=done')
  expect(runView.parse(json)).toMatchObject({
    outcome: 'failed',
    models: [
      { model: 'daily', outcome: 'built' },
      { model: 'total', outcome: 'blocked', error: { code: 'CHECK_FAILED', hint: expect.stringMatching(/mend/) } },
    ],
  })
  expect(await staleness()).toMatchObject({
    daily: { state: 'current', failing: null },
    total: { state: 'unbuilt', failing: { outcome: 'blocked', run: json.id, error: { code: 'CHECK_FAILED' } } },
    shown: { failing: null },
  })
  const [check] = checksAnswer.parse((await call('/v1/models/checks')).json).checks
  expect(check).toMatchObject({
    model: 'total',
    name: 'not_negative',
    severity: 'block',
    last: {
      outcome: 'failed',
      blocked: true,
      rows_failed: 1,
      rows_judged: 1,
      finding: expect.stringContaining('n >= 0'),
    },
  })
  // the rows were kept out, and are shown all the same
  const { json: rows } = await build('/v1/query', { sql: check?.sql })
  expect(rows).toMatchObject({ columns: [{ name: 'n' }], rows: [[-1]] })
})

test('a run that the server began of itself is cancelled like any other, which is no trouble', async () => {
  const { send, call, live, flush } = await shop()
  await send({ happened: '2026-01-05T09:00:00Z', n: 1 })
  await flush()
  const { engine } = live.project.lake
  const write = engine.write.bind(engine)
  const began = Promise.withResolvers<void>()
  engine.write = async (query, target, own) => {
    engine.write = write
    began.resolve()
    await once(own.signal, 'abort')
    return write(query, target, own)
  }
  const troubles: unknown[] = []
  await using _tending = tend(live, { buildMs: 20, onTrouble: (...trouble) => troubles.push(trouble) }, context)
  const newest = async () => runsAnswer.parse((await call('/v1/runs?limit=1')).json).runs
  await began.promise
  const [run] = await newest()
  expect(run).toMatchObject({ by: 'the server', outcome: 'running', cancellable: true })
  expect(runView.parse((await call(`/v1/runs/${run?.id}`, { method: 'DELETE' })).json)).toMatchObject({
    outcome: 'cancelled',
    cancellable: false,
    error: { code: 'RUN_CANCELLED' },
    models: [{ model: 'daily', outcome: 'cancelled' }],
  })
  // and is built in its time
  await expect.poll(newest, { timeout: 20_000 }).toMatchObject([{ by: 'the server', outcome: 'done' }])
  expect(troubles).toEqual([])
})

test('a run of another process is not cancelled here, and whoever asks is told', async () => {
  const { call, live } = await shop()
  const others = runBook(live.project.stateFolder)
  const { view } = new RunReport({ kind: 'build', subject: 'all models', by: 'cli' }, others, context)
  const { status, json } = await call(`/v1/runs/${view.id}`, { method: 'DELETE' })
  expect([status, json]).toMatchObject([409, { code: 'RUN_ELSEWHERE', hint: expect.stringContaining('Ctrl-C') }])
  const told = runView.parse((await call(`/v1/runs/${view.id}`)).json)
  expect(told).toMatchObject({ outcome: 'running', cancellable: false })
})

test('one run at a time: a second is refused, and the first is cancelled at its next safe point', async () => {
  const { send, build, call, live } = await shop()
  await send({ happened: '2026-01-05T09:00:00Z', n: 1 })
  const held = Promise.withResolvers<void>()
  const { models } = live
  live.models = async (context) => {
    await held.promise
    return models(context)
  }
  const first = await build('/v1/models/daily/build')
  expect([first.status, first.json.outcome]).toEqual([202, 'running'])
  expect(await build('/v1/models/total/build')).toMatchObject({
    status: 409,
    json: { code: 'RUN_BUSY', hint: expect.stringContaining(first.json.id) },
  })
  expect((await build('/v1/models/total/build')).headers.get('retry-after')).toBe('1')
  expect((await call(`/v1/runs/${first.json.id}`)).json).toMatchObject({ outcome: 'running', ended_at: null })
  const ended = call(`/v1/runs/${first.json.id}`, { method: 'DELETE' })
  held.resolve()
  expect((await ended).json).toMatchObject({ outcome: 'cancelled', error: { code: 'RUN_CANCELLED' } })
  // and the next one goes on
  expect((await build('/v1/models/daily/build?wait=done')).json).toMatchObject({ outcome: 'done' })
})

test('whoever cancels a run whose end cannot be written down is told what is broken, until it is not', async () => {
  const { build, call, live } = await shop()
  const held = Promise.withResolvers<void>()
  const { models } = live
  live.models = async (context) => {
    await held.promise
    return models(context)
  }
  const { id } = (await build('/v1/models/daily/build')).json
  using database = new DatabaseSync(join(live.project.stateFolder, 'state.db'))
  const says = `BEGIN SELECT RAISE(ABORT, 'the disk is away'); END`
  database.exec(`CREATE TRIGGER broken BEFORE INSERT ON runs ${says}`)
  const cancelled = call(`/v1/runs/${id}`, { method: 'DELETE' })
  held.resolve()
  const broken = { code: 'STATE_CORRUPT', message: expect.stringContaining('the disk is away') }
  expect((await cancelled).json).toMatchObject(broken)
  expect((await call(`/v1/runs/${id}`, { method: 'DELETE' })).json).toMatchObject(broken)
  expect((await call('/v1/runs')).json.runs).toMatchObject([{ id, outcome: 'cancelled' }])
  database.exec('DROP TRIGGER broken')
  expect((await call(`/v1/runs/${id}`, { method: 'DELETE' })).json).toMatchObject({ id, outcome: 'cancelled' })
})

test('how stale models are is told with what is kept of failing builds', async () => {
  const { staleness, live } = await shop()
  const since = '2026-01-05T09:00:00.000Z'
  live.failingBuilds = (models) =>
    new Map(models.map((model) => [model, { model, outcome: 'failed', since, run: 'one', error: null }]))
  expect(await staleness()).toMatchObject({ daily: { failing: { since } }, shown: { failing: null } })
})

test('a name that is no model is no run', async () => {
  const { build, call } = await shop()
  expect(await build('/v1/models/dayly/build')).toMatchObject({
    status: 404,
    json: { code: 'NAME_UNKNOWN', hint: expect.stringContaining('daily') },
  })
  expect((await call('/v1/runs')).json).toEqual({ runs: [], next: null })
})
