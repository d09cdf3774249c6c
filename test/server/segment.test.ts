import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { raw } from './harness.ts'
import { serveProject, shop } from './segment-harness.ts'

test('a batch is taken whole: each field is found by SQL, and a bad event is a reject that is kept', async () => {
  await using served = await serveProject()
  const { post, ask, live } = served
  const now = Date.now()
  const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()
  const batch = [
    { type: 'identify', messageId: 'm1', anonymousId: 'a1', userId: 'u1', traits: { plan: 'pro' }, timestamp: at(-60) },
    {
      type: 'track',
      messageId: 'm2',
      userId: 'u1',
      event: 'Order Completed',
      timestamp: at(-60),
      properties: { total: 9.5, currency: 'EUR' },
    },
    { type: 'track', messageId: 'm3', userId: 'u1', event: 'Viewed', timestamp: 'yesterday' },
    { type: 'alias', messageId: 'm4', userId: 'u2', previousId: 'a2', timestamp: at(-60), _metadata: { bundled: [] } },
    5,
  ]
  // a clock that is an hour behind
  const body = { batch, sentAt: at(-30), context: { ip: '10.0.0.1' }, writeKey: 'web1' }
  const answer = await post('/v1/batch', body)
  expect(answer).toMatchObject({
    status: 200,
    json: {
      success: true,
      accepted: 3,
      rejected: [
        { index: 2, column: 'timestamp', code: 'type' },
        { index: 4, code: 'not_an_object' },
      ],
    },
  })
  const shifted = `abs(epoch("timestamp") - epoch(received_at) + 30) < 0.01`
  const rows = await ask(
    `SELECT message_id, type, user_id, previous_id, traits ->> 'plan', context ->> 'ip', ${shifted}, extra FROM tracks ORDER BY 1`,
  )
  expect(rows).toEqual([
    ['m1', 'identify', 'u1', null, 'pro', '10.0.0.1', true, null],
    ['m2', 'track', 'u1', null, null, '10.0.0.1', true, null],
    ['m4', 'alias', 'u2', 'a2', null, '10.0.0.1', true, null],
  ])
  expect(await ask('SELECT user_id, total, currency, epoch(placed_at) > 0 FROM orders')).toEqual([
    ['u1', '9.50', 'EUR', true],
  ])
  expect(await ask('SELECT anonymous_id, user_id FROM identities ORDER BY 1')).toEqual([
    ['a1', 'u1'],
    ['a2', 'u2'],
  ])

  // sent again: everything is there already
  const again = await post('/v1/batch', { ...body, sentAt: at(-20) })
  expect(again).toMatchObject({ status: 200, json: { accepted: 0, duplicates: 3, conflicts: 0 } })
  await live.flush()
  expect(await ask('SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM orders)')).toEqual([[3n, 1n]])
  const rejects = await ask(`SELECT raw FROM millrace.rejects WHERE code = 'type'`)
  expect(rejects[0]?.[0]).toContain('"event":"Viewed"')
})

const event = { messageId: 'm1', anonymousId: 'a1' }

test.each([
  ['track', 't', 'track'],
  ['identify', 'i', 'identify'],
  ['page', 'p', 'page'],
  ['screen', 's', 'screen'],
  ['group', 'g', 'group'],
  ['alias', 'a', 'alias'],
])('/v1/%s and /v1/%s take one %s', async (long, short, type) => {
  await using served = await serveProject()
  const { post, ask, call } = served
  expect(await post(`/v1/${long}`, event)).toMatchObject({ status: 200, json: { success: true, accepted: 1 } })
  // as a browser sends it that asks nobody first: no header of its own, the key in the body
  const body = JSON.stringify({ ...event, messageId: 'm2', type: 'other', writeKey: 'web1' })
  const headers = { 'content-type': 'text/plain;charset=UTF-8', origin: 'https://shop.example' }
  const answer = await call(`/v1/${short}`, { method: 'POST', body, headers })
  expect(answer).toMatchObject({ status: 200, json: { success: true, accepted: 1 } })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect(await ask(`SELECT message_id, type, extra, received_at = "timestamp" FROM tracks ORDER BY 1`)).toEqual([
    ['m1', type, null, true],
    ['m2', type, null, true],
  ])
})

test.each(['batch', 'b', 'import'])('/v1/%s takes several, also as gzip', async (path) => {
  await using served = await serveProject()
  const batch = [
    { ...event, type: 'track', event: 'x', context: { own: true } },
    { type: 'page', messageId: 'm2', userId: 'u1' },
  ]
  const body = gzipSync(JSON.stringify({ batch, context: { library: 'own' }, integrations: { All: true } }))
  const headers = { authorization: `Basic ${btoa('back2:')}`, 'content-encoding': 'gzip' }
  expect(await served.call(`/v1/${path}`, { method: 'POST', body, headers })).toMatchObject({
    status: 200,
    json: { accepted: 2, rejected: [] },
  })
  expect(await served.ask('SELECT type, context, integrations FROM tracks ORDER BY message_id')).toEqual([
    ['track', '{"own":true}', '{"All":true}'],
    ['page', '{"library":"own"}', '{"All":true}'],
  ])
  expect(await served.post(`/v1/${path}`, { batch: [] })).toMatchObject({ status: 200, json: { accepted: 0 } })
})

