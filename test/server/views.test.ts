import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Ledger, ledger } from '../../src/api/ledger.ts'
import { modelsAnswer } from '../../src/api/models.ts'
import { rejectsAnswer } from '../../src/api/rejects.ts'
import { streamEvents, streamsAnswer } from '../../src/api/streams.ts'
import { filesAnswer, tableAnswer, tablesAnswer } from '../../src/api/tables.ts'
import { append } from '../../src/lake/write.ts'
import { buildModels, planModels } from '../../src/project/building.ts'
import { context } from '../cli/project-folder.ts'
import { serveProject } from './project-server.ts'

const config = `import { column, defineProject, external, files, stream, table } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    events: stream({ columns: { id: 'varchar', n: 'bigint' }, id: 'id', rules: { positive: 'n >= 0' } }),
    people: stream({ columns: { mail: column('varchar', { pii: true }), n: 'bigint not null' } }),
  },
  tables: { customers: table({ key: 'id', columns: { id: 'bigint' } }) },
})
`
const daily = `/*
description: How many
kind: table
columns: { n: { description: Count, unit: events } }
checks: { not_null: [n] }
*/
SELECT count(*) AS n, max(mail) AS mail FROM events, people
`
const access = {
  admin: ['root'],
  write: [],
  read: [
    { name: 'board', token: 'reads', tables: ['events'] },
    { name: 'mail', token: 'mail', tables: ['people', 'daily'] },
  ],
}

async function shop() {
  const on = await serveProject({ 'millrace.config.ts': config, 'models/daily.sql': daily }, { access })
  const send = (stream: string, events: unknown) =>
    on.call(`/v1/streams/${stream}`, { method: 'POST', body: JSON.stringify(events), token: 'root' })
  return { ...on, send }
}

test('tables tell what they hold, and their commits', async () => {
  const { call, send, live } = await shop()
  await send('events', [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ])
  await live.flush()
  const { tables } = tablesAnswer.parse((await call('/v1/tables', { token: 'root' })).json)
  expect(tables.map(({ name, kind, version, rows }) => [name, kind, version, rows])).toEqual([
    ['events', 'stream', 1, 2],
    ['people', 'stream', 0, 0],
    ['customers', 'table', null, 0],
  ])
  expect(tables[0]).toMatchObject({ files: 1, bytes: expect.any(Number), partitioned_by: [] })
  expect(tables[1]?.columns.slice(0, 2)).toEqual([
    { name: 'mail', type: 'varchar', nullable: true, pii: true },
    { name: 'n', type: 'bigint', nullable: false, pii: false },
  ])
  const one = tableAnswer.parse((await call('/v1/tables/events?history=1', { token: 'root' })).json)
  expect(one).toMatchObject({ name: 'events', rows: 2, history: [{ version: 1, rows_added: 2, operation: 'WRITE' }] })
  expect(one.history.length).toBe(1)
  await send('events', [{ id: 'c', n: 1 }])
  await live.flush()
  expect((await call('/v1/tables/events', { token: 'root' })).json).toMatchObject({ version: 2, rows: 3 })
  expect(await call('/v1/tables/evnts', { token: 'root' })).toMatchObject({
    status: 404,
    json: { code: 'NAME_UNKNOWN', hint: expect.stringContaining('events') },
  })
})

test('the files of a table are listed, the newest first; folders that are named by personal data are not told', async () => {
  const files = `import { column, defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    events: stream({ columns: { at: 'timestamptz not null' }, time: 'at', times: 'any', partitionBy: { day: 'at' } }),
    people: stream({ columns: { mail: column('varchar', { pii: true }), n: 'bigint' } }),
  },
})
`
  const mails = '/*\nkind: table\npartition: [mail]\n*/\nSELECT mail, n FROM people'
  const { call, live, project } = await serveProject({ 'millrace.config.ts': files, 'models/mails.sql': mails })
  const send = (stream: string, events: unknown) =>
    call(`/v1/streams/${stream}`, { method: 'POST', body: JSON.stringify(events) })
  expect((await call('/v1/tables/events/files')).json).toEqual({ version: 0, total: 0, files: [] })
  await send('events', [{ at: '2026-01-05T01:00Z' }, { at: '2026-01-06T01:00Z' }, { at: '2026-01-06T02:00Z' }])
  await send('people', [{ mail: 'ann@example.org', n: 1 }])
  await live.flush()
  await buildModels(await planModels(project, {}, context), context)
  const answer = filesAnswer.parse((await call('/v1/tables/events/files')).json)
  expect([answer.version, answer.total]).toEqual([1, 2])
  const told = answer.files.map(({ partition, rows, path }) => [partition['_day'], rows, path.includes('2026')])
  expect(told.toSorted()).toEqual([
    ['2026-01-05', 1, true],
    ['2026-01-06', 2, true],
  ])
  expect((await call('/v1/tables/events/files?limit=1')).json).toMatchObject({ total: 2, files: [{}] })
  const personal = filesAnswer.parse((await call('/v1/tables/mails/files')).json)
  expect(personal.files).toMatchObject([{ rows: 1, partition: {}, path: expect.stringMatching(/^…\/[^/@]+$/) }])
  expect(await call('/v1/tables/nobody/files')).toMatchObject({ status: 404, json: { code: 'NAME_UNKNOWN' } })
})

