import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { buildModels, planModels } from '../../src/project/building.ts'
import { ledgerOf } from '../../src/project/ledger.ts'
import { type LiveProject, openLive } from '../../src/project/live.ts'
import { type OpenProject, openProject } from '../../src/project/open.ts'
import { query } from '../../src/query/query.ts'
import { context, projectFolder } from '../cli/project-folder.ts'
import { json, millrace } from '../cli/terminal.ts'
import { tempFolder } from '../temp-folder.ts'

async function withLive<T>(dir: string, work: (live: LiveProject, project: OpenProject) => Promise<T>): Promise<T> {
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  return await work(live, project)
}

async function ask(live: LiveProject, { lake }: OpenProject, sql: string): Promise<readonly (readonly unknown[])[]> {
  return collect(await query(await live.catalog(context), lake.engine, sql, live.freezing, context))
}

const shop = `import { column, defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  timezone: 'America/Hermosillo',
  streams: {
    events: stream({
      columns: { event_id: 'uuid', at: column('timestamptz not null', { format: '%Y-%m-%d %H:%M:%S UTC' }), type: 'varchar not null', price: 'decimal(12,2)' },
      id: 'event_id',
      time: 'at',
      times: 'any',
      partitionBy: { day: 'at' },
      unknown: 'keep',
      rules: { price_not_negative: 'price >= 0' },
    }),
  },
})
`

test('events of a project are in its queries at once, and in its tables when it is closed', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  const lines = [
    '{"at":"2019-11-17 08:44:00 UTC","type":"view","price":1.5,"more":[1]}',
    '{"event_id":"5A39B3B5-0000-4000-8000-000000000001","at":"2019-11-17T08:44:00-07:00","type":"cart","price":NaN}',
    '{"at":"2019-11-17 08:44:00 UTC","type":"view","price":-1}',
    '{"at":"yesterday","type":"view"}',
  ]
  const asked = 'SELECT type, price, _day, extra FROM events ORDER BY type'
  const rows = [
    ['cart', null, '2019-11-17', null],
    ['view', '1.50', '2019-11-17', '{"more":[1]}'],
  ]
  await withLive(dir, async (live, project) => {
    const answer = await live.take('events', Buffer.from(lines.join('\n')), { lines: true })
    expect(answer).toMatchObject({ accepted: 3, rejected: [{ index: 3, column: 'at', code: 'type' }] })
    expect(await ask(live, project, asked)).toEqual(rows)
    expect(await ask(live, project, 'SELECT count(DISTINCT event_id) FROM events')).toEqual([[2n]])
    const again = await live.take('events', Buffer.from(lines[1] ?? ''), { lines: true })
    expect(again).toMatchObject({ accepted: 0, duplicates: 1 })
    await expect(live.take('evnts', Buffer.from('{}'), { lines: true })).rejects.toMatchObject({ code: 'NAME_UNKNOWN' })
  })
  await withLive(dir, async (live, project) => {
    expect(await ask(live, project, asked)).toEqual(rows)
    expect(await live.take('events', Buffer.from(lines[1] ?? ''), { lines: true })).toMatchObject({ duplicates: 1 })
    const rejects = await ask(live, project, 'SELECT "table", line, code, raw FROM millrace.rejects ORDER BY line')
    expect(rejects).toEqual([
      ['events', 2n, 'rule:price_not_negative', expect.stringContaining('"price":-1')],
      ['events', 3n, 'type', lines[3]],
    ])
  })
})

test.each([
  ['', ['past', 'future']],
  ["times: { past: '10 days', future: '3 days' },", ['past', 'older']],
  ["times: 'any',", []],
])('events of times that are not expected are rejects: %s', async (times, refused) => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop.replace("times: 'any',", times))
  const day = 86_400_000
  const offsets = { past: -401 * day, older: -11 * day, now: 0, future: 2 * day }
  const events = Object.entries(offsets).map(([type, ms]) => ({ at: new Date(Date.now() + ms).toISOString(), type }))
  await withLive(dir, async (live, project) => {
    const answer = await live.take('events', Buffer.from(JSON.stringify(events)), { lines: false })
    expect(answer.rejected.map(({ index, column, code }) => [events[index]?.type, column, code])).toEqual(
      refused.map((type) => [type, 'at', 'time_range']),
    )
    expect(await ask(live, project, 'SELECT count(*) FROM events')).toEqual([[BigInt(4 - refused.length)]])
  })
})

test('whoever waits is told what the rules refuse, wherever a flush has brought it', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  const at = '2019-11-17T08:44:00Z'
  const events = [{ at, type: 'a', price: -1 }, { at, type: 'b' }, { at: 'noon' }, { at, type: 'c', price: -2 }]
  const body = Buffer.from(JSON.stringify(events))
  await withLive(dir, async (live) => {
    const told = [
      [0, 'rule:price_not_negative'],
      [2, 'type'],
      [3, 'rule:price_not_negative'],
    ]
    expect(await live.take('events', body, { lines: false })).toMatchObject({ accepted: 3 })
    for (let round = 0; round < 5; round++) {
      const taking = live.take('events', body, { lines: false, visible: true })
      const [taken] = await Promise.all([taking, round > 0 ? live.flush() : undefined])
      expect(taken.rejected.map(({ index, code }) => [index, code])).toEqual(told)
      expect(taken).toMatchObject({ accepted: 1, duplicates: 0, conflicts: 0 })
    }
  })
})

