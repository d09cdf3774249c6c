import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { nobody, raw, serve } from './harness.ts'

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers,
})

test('events come through as they were sent, plain or packed', async () => {
  const { call, came } = await serve()
  const { status, json } = await call('/v1/streams/events', post('{"a": 1}', { 'content-type': 'application/json' }))
  expect({ status, json }).toEqual({ status: 200, json: { accepted: 1, duplicates: 0, conflicts: 0, rejected: [] } })
  await call(
    '/v1/streams/events',
    post(gzipSync('{"a":1}\n{"a":2}\n'), {
      'content-encoding': 'gzip',
      'content-type': 'application/x-ndjson',
      'idempotency-key': 'once',
    }),
  )
  await call('/v1/streams/other?wait=visible', post('[]'))
  expect(came).toEqual([
    { stream: 'events', body: '{"a": 1}', options: { lines: false } },
    {
      stream: 'events',
      body: '{"a":1}\n{"a":2}\n',
      options: { lines: true, idempotencyKey: 'once' },
    },
    { stream: 'other', body: '[]', options: { lines: false, visible: true } },
  ])
})

test('a request with rejects is 207', async () => {
  const rejected = [{ index: 1, column: 'price', code: 'not_a_number', message: 'x' }]
  const answer = { accepted: 1, duplicates: 0, conflicts: 0, rejected }
  const { call } = await serve({ doors: { ingest: async () => answer } })
  expect(await call('/v1/streams/events', post('[]'))).toMatchObject({ status: 207, json: answer })
})

test.each([
  ['an unknown route', '/v1/nothing', {}, 404, 'ROUTE_UNKNOWN'],
  ['an unknown method', '/v1/streams/events', { method: 'DELETE' }, 404, 'ROUTE_UNKNOWN'],
  ['a broken path', '/v1/streams/%E0%A4%A', post('{}'), 400, 'REQUEST_INVALID'],
  ['a name of 10,000 letters', `/v1/streams/${'x'.repeat(10_000)}`, post('{}'), 400, 'REQUEST_INVALID'],
  ['a body that is too large', '/v1/streams/events', post('x'.repeat(1001)), 413, 'REQUEST_TOO_LARGE'],
  [
    'a body of another encoding',
    '/v1/streams/events',
    post('x', { 'content-encoding': 'br' }),
    415,
    'BODY_ENCODING_UNKNOWN',
  ],
  ['gzip that is none', '/v1/streams/events', post('x', { 'content-encoding': 'gzip' }), 400, 'REQUEST_INVALID'],
  [
    'gzip that ends early',
    '/v1/streams/events',
    post(gzipSync('x'.repeat(500)).subarray(0, 15), { 'content-encoding': 'gzip' }),
    400,
    'REQUEST_INVALID',
  ],
  [
    'a gzip bomb',
    '/v1/streams/events',
    post(gzipSync(Buffer.alloc(500_000)), { 'content-encoding': 'gzip' }),
    413,
    'REQUEST_TOO_LARGE',
  ],
  ['a parameter that there is not', '/v1/streams/events?wait=long', post('{}'), 400, 'REQUEST_INVALID'],
  ['a parameter too many', '/v1/streams/events?wait=visible&x=1', post('{}'), 400, 'REQUEST_INVALID'],
  ['a key of 300 letters', '/v1/streams/e', post('{}', { 'idempotency-key': 'k'.repeat(300) }), 400, 'REQUEST_INVALID'],
  ['a query that is no JSON', '/v1/query', post('SELECT 1'), 400, 'REQUEST_INVALID'],
  ['a query without text', '/v1/query', post('{}'), 400, 'REQUEST_INVALID'],
  ['a query with more', '/v1/query', post('{"sql":"SELECT 1","password":1}'), 400, 'REQUEST_INVALID'],
  ['a query for all rows', '/v1/query', post('{"sql":"SELECT 1","limit":1e9}'), 400, 'REQUEST_INVALID'],
])('%s is refused with a code', async (_, path, init, status, code) => {
  const { call, came, logged } = await serve({ bodyBytes: 1000 })
  const answer = await call(path, init)
  expect(answer).toMatchObject({ status, json: { code, request_id: answer.headers.get('x-request-id') } })
  expect(answer.json.hint).not.toBe('')
  expect(came).toEqual([])
  expect(logged.filter((line) => JSON.parse(line).level > 30)).toEqual([])
})