test('streams tell what they take and how far they are', async () => {
  const { call, send, live } = await shop()
  await send('events', [
    { id: 'a', n: 1 },
    { id: 'a', n: 1 },
    { id: 'b', n: 'x' },
  ])
  const [events] = streamsAnswer.parse((await call('/v1/streams', { token: 'root' })).json).streams
  expect(events).toMatchObject({
    name: 'events',
    id: 'id',
    time: null,
    rules: [{ name: 'positive', sql: 'n >= 0' }],
    offsets: { next: '2', stored: '0' },
    counts: { received: 3, accepted: 1, duplicates: 1, rejected: 1, conflicts: 0, stored: 0, pending: 1 },
    waiting: { records: 2, limit: 2_000_000 },
    trouble: null,
  })
  expect(events?.unflushed_bytes).toBeGreaterThan(0)
  await live.flush()
  const [after] = (await call('/v1/streams', { token: 'root' })).json.streams
  expect(after).toMatchObject({
    offsets: { next: '2', stored: '2' },
    counts: { stored: 1, pending: 0 },
    waiting: { records: 0 },
    unflushed_bytes: 0,
  })
})

test('what a stream tells of its events is what the ledger says: what rules refuse is in no table', async () => {
  const { call, send, live, project } = await shop()
  const told = async () => {
    const [stream] = streamsAnswer.parse((await call('/v1/streams', { token: 'root' })).json).streams
    const [line] = ledger.parse((await call('/v1/ledger', { token: 'root' })).json).streams
    expect(line?.open).toBe(null)
    const { duplicates, late_duplicates, ...counts } = stream?.counts ?? {}
    expect(line).toMatchObject({ ...counts, duplicate: duplicates, late_duplicate: late_duplicates })
    const { accepted, mended, stored, rejected_by_rule, pending } = line as Ledger['streams'][number]
    return { accepted, mended, stored, rejected_by_rule, late_duplicate: late_duplicates, pending }
  }
  await send('events', [{ id: 'a', n: 1 }, { id: 'b', n: -2 }, { id: 'c', n: -3 }, { id: 'd', n: 4 }, { n: 'x' }])
  const accepted = { accepted: 4, mended: 0, late_duplicate: 0 }
  expect(await told()).toEqual({ ...accepted, stored: 0, rejected_by_rule: 0, pending: 4 })
  await live.flush()
  expect(await told()).toEqual({ ...accepted, stored: 2, rejected_by_rule: 2, pending: 0 })
  const { rejects } = (await call('/v1/rejects?table=events&code=rule:positive', { token: 'root' })).json
  expect(rejects).toHaveLength(2)
  const body = JSON.stringify({ how: 'fix', ids: [rejects[0].id], set: ['n = 5'] })
  await call('/v1/rejects/events', { method: 'POST', body, token: 'root' })
  expect(await told()).toEqual({ ...accepted, mended: 1, stored: 2, rejected_by_rule: 2, pending: 1 })
  // others bring an id while its event is on its way
  await send('events', [{ id: 'e', n: 6 }])
  await append(project.lake, 'events', { sql: `SELECT 'e' AS id, 9 AS n`, from: {} }, {}, context)
  await live.flush()
  const last = { accepted: 5, mended: 1, stored: 3, rejected_by_rule: 2, late_duplicate: 1, pending: 0 }
  expect(await told()).toEqual(last)
})

test('the newest events of a stream come as they were sent, what is personal in them hidden', async () => {
  const { call, send } = await shop()
  await send('events', [
    { id: 'a', n: 1 },
    { id: 'b', n: 'x' },
    { id: 'c', n: 3 },
  ])
  await send('people', [{ mail: 'me@example.org', n: 1 }])
  const ask = async (path: string, token = 'root') => call(`/v1/streams/${path}`, { token })
  const all = streamEvents.parse((await ask('events/events')).json)
  expect(all.events.map(({ event }) => JSON.parse(event))).toEqual([
    { id: 'a', n: 1 },
    { id: 'c', n: 3 },
  ])
  expect(all.next).toBe('3')
  expect(streamEvents.parse((await ask('events/events?last=1')).json).events.map(({ offset }) => offset)).toEqual(['2'])
  await send('events', [{ id: 'd', n: 4 }])
  expect((await ask('events/events?from=3')).json).toMatchObject({ events: [{ offset: '3' }], next: '4' })
  expect((await ask('people/events')).text).not.toContain('me@example.org')
  expect(await ask('people/events', 'reads')).toMatchObject({ status: 404, json: { code: 'NAME_UNKNOWN' } })
})