test('a request that is sent again under its key gives its events the same ids', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  await withLive(dir, async (live, project) => {
    const body = Buffer.from(
      '[{"at":"2019-11-17T08:44:00Z","type":"view"},{"at":"2019-11-17T08:44:00Z","type":"view"}]',
    )
    expect(await live.take('events', body, { lines: false, key: 'k1' })).toMatchObject({ accepted: 2, duplicates: 0 })
    expect(await live.take('events', body, { lines: false, key: 'k1' })).toMatchObject({ accepted: 0, duplicates: 2 })
    expect(await live.take('events', body, { lines: false, key: 'k2' })).toMatchObject({ accepted: 2 })
    expect(await live.take('events', body, { lines: false })).toMatchObject({ accepted: 2 })
    await live.flush()
    expect(await ask(live, project, 'SELECT count(*), count(DISTINCT event_id) FROM events')).toEqual([[6n, 6n]])
  })
})

test('a model has what was acknowledged too', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models', 'types.sql'), 'SELECT type, count(*) AS n FROM events GROUP BY type')
  await withLive(dir, async (live, project) => {
    const event = (type: string) => Buffer.from(JSON.stringify({ at: '2019-11-17T08:44:00Z', type }))
    await live.take('events', event('view'), { lines: false })
    expect(await ask(live, project, 'SELECT type, n FROM types')).toEqual([['view', 1n]])
    await live.take('events', event('cart'), { lines: false })
    await live.take('events', event('view'), { lines: false })
    expect(await ask(live, project, 'SELECT type, n FROM types ORDER BY n')).toEqual([
      ['cart', 1n],
      ['view', 2n],
    ])
    await live.take('events', Buffer.from('{"type":"view"}'), { lines: false })
    expect(await ask(live, project, 'SELECT count(*) FROM millrace.rejects')).toEqual([[1n]])
  })
})

test('a load finds the ids of what a killed server has left in its log', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  const id = '5a39b3b5-0000-4000-8000-000000000001'
  {
    await using project = await openProject(dir, { access: 'write', command: 'test' })
    const live = await openLive(project, context)
    await live.take('events', Buffer.from(`{"event_id":"${id}","at":"2019-11-17T08:44:00Z","type":"view"}`), {
      lines: false,
    })
    // as a process that is killed: nothing is flushed, and the lock is free
  }
  writeFileSync(join(dir, 'more.csv'), `event_id,at,type,price\n${id},2019-11-17 08:44:00 UTC,view,\n`)
  const { status, stdout } = await millrace(['load', 'events', join(dir, 'more.csv'), '--project', dir, '--json'])
  expect(status).toBe(0)
  expect(json(stdout)[0]).toMatchObject({ stored: 0, duplicate: 1 })
  const found = await millrace(['query', 'SELECT count(*) AS n FROM events', '--project', dir])
  expect(json(found.stdout)).toEqual([{ n: 1 }])
})

test('a query on the command line has what a killed server has left, and says what it cannot have', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  const event = Buffer.from('{"at":"2019-11-17T08:44:00Z","type":"view"}')
  const words = ['query', 'SELECT count(*) AS n FROM events', '--project', dir]
  {
    await using project = await openProject(dir, { access: 'write', command: 'test' })
    const live = await openLive(project, context)
    await live.take('events', event, { lines: false })
    const beside = await millrace(words)
    expect(json(beside.stdout)).toEqual([{ n: 0 }])
    expect(beside.stderr).toMatch(/the newest events of the streams are not in this answer: process \d+ writes/)
  }
  const held = { access: 'write', command: 'test' } as const
  const after = await millrace(words)
  expect([json(after.stdout), after.stderr]).toEqual([[{ n: 1 }], ''])
  // nothing is left to be read: nobody's lock is asked for
  await using _ = await openProject(dir, held)
  expect((await millrace(words)).stderr).toBe('')
})

test('files and events fill the same table', async () => {
  const dir = await projectFolder()
  await withLive(dir, async (live, project) => {
    await live.take('events', Buffer.from('{"at":"2026-01-05T09:00:00Z","type":"view","price":"1.00"}'), {
      lines: false,
    })
    expect(await ask(live, project, 'SELECT count(*), sum(price) FROM events')).toEqual([[1n, '1.00']])
  })
})

const dayModel = `/*
kind: incremental
time: day
grain: day
*/
SELECT CAST("at" AT TIME ZONE 'America/Hermosillo' AS DATE) AS day, count(*) AS n, sum(price) AS price
FROM events GROUP BY day`
const kindModel = `/*
kind: merge
key: [type]
*/
SELECT type, count(*) AS n FROM events GROUP BY type`

