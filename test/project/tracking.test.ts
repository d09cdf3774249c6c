import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRequest } from '../../src/connectors/segment/read-request.ts'
import { collect } from '../../src/engines/rows.ts'
import { type LiveProject, openLive } from '../../src/project/live.ts'
import { loadProject } from '../../src/project/load.ts'
import { openProject } from '../../src/project/open.ts'
import { track } from '../../src/project/tracking.ts'
import { query } from '../../src/query/query.ts'
import { context } from '../cli/project-folder.ts'
import { json, millrace } from '../cli/terminal.ts'
import { tempFolder } from '../temp-folder.ts'

/** A project with these sources, and streams that events can be routed to. */
async function folderOf(sources: string): Promise<string> {
  const dir = await tempFolder()
  const text = `import { defineProject, files, stream, table, tracking } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    orders: stream({ columns: { order_id: 'varchar', placed_at: 'timestamptz', total: 'decimal(12,2) not null' }, id: 'order_id', time: 'placed_at' }),
    views: stream({ columns: { product: 'varchar' } }),
    counts: stream({ columns: { n: 'bigint' }, id: 'n' }),
  },
  tables: { customers: table({ key: 'id', columns: { id: 'bigint not null' } }) },
  sources: { ${sources} },
})
`
  writeFileSync(join(dir, 'millrace.config.ts'), text)
  return dir
}

const web = `web: tracking({ into: 'tracks', routes: { 'Order Completed': 'orders' } })`

async function withLive(
  work: (site: {
    send: (live: Pick<LiveProject, 'take'>, body: unknown) => ReturnType<typeof track>
    live: LiveProject
    ask: (sql: string) => Promise<unknown>
  }) => Promise<void>,
  dir?: string,
): Promise<void> {
  await using project = await openProject(dir ?? (await folderOf(web)), { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  const { settings, lake } = project
  const source = settings.tracking.get('web')
  if (!source) throw new Error('there is a source')
  await work({
    live,
    send: (into, body) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return track(into, settings, source, readRequest(Buffer.from(text), undefined), Date.now)
    },
    ask: async (sql) => collect(await query(await live.catalog(context), lake.engine, sql, live.freezing, context)),
  })
}

const order = (messageId: string, properties: unknown = { total: 5 }) => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  messageId,
  properties,
})
const sums = 'SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM orders)'

test('an event is once in each of its streams, though the second took it only when it was sent again', async () => {
  await withLive(async ({ live, send, ask }) => {
    const failing: Pick<LiveProject, 'take'> = {
      take: (stream, ...rest) =>
        stream === 'orders' ? Promise.reject(new Error('no room')) : live.take(stream, ...rest),
    }
    const batch = [order('m1'), order('m2')]
    await expect(send(failing, { batch })).rejects.toThrow('no room')
    expect(await ask(sums)).toEqual([[2n, 0n]])
    expect(await send(live, { batch })).toMatchObject({ accepted: 0, duplicates: 2 })
    expect(await send(live, { batch: [...batch, order('m3')] })).toMatchObject({ accepted: 1, duplicates: 2 })
    await live.flush()
    expect(await ask(sums)).toEqual([[3n, 3n]])
    expect(await ask('SELECT count(*) FROM millrace.rejects')).toEqual([[0n]])
  })
})