test('rejects are the same before they are in their table, and nothing is written to tell them', async () => {
  const { call, send, live } = await shop()
  const ask = async () => (await call('/v1/rejects', { token: 'root' })).json
  const version = async () => (await call('/v1/tables/events', { token: 'root' })).json.version
  const mend = (body: object) =>
    call('/v1/rejects/events', { method: 'POST', body: JSON.stringify(body), token: 'root' })
  // refused by a rule and when they came, sent again mended, refused again, and one whose id is taken
  await send('events', [
    { id: 'a', n: -1 },
    { id: 'b', n: 'x' },
    { id: 'c', n: -3 },
    { id: 'd', n: 'y' },
    { id: 'e', n: 1 },
  ])
  await expect.poll(async () => (await ask()).rejects.length).toBe(4)
  expect(await version()).toBe(0)
  await live.flush()
  await mend({ how: 'discard', code: 'rule:positive', reason: 'a trial' })
  await send('events', [
    { id: 'b', n: 2 },
    { id: 'd', n: 'z' },
    { id: 'e', n: 9 },
    { id: 'f', n: -6 },
  ])
  await send('events', [{ id: 'f', n: 6 }])
  await send('people', [{ mail: 'me@example.org' }])
  const [before, at] = [await ask(), await version()]
  const states = (before.rejects as { raw: string | null; state: string }[]).map(({ raw, state }) => [raw, state])
  expect(states.toSorted()).toEqual([
    [null, 'open'],
    ['{"id":"a","n":-1}', 'discarded'],
    ['{"id":"b","n":"x"}', 'superseded'],
    ['{"id":"c","n":-3}', 'discarded'],
    ['{"id":"d","n":"y"}', 'superseded'],
    ['{"id":"d","n":"z"}', 'open'],
    ['{"id":"e","n":9}', 'open'],
    ['{"id":"f","n":-6}', 'superseded'],
  ])
  expect(await version()).toBe(at)
  await live.flush()
  expect(await ask()).toEqual(before)
})

test('rejects come page by page, the newest first, and none twice', async () => {
  const { call, send, live } = await shop()
  await send(
    'events',
    Array.from({ length: 5 }, (_, at) => ({ id: `${at}`, n: 'x' })),
  )
  await live.flush()
  await send('events', [
    { id: 'r', n: -1 },
    { id: 't', n: 'y' },
  ])
  const seen: string[] = []
  for (let after = ''; ; ) {
    const path = `/v1/rejects?table=events&limit=2${after === '' ? '' : `&after=${after}`}`
    const json = rejectsAnswer.parse((await call(path, { token: 'root' })).json)
    expect(json.rejects.length).toBeLessThanOrEqual(2)
    seen.push(...json.rejects.map(({ raw }) => JSON.parse(raw as string).id))
    if (json.next === null) break
    after = json.next
  }
  expect(seen.slice(0, 2).toSorted()).toEqual(['r', 't'])
  expect(seen.toSorted()).toEqual(['0', '1', '2', '3', '4', 'r', 't'])
  const ruled = (await call('/v1/rejects?code=rule:positive', { token: 'root' })).json
  expect(ruled.rejects).toMatchObject([
    { table: 'events', column: null, code: 'rule:positive', line: 5, encoding: 'text', source: 'events' },
  ])
  const discard = JSON.stringify({ how: 'discard', reason: 'a trial', code: 'rule:positive' })
  await call('/v1/rejects/events', { method: 'POST', body: discard, token: 'root' })
  const inState = async (state: string) => (await call(`/v1/rejects?state=${state}`, { token: 'root' })).json.rejects
  expect(await inState('discarded')).toMatchObject([{ code: 'rule:positive', state: 'discarded', reason: 'a trial' }])
  expect((await inState('open')).length).toBe(6)
  const { file } = ruled.rejects[0]
  const ofFile = async (name: string) => (await call(`/v1/rejects?file=${name}`, { token: 'root' })).json.rejects.length
  expect([await ofFile(encodeURIComponent(file)), await ofFile('other')]).toEqual([7, 0])
  for (const wrong of ['after=x', 'limit=0', 'pii=yes', 'stream=events'])
    expect(await call(`/v1/rejects?${wrong}`, { token: 'root' })).toMatchObject({
      status: 400,
      json: { code: 'REQUEST_INVALID' },
    })
})