test('models are current with every event, and nothing is committed for it', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models', 'days.sql'), dayModel)
  writeFileSync(join(dir, 'models', 'kinds.sql'), kindModel)
  writeFileSync(join(dir, 'models', 'seen.sql'), 'SELECT d.day, k.type, k.n FROM days d CROSS JOIN kinds k')
  const event = (hour: number, type: string) => `{"at":"2019-11-17T${hour}:00:00Z","type":"${type}","price":1.5}`
  await withLive(dir, async (live, project) => {
    const take = (...events: readonly string[]) => live.take('events', Buffer.from(events.join('\n')), { lines: true })
    const all = async () => ({
      days: await ask(live, project, 'SELECT * FROM days ORDER BY day'),
      kinds: await ask(live, project, 'SELECT * FROM kinds ORDER BY type'),
      seen: await ask(live, project, 'SELECT count(*) FROM seen'),
    })
    await take(event(10, 'view'), event(11, 'view'))
    const one = { days: [['2019-11-17', 2n, '3.00']], kinds: [['view', 2n]], seen: [[1n]] }
    expect(await all()).toEqual(one)
    await live.flush()
    expect(await all()).toEqual(one)
    const { plan, site } = await planModels(project, {}, context)
    await buildModels({ plan, site }, context)
    expect(await all()).toEqual(one)
    const version = async () => (await readSnapshot(project.lake, 'events', {}, context)).version
    const before = await version()
    await take(event(12, 'cart'), '{"at":"2019-11-19T08:00:00Z","type":"view"}')
    expect(await all()).toEqual({
      days: [
        ['2019-11-17', 3n, '4.50'],
        ['2019-11-19', 1n, null],
      ],
      kinds: [
        ['cart', 1n],
        ['view', 3n],
      ],
      seen: [[4n]],
    })
    expect(await version()).toBe(before)
    // a model that is written anew
    writeFileSync(join(dir, 'models', 'kinds.sql'), kindModel.replace('count(*)', 'count(*) * 10'))
    await expect
      .poll(async () => (await all()).kinds)
      .toEqual([
        ['cart', 10n],
        ['view', 30n],
      ])
  })
})

test('all that one query reads of a stream is of one moment', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models', 'days.sql'), dayModel)
  writeFileSync(join(dir, 'models', 'kinds.sql'), kindModel)
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context, { flushRows: 200 })
  const stop = new AbortController()
  const sent = (async () => {
    for (let at = 0; !stop.signal.aborted; at++)
      await live.take('events', Buffer.from(`{"at":"2019-11-${10 + (at % 9)}T12:00:00Z","type":"view"}`), {
        lines: true,
      })
  })()
  const asked = 'SELECT (SELECT count(*) FROM events), (SELECT sum(n) FROM days), (SELECT sum(n) FROM kinds)'
  let last = 0n
  try {
    for (let at = 0; at < 12; at++) {
      const [row] = await ask(live, project, asked)
      const [events, days, kinds] = (row ?? []).map((count) => BigInt(`${count ?? 0}`)) as [bigint, bigint, bigint]
      expect({ days, kinds }).toEqual({ days: events, kinds: events })
      expect(events).toBeGreaterThanOrEqual(last)
      last = events
      if (at === 4) await buildModels(await planModels(project, {}, context), context)
    }
  } finally {
    stop.abort()
    await sent
  }
  expect(last).toBeGreaterThan(50n)
})

test('the ledger closes beside a server, in SQL, and after it was killed', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), shop)
  const event = (price: number) => JSON.stringify({ at: '2019-11-17T08:44:00Z', type: 'view', price })
  {
    await using project = await openProject(dir, { access: 'write', command: 'test' })
    const live = await openLive(project, context)
    const stream = () => ledgerOf(live.project, context).then(({ streams }) => streams[0])
    expect(await stream()).toMatchObject({ received: 0, closes: true })
    await live.take('events', Buffer.from([event(1), event(-1), '{"at":1}'].join('\n')), { lines: true })
    expect(await stream()).toMatchObject({
      received: 3,
      accepted: 2,
      rejected: 1,
      pending: 2,
      rejects_open: 1,
      closes: true,
    })
    const sql = 'SELECT pending, rejected_by_rule, closes FROM millrace.ledger'
    expect(await ask(live, project, sql)).toEqual([[2n, 0n, true]])
    await live.flush()
    expect(await ask(live, project, sql)).toEqual([[0n, 1n, true]])
    await live.take('events', Buffer.from(event(3)), { lines: true })
  }
  const { status, stdout } = await millrace(['ledger', '--project', dir, '--json'])
  expect([status, json(stdout)]).toMatchObject([
    0,
    [{ received: 4, pending: 1, stored: 1, rejects_open: 2, closes: true }],
  ])
})