test('a message that is sent again is a duplicate, though its time is corrected otherwise; another one of its id is a conflict', async () => {
  const dir = await folderOf(web)
  const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()
  const event = { ...order('m1'), timestamp: at(60) }
  const again = { ...event, userId: 'u2', anonymousId: 'a1', _metadata: { retryCount: 2 } }
  await withLive(async ({ live, send, ask }) => {
    await send(live, { batch: [event], sentAt: at(50) })
    expect(await send(live, { batch: [again], sentAt: at(10) })).toMatchObject({ duplicates: 1, conflicts: 0 })
    const other = { ...event, properties: { total: 6 } }
    expect(await send(live, { batch: [other] })).toMatchObject({ duplicates: 0, conflicts: 1 })
    expect(await ask(sums)).toEqual([[1n, 1n]])
    await live.flush()
    expect(await ask(`SELECT "table", code FROM millrace.rejects`)).toEqual([['tracks', 'id_conflict']])
  }, dir)
  // ids are read from the table again, where SQL works out what the rows hold
  rmSync(join(dir, 'lake/tracks/_millrace/ids'), { recursive: true })
  await withLive(async ({ live, send }) => {
    expect(await send(live, { batch: [again], sentAt: at(5) })).toMatchObject({ duplicates: 1, conflicts: 0 })
  }, dir)
})

test('an id among the properties is the event’s own: the same one with other content is a conflict of that stream', async () => {
  await withLive(async ({ live, send, ask }) => {
    const batch = [order('m1', { order_id: 'o1', total: 5 }), order('m2', { order_id: 'o1', total: 6 })]
    expect(await send(live, { batch })).toMatchObject({ accepted: 2 })
    expect(await send(live, { batch: batch.slice(0, 1) })).toMatchObject({ duplicates: 1 })
    await live.flush()
    expect(await ask('SELECT order_id, total FROM orders')).toEqual([['o1', '5.00']])
    expect(await ask('SELECT "table", code FROM millrace.rejects')).toEqual([['orders', 'id_conflict']])
  })
})

test('what is wrong with an event is a reject of the stream that it is wrong for, and the others are taken', async () => {
  await withLive(async ({ live, send, ask }) => {
    const events = [
      JSON.stringify(order('m1', { total: 'much' })),
      '{"type":"track","event":"x","messageId":"m2","messageId":"m3","userId":"u1"}',
      '{"type":"track","event":"x","messageId":"m4","userId":12345678901234567890,"properties":{"big":12345678901234567890,"nan":NaN},"more":[1]}',
      '{"type":"track","event":"x","messageId":"m5","properties":{"a":undefined}}',
      '{"messageId":"m6"}',
      '"text"',
      '{"type":"track","event":"x","messageId":nope}',
      '{"type":"track","event":"x","messageId":"m7","receivedAt":[nope]}',
      '{"type":"track","event":"x","messageId":{"a":1}}',
    ]
    const answer = await send(live, `{"sentAt":null,"batch":[${events.join(',')}]}`)
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'duplicate_key'],
      [3, 'bad_json'],
      [4, 'not_null'],
      [5, 'not_an_object'],
      [6, 'bad_json'],
      [7, 'bad_json'],
      [8, 'type'],
    ])
    expect(await ask(`SELECT message_id, user_id, properties, extra FROM tracks ORDER BY 1`)).toEqual([
      ['m1', 'u1', '{"total":"much"}', null],
      ['m4', '12345678901234567890', '{"big":12345678901234567890,"nan":null}', '{"more":[1]}'],
    ])
    await live.flush()
    expect(await ask('SELECT "table", code FROM millrace.rejects ORDER BY ALL')).toEqual([
      ['orders', 'type'],
      ['tracks', 'bad_json'],
      ['tracks', 'bad_json'],
      ['tracks', 'bad_json'],
      ['tracks', 'duplicate_key'],
      ['tracks', 'not_an_object'],
      ['tracks', 'not_null'],
      ['tracks', 'type'],
    ])
  })
})

test('what follows a break in a batch is kept as a reject', async () => {
  await withLive(async ({ live, send, ask }) => {
    const answer = await send(live, `{"batch":[${JSON.stringify(order('m1'))} no, {"type":"track"}],"sentAt":null}`)
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'bad_json' }] })
    await live.flush()
    expect(await ask('SELECT raw FROM millrace.rejects')).toEqual([['no, {"type":"track"}]']])
  })
})