test('personal data is hidden, but from the admin who asks for it', async () => {
  const { call, send } = await shop()
  await send('people', [{ mail: 'me@example.org' }])
  const ask = (query: string, token: string) => call(`/v1/rejects${query}`, { token })
  expect((await ask('', 'root')).json.rejects).toMatchObject([{ code: 'not_null', raw: null, encoding: 'hidden' }])
  expect((await ask('', 'root')).text).not.toContain('me@example')
  expect((await ask('?pii=true', 'root')).json.rejects).toMatchObject([{ raw: '{"mail":"me@example.org"}' }])
  expect((await ask('', 'mail')).json.rejects).toMatchObject([{ raw: null }])
  expect(await ask('?pii=true', 'mail')).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
})

test('models tell what they read and give', async () => {
  const { call } = await shop()
  expect(modelsAnswer.parse((await call('/v1/models', { token: 'root' })).json).models).toEqual([
    {
      name: 'daily',
      file: 'models/daily.sql',
      kind: 'table',
      description: 'How many',
      sql: 'SELECT count(*) AS n, max(mail) AS mail FROM events, people',
      inputs: ['events', 'people'],
      columns: [
        { name: 'n', type: 'bigint', nullable: true, pii: false, description: 'Count', unit: 'events' },
        { name: 'mail', type: 'varchar', nullable: true, pii: true, description: null, unit: null },
      ],
      time: null,
      grain: null,
      key: [],
      checks: [{ name: 'not_null(n)', severity: 'block' }],
      built: null,
    },
  ])
})

test('a read token sees its own tables, wherever it looks', async () => {
  const { call, send } = await shop()
  await send('people', [{ mail: 'x' }])
  await send('events', [{ id: 'a', n: 'x' }])
  const names = async (path: string, key: string, token: string) =>
    (await call(path, { token })).json[key].map((each: Record<string, string>) => each['name'] ?? each['table'])
  expect(await names('/v1/tables', 'tables', 'reads')).toEqual(['events'])
  expect(await names('/v1/streams', 'streams', 'reads')).toEqual(['events'])
  expect(await names('/v1/rejects', 'rejects', 'reads')).toEqual(['events'])
  expect(await names('/v1/models', 'models', 'reads')).toEqual([])
  expect((await call('/v1/models', { token: 'mail' })).json.models).toMatchObject([{ inputs: ['people'], sql: null }])
  for (const path of ['/v1/tables/people', '/v1/tables/people?history=5', '/v1/rejects?table=people']) {
    const answer = await call(path, { token: 'reads' })
    expect(answer).toMatchObject({ status: 404, json: { code: 'NAME_UNKNOWN' } })
  }
  for (const path of ['/v1/tables', '/v1/streams', '/v1/rejects', '/v1/models'])
    expect((await call(path)).status).toBe(401)
})

test('a table that is gone is told as not written yet', async () => {
  const { call, project } = await shop()
  await call('/v1/tables', { token: 'root' })
  rmSync(`${project.lake.root}/people`, { recursive: true })
  const { tables } = (await call('/v1/tables', { token: 'root' })).json
  expect(tables.find(({ name }: { name: string }) => name === 'people')).toMatchObject({ version: null })
})

test.each([
  '/v1/rejects?code=%00',
  '/v1/rejects?file=%F0%9F%98%80%27%3B--',
  '/v1/rejects?code=%22%5C%27&code=x',
  '/v1/rejects?table=__proto__',
  '/v1/rejects?table=millrace.rejects',
  '/v1/rejects?limit=1e1',
  '/v1/rejects?limit=9007199254740993',
  `/v1/rejects?after=${Buffer.from('1 a%00 b').toString('base64url')}`,
  `/v1/rejects?after=${Buffer.from("999999999999999999 events '\u0000").toString('base64url')}`,
  `/v1/rejects?after=${Buffer.from('-99999999999999999999 a b').toString('base64url')}`,
  '/v1/rejects?__proto__=1',
  '/v1/rejects?limit[]=1',
  '/v1/tables/..%2F..%2Fetc',
  '/v1/tables/%00',
  '/v1/tables/__proto__',
  '/v1/tables/events?history=-1',
  '/v1/tables/events?history=x&x=1',
  '/v1/tables?all=1',
  '/v1/streams?a=b',
  '/v1/models?%00',
  '/metrics?x[y]=1',
])('%s is no fault of the server', async (path) => {
  const { call } = await shop()
  const { status, json } = await call(path, { token: 'root' })
  expect(status).toBeLessThan(500)
  if (status >= 400) expect(json.code).toMatch(/^[A-Z_]+$/)
})