test('what is not HTTP is refused with a code, and the server goes on', async () => {
  const { server, call } = await serve()
  for (const bytes of ['\0\0\0\0\r\n\r\n', 'GET\r\n\r\n', 'POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n'])
    expect(await raw(server.url, bytes)).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"REQUEST_INVALID"/)
  const large = `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`
  expect(await raw(server.url, large)).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"REQUEST_INVALID"/)
  expect(await call('/healthz')).toMatchObject({ status: 200, json: { alive: true } })
})

test('a body that ends early takes nothing', async () => {
  const { server, came } = await serve()
  const head = 'POST /v1/streams/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"a":'
  await raw(server.url, head)
  expect(came).toEqual([])
})

test('a request that does not end is ended', async () => {
  const { server, came } = await serve({ requestMs: 300 })
  const head = 'POST /v1/streams/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n'
  for (const sent of [`${head}\r\n{"a":`, head])
    expect(await raw(server.url, sent, { end: false })).toMatch(/^HTTP\/1.1 408 [\s\S]*"code":"REQUEST_TOO_SLOW"/)
  expect(came).toEqual([])
})

test('a fault is told by a code and a number; what it was stands in the log', async () => {
  const fault = new Error('the password is 1234')
  const { call, logged } = await serve({ doors: { ingest: () => Promise.reject(fault) } })
  const { status, json } = await call('/v1/streams/events', post('{"secret": 1}', { 'x-request-id': 'my-id.1' }))
  expect({ status, json }).toMatchObject({ status: 500, json: { code: 'INTERNAL', request_id: 'my-id.1' } })
  expect(JSON.stringify(json)).not.toContain('1234')
  const [line] = logged.map((text) => JSON.parse(text)).filter(({ level }) => level === 50)
  expect(line).toMatchObject({ reqId: 'my-id.1', err: { message: fault.message } })
  expect(logged.join('')).not.toContain('secret')
})

test('what can be tried again says when', async () => {
  const busy = new MillraceError('LOG_BUSY', { bytes: 1, folder: 'log' })
  const { call } = await serve({ doors: { ingest: () => Promise.reject(busy) } })
  const { status, json, headers } = await call('/v1/streams/events', post('{}'))
  expect({ status, code: json.code, after: headers.get('retry-after') }).toEqual({
    status: 429,
    code: 'LOG_BUSY',
    after: '1',
  })
})

test('it says when it is not ready', async () => {
  const health = async () => ({ ready: false, waiting_for: ['events'], refusing: [], alarms: [] })
  const { call } = await serve({ doors: { health } })
  expect(await call('/readyz')).toMatchObject({ status: 503, json: { ready: false, waiting_for: ['events'] } })
})

test('its routes are described', async () => {
  const { call } = await serve()
  const { json } = await call('/openapi.json')
  expect(json).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } })
  expect(Object.keys(json.paths)).toEqual([
    '/v1/streams/{name}',
    '/v1/query',
    '/v1/lookup/{table}/{key}',
    '/v1/ledger',
    '/v1/rejects/{stream}',
    '/v1/tables',
    '/v1/tables/{name}',
    '/v1/tables/{name}/files',
    '/v1/streams',
    '/v1/streams/{name}/events',
    '/v1/rejects',
    '/v1/models',
    '/v1/models/staleness',
    '/v1/models/checks',
    '/v1/models/tests',
    '/v1/models/{name}/builds',
    '/v1/models/{name}/build',
    '/v1/runs',
    '/v1/runs/{id}',
    '/v1/dashboards',
    '/v1/dashboards/{name}',
    '/v1/dashboards/{name}/tabs/{tab}',
    '/v1/dashboards/{name}/tiles/{tile}/rows',
    '/v1/dashboards/{name}/tiles/{tile}/csv',
    '/v1/dashboards/{name}/filters/{filter}',
    '/v1/uploads',
    '/v1/uploads/{id}/parts',
    '/v1/uploads/{id}/table',
    '/v1/uploads/{id}',
    '/v1/session',
    '/v1/changes',
    '/metrics',
    '/healthz',
    '/readyz',
  ])
  expect(Object.keys(json.paths['/v1/models/tests'])).toEqual(['get', 'post'])
  expect(json.paths['/v1/query'].post.requestBody.content['application/json'].schema).toMatchObject({
    required: ['sql'],
    additionalProperties: false,
  })
})

