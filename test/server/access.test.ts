import { expect, test } from 'vitest'
import type { Access } from '../../src/project/server-settings.ts'
import { raw, serve } from './harness.ts'

const access: Access = {
  admin: ['the-admin'],
  write: [
    { name: 'web', token: 'in-a-page', streams: ['events'], origins: ['https://shop.example'] },
    { name: 'till', token: 'at-the-till', streams: 'all', origins: [] },
  ],
  read: [{ name: 'board', token: 'on-the-wall', tables: ['marts'] }],
}
const bearer = (token: string) => `Bearer ${token}`

test.each([
  ['nothing', undefined, 401, 'TOKEN_MISSING'],
  ['words', 'in-a-page', 401, 'TOKEN_MISSING'],
  ['another token', bearer('in-a-pagE'), 403, 'TOKEN_REFUSED'],
  ['a token to read', bearer('on-the-wall'), 403, 'TOKEN_REFUSED'],
  ['a write key', bearer('in-a-page'), 200, undefined],
  ['a write key as a user', `Basic ${Buffer.from('in-a-page:').toString('base64')}`, 200, undefined],
  ['a write key of all streams', bearer('at-the-till'), 200, undefined],
  ['the admin’s', bearer('the-admin'), 200, undefined],
])('events with %s', async (_, authorization, status, code) => {
  const { call, came, logged } = await serve({ access })
  const headers = authorization === undefined ? {} : { authorization }
  const answer = await call('/v1/streams/events', { method: 'POST', body: '{}', headers })
  expect({ status: answer.status, code: answer.json.code, came: came.length }).toEqual({
    status,
    code,
    came: status === 200 ? 1 : 0,
  })
  expect(logged.join('')).not.toMatch(/in-a-page|on-the-wall|the-admin|at-the-till/)
})

test('a write key is for its streams, and reads nothing', async () => {
  const { call } = await serve({ access })
  const post = { method: 'POST', body: '{"sql":"SELECT 1"}', headers: { authorization: bearer('in-a-page') } }
  expect(await call('/v1/streams/orders', post)).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
  expect(await call('/v1/query', post)).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
  expect((await call('/healthz')).status).toBe(200)
})

test('pages of the origins of a write key may use it, and no others', async () => {
  const { call, came } = await serve({ access })
  const ask = (origin: string) => call('/v1/streams/events', { method: 'OPTIONS', headers: { origin } })
  const send = (origin: string, token: string) =>
    call('/v1/streams/events', { method: 'POST', body: '{}', headers: { origin, authorization: bearer(token) } })
  const allowed = await ask('https://shop.example')
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization')
  const sent = await send('https://shop.example', 'in-a-page')
  expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example'])
  expect(await ask('https://evil.example')).toMatchObject({ status: 403, json: { code: 'ORIGIN_REFUSED' } })
  for (const token of ['in-a-page', 'at-the-till', 'the-admin'])
    expect(await send('https://evil.example', token)).toMatchObject({ status: 403, json: { code: 'ORIGIN_REFUSED' } })
  expect(came.length).toBe(1)
})

test('without tokens only this machine is answered, and its own pages', async () => {
  const { server, call, came } = await serve()
  const { host, port } = new URL(server.url)
  const send = (head: string) =>
    raw(server.url, `POST /v1/streams/events HTTP/1.1\r\n${head}content-length: 2\r\nconnection: close\r\n\r\n{}`)
  expect(await send('host: evil.example\r\n')).toMatch(/^HTTP\/1.1 403 [\s\S]*HOST_REFUSED/)
  expect(await send(`host: evil.example:${port}\r\n`)).toMatch(/^HTTP\/1.1 403 [\s\S]*HOST_REFUSED/)
  expect(await send('host: 127.0.0.1.evil.example\r\n')).toMatch(/^HTTP\/1.1 403 [\s\S]*HOST_REFUSED/)
  expect(await send(`host: ${host}\r\norigin: https://evil.example\r\n`)).toMatch(
    /^HTTP\/1.1 403 [\s\S]*ORIGIN_REFUSED/,
  )
  expect(await send(`host: ${host}\r\norigin: null\r\n`)).toMatch(/^HTTP\/1.1 403 [\s\S]*ORIGIN_REFUSED/)
  expect(came).toEqual([])
  expect(await send(`host: localhost:${port}\r\n`)).toMatch(/^HTTP\/1.1 200/)
  expect(await send(`host: ${host}\r\norigin: ${server.url}\r\n`)).toMatch(/^HTTP\/1.1 200/)
  expect((await call('/v1/streams/events', { method: 'POST', body: '{}' })).status).toBe(200)
})
