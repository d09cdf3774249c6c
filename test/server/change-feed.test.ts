import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { ChangeFeed } from '../../src/server/change-feed.ts'
import type { Views } from '../../src/server/views.ts'
import { context } from '../cli/project-folder.ts'
import { eventsOf } from './events-of.ts'
import { doorsOf, noViews } from './harness.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    events: stream({ columns: { id: 'varchar' }, id: 'id' }),
    others: stream({ columns: { id: 'varchar' } }),
  },
})
`
const access = {
  admin: ['root'],
  write: [],
  read: [{ name: 'board', token: 'reads', tables: ['events'] }],
}

test('whoever listens is told how far all is, and what moves', async () => {
  const { server, call, live } = await serveProject({ 'millrace.config.ts': config }, { access, feed: { everyMs: 20 } })
  const send = (stream: string) =>
    call(`/v1/streams/${stream}`, { method: 'POST', body: '[{"id":"a"},{"id":"b"}]', token: 'root' })
  const listen = (token: string) => fetch(`${server.url}/v1/changes`, { headers: { authorization: `Bearer ${token}` } })
  const [all, own] = [await listen('root'), await listen('reads')]
  expect(all.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const [every, some] = [eventsOf(all), eventsOf(own)]
  expect((await every.next()).value).toEqual({
    event: 'advanced',
    data: { tables: { events: 0, others: 0 }, streams: { events: '0', others: '0' }, failing: {} },
  })
  expect((await some.next()).value).toEqual({
    event: 'advanced',
    data: { tables: { events: 0 }, streams: { events: '0' }, failing: {} },
  })
  await send('others')
  await send('events')
  const told = { tables: {}, streams: {}, rates: 0 }
  const until = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { event, data } = (await every.next()).value as { event: string; data: Record<string, never> }
      if (event === 'rates') told.rates++
      else for (const key of ['tables', 'streams'] as const) Object.assign(told[key], data[key])
    }
  }
  const isThere = { events: '2', others: '2' }
  await until(() => isDeepStrictEqual(told.streams, isThere) && told.rates > 0)
  await live.flush()
  await until(() => Object.keys(told.tables).length === 2)
  expect(told.tables).toEqual({ events: 1, others: 1 })
  // the other one hears of its own alone
  let heard = ''
  for (let each = await some.next(); heard === '' || !heard.includes('"tables":{"events":1}'); each = await some.next())
    heard += JSON.stringify(each.value)
  expect(heard).not.toContain('others')
  // a server that stops ends what is listened to
  await server.stop()
  expect((await every.return(undefined)).done).toBe(true)
})

test('whoever may see a model hears when its builds begin to fail, and when they do no more', async () => {
  const model = (name: string) => ({
    [`models/${name}.sql`]: `/*\nkind: table\nchecks: { expr: { many: n > 2 } }\n*/\nSELECT count(*) AS n FROM events`,
  })
  const files = { 'millrace.config.ts': config, ...model('daily'), ...model('secret') }
  const read = [{ name: 'board', token: 'reads', tables: ['daily'] }]
  const served = await serveProject(files, { access: { ...access, read }, feed: { everyMs: 20 } })
  const post = (path: string, body: object) =>
    served.call(path, { method: 'POST', body: JSON.stringify(body), token: 'root' })
  const listen = async (token: string) =>
    eventsOf(await fetch(`${served.server.url}/v1/changes`, { headers: { authorization: `Bearer ${token}` } }))
  const heard = await listen('reads')
  await post('/v1/streams/events', [{ id: 'a' }, { id: 'b' }])
  const { started_at: since } = (await post('/v1/runs?wait=done', {})).json
  let all = ''
  const next = async (): Promise<unknown> => {
    for (;;) {
      const { event, data } = (await heard.next()).value as { event: string; data: { failing: Record<string, never> } }
      all += JSON.stringify(data)
      if (event === 'advanced' && Object.keys(data.failing).length > 0) return data
    }
  }
  expect(await next()).toEqual({ tables: {}, streams: {}, failing: { daily: since } })
  // and so does whoever comes then
  expect((await (await listen('reads')).next()).value).toMatchObject({ data: { failing: { daily: since } } })
  const every = (await (await listen('root')).next()).value
  expect(every).toMatchObject({ data: { failing: { daily: since, secret: since } } })
  await post('/v1/streams/events', [{ id: 'c' }])
  await post('/v1/runs?wait=done', {})
  expect(await next()).toMatchObject({ failing: { daily: null } })
  expect(all).not.toContain('secret')
})

test('whoever hears nothing else hears every sixteenth look that the server is there', async () => {
  const { server } = await serveProject({ 'millrace.config.ts': config }, { feed: { everyMs: 5 } })
  const heard = eventsOf(await fetch(`${server.url}/v1/changes`))
  expect((await heard.next()).value).toMatchObject({ event: 'advanced' })
  for (let time = 0; time < 2; time++)
    expect((await heard.next()).value).toEqual({ event: 'alive', data: { at: expect.stringMatching(/^2.*Z$/) } })
})

test('a server that stops does not wait for those who listen', async () => {
  const { server } = await serveProject({ 'millrace.config.ts': config })
  const response = await fetch(`${server.url}/v1/changes`)
  await server.stop()
  expect(await response.text()).toMatch(/^retry: 2000\nevent: advanced\n/)
})

test('who reads too slowly is cut off, and who is one too many is not let in', async () => {
  let next = 0
  const views: Views = {
    ...noViews,
    offsets: () => new Map([[`stream-${'x'.repeat(200)}`, String(next++)]]),
    versions: async () => new Map(),
  }
  const feed = new ChangeFeed(doorsOf({ views }), context, { everyMs: 1, waitingBytes: 5_000, clients: 2 })
  const ear = { allowed: 'all', runs: false } as const
  // nobody hears of this one's error, and nothing is thrown for it
  await feed.listen(ear).then((client) => client.destroy(new Error('cut off')))
  await new Promise((resolve) => setImmediate(resolve))
  const [slow, quick] = [await feed.listen(ear), await feed.listen(ear)]
  await expect(feed.listen(ear)).rejects.toMatchObject({ code: 'REQUESTS_TOO_MANY' })
  let read = 0
  quick.on('data', (part: Buffer) => {
    read += part.length
  })
  const [error] = await new Promise<unknown[]>((resolve) => slow.on('error', (...given) => resolve(given)))
  expect(error).toMatchObject({ message: 'the client reads too slowly' })
  expect(slow.readableLength).toBeLessThan(6_000)
  expect(read).toBeGreaterThan(5_000)
  expect([feed.clients, quick.destroyed]).toEqual([1, false])
  feed.close()
})

test('nobody is told of those who have gone', async () => {
  const { server } = await serveProject({ 'millrace.config.ts': config }, { feed: { clients: 1 } })
  for (let round = 0; round < 3; round++) {
    const leaving = new AbortController()
    let response = await fetch(`${server.url}/v1/changes`, { signal: leaving.signal })
    // the one before is seen to have gone a moment later
    while (response.status === 429) response = await fetch(`${server.url}/v1/changes`, { signal: leaving.signal })
    expect(response.status).toBe(200)
    leaving.abort()
  }
})