test('a server that stops answers what is under way and takes nothing more', async () => {
  const began = Promise.withResolvers<void>()
  const ingest = async () => {
    began.resolve()
    await sleep(200)
    return { accepted: 7, duplicates: 0, conflicts: 0, rejected: [] }
  }
  const { server, call } = await serve({ doors: { ingest } })
  const underWay = call('/v1/streams/events', post('{}'))
  await began.promise
  const stopped = server.stop()
  await expect(call('/v1/streams/events', post('{}'))).rejects.toThrow('fetch failed')
  expect((await underWay).json.accepted).toBe(7)
  await stopped
})

test('a server that stops does not wait for ever', async () => {
  const began = Promise.withResolvers<void>()
  const ingest = () => {
    began.resolve()
    return new Promise<never>(() => {})
  }
  const { server, call } = await serve({ drainMs: 50, doors: { ingest } })
  const underWay = call('/v1/streams/events', post('{}'))
  await began.promise
  await Promise.all([server.stop(), expect(underWay).rejects.toThrow()])
})

test('a client that goes away is told to what it asked', async () => {
  const gone = Promise.withResolvers<unknown>()
  const ingest = (_: string, __: Uint8Array, ___: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        gone.resolve(signal.reason)
        reject(signal.reason)
      })
    })
  const { call } = await serve({ doors: { ingest } })
  const leaving = new AbortController()
  const asked = call('/v1/streams/events', { ...post('{}'), signal: leaving.signal })
  setTimeout(() => leaving.abort(), 100)
  await expect(asked).rejects.toThrow()
  expect(await gone.promise).toMatchObject({ code: 'CLIENT_GONE' })
})

test('an address that is taken, or open to others without tokens, is refused', async () => {
  const { server } = await serve()
  const port = Number(new URL(server.url).port)
  await expect(serve({ port })).rejects.toMatchObject({ code: 'ADDRESS_TAKEN' })
  await expect(serve({ host: '0.0.0.0', access: nobody })).rejects.toMatchObject({ code: 'SERVER_OPEN' })
})

test('a request that brings events and goes well is logged for debugging alone', async () => {
  const { call, logged } = await serve()
  await call('/v1/streams/events', { method: 'POST', body: '{}' })
  await call('/healthz')
  await call('/v1/streams/events', { method: 'POST', body: '{}', headers: { origin: 'https://elsewhere.example' } })
  await expect
    .poll(() => logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered'))
    .toMatchObject([
      { route: '/healthz', status: 200 },
      { route: '/v1/streams/:name', status: 403 },
    ])
})

test('a client that goes before it is answered is no fault of the server, and what passes by itself none with a stack', async () => {
  const asked = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<unknown>()
  const { server, call, logged } = await serve({
    doors: {
      query: (_sql, _options, _tables, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            gone.resolve(signal.reason)
            reject(signal.reason)
          })
          asked.resolve()
        }),
      ingest: () => Promise.reject(new MillraceError('LOG_NO_ROOM', { free: 1, folder: 'log', needed: 2 })),
    },
  })
  const client = new AbortController()
  const body = JSON.stringify({ sql: 'SELECT 1' })
  const leaving = fetch(`${server.url}/v1/query`, { method: 'POST', body, signal: client.signal })
  await asked.promise
  client.abort()
  await expect(leaving).rejects.toThrow()
  expect(await gone.promise).toMatchObject({ code: 'CLIENT_GONE' })
  expect(await call('/v1/streams/events', { method: 'POST', body: '{}' })).toMatchObject({ status: 503 })
  const lines = logged.map((line) => JSON.parse(line))
  expect(lines.filter(({ level }) => level === 50)).toEqual([])
  expect(lines.filter(({ level }) => level === 40)).toMatchObject([{ code: 'LOG_NO_ROOM' }])
})

test('a server that stops does not wait for connections on which nothing was ever asked', async () => {
  const { server, call } = await serve({ drainMs: 3_600_000 })
  const { hostname, port } = new URL(server.url)
  const ahead = connect(Number(port), hostname)
  const closed = once(ahead, 'close')
  await once(ahead, 'connect')
  // those before it have been accepted
  expect((await call('/healthz')).status).toBe(200)
  await server.stop()
  await closed
})