test.each([
  ['a wrong key', '/v1/track', event, { authorization: `Basic ${btoa('web2:')}` }, 401, 'WRITE_KEY_REFUSED'],
  ['no key', '/v1/track', event, { authorization: '' }, 401, 'WRITE_KEY_REFUSED'],
  ['a wrong key in the body', '/v1/t', { ...event, writeKey: 'x' }, { authorization: '' }, 401, 'WRITE_KEY_REFUSED'],
  ['a page of elsewhere', '/v1/t', event, { origin: 'https://other.example' }, 403, 'ORIGIN_REFUSED'],
  [
    'a key of another’s pages',
    '/v1/t',
    event,
    { origin: 'https://shop.example', authorization: `Basic ${btoa('back1:')}` },
    403,
    'ORIGIN_REFUSED',
  ],
  ['a body that ends early', '/v1/batch', '{"batch":[{"type":"track"}', {}, 400, 'BODY_BROKEN'],
  ['a body that goes on', '/v1/track', '{} {}', {}, 400, 'BODY_BROKEN'],
  ['a list', '/v1/track', '[{}]', {}, 400, 'BODY_BROKEN'],
  ['a batch of none', '/v1/batch', '{"batch":{}}', {}, 400, 'BODY_BROKEN'],
  ['nothing', '/v1/batch', '', {}, 400, 'BODY_BROKEN'],
])('%s is refused, and nothing is taken', async (_, path, body, headers, status, code) => {
  await using served = await serveProject({ access: { admin: ['the-admins-own-token'], write: [], read: [] } })
  expect(await served.post(path, body, headers)).toMatchObject({ status, json: { code } })
  expect(await served.ask('SELECT count(*) FROM tracks')).toEqual([[0n]])
})

test('a browser is told where to send, and that it may', async () => {
  await using served = await serveProject()
  const { call, url } = served
  const origin = 'https://shop.example'
  const settings = await call('/v1/projects/web1/settings', { headers: { origin } })
  expect(settings.headers.get('access-control-allow-origin')).toBe(origin)
  const host = url.replace('http://', '')
  const segment = { apiKey: 'web1', apiHost: `${host}/v1`, protocol: 'http' }
  expect(settings).toMatchObject({ status: 200, json: { integrations: { 'Segment.io': segment } } })
  const behind = await call('/v1/projects/web1/settings', { headers: { origin, 'x-forwarded-proto': 'https' } })
  expect(behind.json.integrations['Segment.io'].protocol).toBe('https')
  expect(await call('/v1/projects/web2/settings')).toMatchObject({ status: 401 })

  const asks = (from: string) =>
    call('/v1/t', { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'POST' } })
  const allowed = await asks(origin)
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-headers')).toContain('x-retry-count')
  expect(await asks('https://other.example')).toMatchObject({ status: 403 })
})

test('more requests than a source takes are told to come again, and pages can read when', async () => {
  const config = shop.replace("key: 'web1'", "key: 'web1', requestsPerSecond: 2")
  const nowMs = Date.now()
  await using served = await serveProject({ config, now: () => nowMs })
  const headers = { origin: 'https://shop.example' }
  for (const messageId of ['m1', 'm2'])
    expect(await served.post('/v1/t', { ...event, messageId }, headers)).toMatchObject({ status: 200 })
  const refused = await served.post('/v1/t', { ...event, messageId: 'm3' }, headers)
  expect(refused).toMatchObject({ status: 429, json: { code: 'REQUESTS_TOO_MANY' } })
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after')
  expect(await served.ask('SELECT count(*) FROM tracks')).toEqual([[2n]])
})

test('a source without a key takes any on a server without tokens, and pages of this machine', async () => {
  const config = shop.replace(", key: 'web1', origins: ['https://shop.example']", '')
  const send = (served: Awaited<ReturnType<typeof serveProject>>, origin: string) =>
    served.post('/v1/t', event, { origin, authorization: `Basic ${btoa('any:')}` })
  {
    await using served = await serveProject({ config })
    expect(await send(served, 'http://localhost:8080')).toMatchObject({ status: 200, json: { accepted: 1 } })
    expect(await send(served, 'https://other.example')).toMatchObject({ status: 403 })
    // a name that is made to mean this machine
    const body = JSON.stringify({ ...event, writeKey: 'any' })
    const rebound = `POST /v1/t HTTP/1.1\r\nhost: evil.example\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    expect(await raw(served.url, rebound)).toMatch(/^HTTP\/1.1 403 [\s\S]*"code":"HOST_REFUSED"/)
  }
  await using closed = await serveProject({ config, access: { admin: ['the-admins-own-token'], write: [], read: [] } })
  expect(await send(closed, 'http://localhost:8080')).toMatchObject({ status: 403 })
  expect(await closed.post('/v1/t', event, { authorization: `Basic ${btoa('any:')}` })).toMatchObject({ status: 401 })
})

test('a project without a tracking source has none of its routes', async () => {
  const config = `import { defineProject } from 'millrace'\nexport default defineProject({ name: 'empty' })\n`
  await using served = await serveProject({ config })
  expect(await served.post('/v1/batch', { batch: [] })).toMatchObject({ status: 404, json: { code: 'ROUTE_UNKNOWN' } })
})