test('a message without an id gets one, in both of its streams', async () => {
  await withLive(async ({ live, send, ask }) => {
    const { messageId, ...event } = order('')
    const batch = [event, { ...event, messageId }, { ...event, messageId: null }]
    expect(await send(live, { batch })).toMatchObject({ accepted: 3 })
    const both = 'FROM tracks JOIN orders ON message_id = order_id'
    expect(await ask(`SELECT count(DISTINCT message_id), count(order_id) ${both}`)).toEqual([[3n, 3n]])
  })
})

test.each([
  ['web: tracking({})', 'into is missing'],
  ["web: tracking({ into: 'orders' })", '`orders` is declared by this source itself'],
  ["web: tracking({ into: 'Tracks' })", 'lower-case'],
  ["web: tracking({ into: 'tracks', routes: { x: 'customers' } })", 'there is no stream `customers`'],
  ["web: tracking({ into: 'tracks', routes: { x: 'views' } })", 'it has no `id`'],
  ["web: tracking({ into: 'tracks', routes: { x: 'counts' } })", 'its id is a bigint that can be missing'],
  ["web: tracking({ into: 'tracks', key: 'a:b' })", 'without space and colon'],
  ["web: tracking({ into: 'tracks', origins: ['shop.example'] })", 'is no origin'],
  ["web: tracking({ into: 'tracks', requestsPerSecond: 0 })", 'a whole number from 1'],
  ["web: tracking({ into: 'tracks', times: { past: 'long' } })", 'past takes a time'],
  ["web: tracking({ into: 'tracks', origns: ['*'] })", 'did you mean `origins`'],
  ["web: tracking({ into: 'tracks' }), app: tracking({ into: 'tracks' })", '`web` has no key either'],
  [
    "web: tracking({ into: 'tracks', key: 'k' }), app: tracking({ into: 'apps', key: ['j', 'k'] })",
    '`web` has this key too',
  ],
])('the source %s is refused at its place', async (sources, reason) => {
  const dir = await folderOf(sources)
  const error = await loadProject(dir, { variables: {} }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: expect.stringMatching(/^CONFIG_(?:INVALID|UNKNOWN_NAME)$/) })
  expect(`${(error as Error).message} ${(error as { hint?: string }).hint}`).toContain(reason)
})

test('an archive of Segment’s loads into the stream of all events, without what came here already', async () => {
  const dir = await folderOf(`${web}, archive: files('archive/*.json', { into: 'tracks', format: 'ndjson' })`)
  const timestamp = new Date(Date.now() - 60_000).toISOString()
  await withLive(async ({ live, send }) => {
    await send(live, { batch: [{ ...order('m1'), timestamp }], sentAt: timestamp })
  }, dir)
  mkdirSync(join(dir, 'archive'))
  const times = { timestamp, originalTimestamp: timestamp, sentAt: timestamp, receivedAt: timestamp }
  const lines = ['m1', 'm2'].map((messageId) =>
    JSON.stringify({ ...order(messageId), ...times, writeKey: 'k', version: 2 }),
  )
  writeFileSync(join(dir, 'archive/a.json'), lines.join('\n'))
  expect(await millrace(['load', '--project', dir])).toMatchObject({ status: 0 })
  const sql = 'SELECT message_id, original_timestamp = received_at AS archived, extra FROM tracks ORDER BY 1'
  expect(json((await millrace(['query', sql, '--project', dir, '--json'])).stdout)).toEqual([
    { message_id: 'm1', archived: false, extra: null },
    { message_id: 'm2', archived: true, extra: { writeKey: 'k', version: 2 } },
  ])
})

test('a model of the project’s own called identities is that one', async () => {
  const dir = await folderOf(web)
  const rows = async () =>
    json((await millrace(['query', 'SELECT * FROM identities', '--project', dir, '--json'])).stdout)
  expect(await rows()).toEqual([])
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models/identities.sql'), "SELECT 'mine' AS whose")
  expect(await rows()).toEqual([{ whose: 'mine' }])
})
