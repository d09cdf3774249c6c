import { expect, test } from 'vitest'
import { sessionAnswer } from '../../src/api/session.ts'
import type { Access } from '../../src/project/server-settings.ts'
import { SessionCookies } from '../../src/server/session-cookies.ts'
import { nobody, noViews, serve } from './harness.ts'

const access: Access = {
  admin: ['the-admin'],
  write: [{ name: 'web', token: 'in-a-page', streams: 'all', origins: ['https://shop.example'] }],
  read: [{ name: 'board', token: 'on-the-wall', tables: ['marts'] }],
}

/** A browser with one page of the server: it says where it comes from, and keeps its cookie. */
async function browserAt(given: Access) {
  const views = { ...noViews, tables: async () => [] }
  const { server, call, logged } = await serve({ access: given, doors: { views } })
  let cookie = ''
  const ask = async (path: string, { method = 'GET', body, origin = server.url }: Sent = {}) => {
    const headers = { ...(cookie && { cookie }), ...(method !== 'GET' && { origin }) }
    const answer = await call(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    const set = answer.headers.get('set-cookie')
    if (set !== null) cookie = set.split(';')[0] as string
    return { ...answer, set }
  }
  return { ask, call, url: server.url, logged, cookie: () => cookie }
}
interface Sent {
  readonly method?: string
  readonly body?: unknown
  readonly origin?: string
}

const signIn = (token: string) => ({ method: 'POST', body: { token } })

test('a page signs in by a token, reads by its cookie, which no script and no other site has, and signs out', async () => {
  const { ask, url, logged } = await browserAt(access)
  const out = { access: 'none', token: null, tables: null, dashboards: null, project: null, timezone: null }
  expect((await ask('/v1/session')).json).toEqual(out)
  expect(await ask('/v1/tables')).toMatchObject({ status: 401, json: { code: 'TOKEN_MISSING' } })

  const { json, set } = await ask('/v1/session', signIn('the-admin'))
  const signedIn = { access: 'admin', token: null, tables: null, dashboards: null, project: 'shop', timezone: 'UTC' }
  expect(sessionAnswer.parse(json)).toEqual(signedIn)
  const port = new URL(url).port
  const form = `^millrace_session${port}=[\\w.-]+; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`
  expect(set).toMatch(new RegExp(form))
  expect((await ask('/v1/session')).json).toEqual(signedIn)
  expect(await ask('/v1/tables')).toMatchObject({ status: 200 })

  expect((await ask('/v1/session', { method: 'DELETE' })).json).toEqual(out)
  expect((await ask('/v1/session')).json).toEqual(out)
  expect(logged.join('')).not.toMatch(/the-admin|millrace_session/)
})

test('a read token signs in to its tables alone; a write key, and what is no token, do not', async () => {
  const { ask } = await browserAt(access)
  for (const token of ['in-a-page', 'the-admin2', '', ' '])
    expect((await ask('/v1/session', signIn(token))).json.code).toMatch(/^TOKEN_REFUSED$|^REQUEST_INVALID$/)
  expect((await ask('/v1/session', signIn('on-the-wall'))).json).toMatchObject({
    access: 'read',
    token: 'board',
    tables: ['marts'],
  })
  expect(await ask('/v1/ledger')).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
})

test('pages of elsewhere, other ports of this machine among them, neither sign in nor change anything by the cookie', async () => {
  const { ask, call, cookie } = await browserAt(access)
  const refused = { status: 403, json: { code: 'ORIGIN_REFUSED' } }
  for (const origin of ['https://evil.example', 'http://localhost:1', 'null', 'https://shop.example'])
    expect(await ask('/v1/session', { ...signIn('the-admin'), origin })).toMatchObject(refused)
  await ask('/v1/session', signIn('the-admin'))
  const body = { sql: 'SELECT 1' }
  for (const origin of ['https://evil.example', 'http://localhost:1', 'null', 'https://shop.example'])
    expect(await ask('/v1/query', { method: 'POST', body, origin })).toMatchObject(refused)
  const silent = { method: 'POST', body: JSON.stringify(body), headers: { cookie: cookie() } }
  expect(await call('/v1/query', silent)).toMatchObject(refused)
  const reading = { headers: { cookie: cookie(), origin: 'https://evil.example' } }
  expect(await call('/v1/tables', reading)).toMatchObject(refused)
})

test('over https the cookie is for https alone', async () => {
  const { call, url } = await browserAt(access)
  const origin = url.replace('http:', 'https:')
  const sent = { method: 'POST', headers: { origin }, body: JSON.stringify({ token: 'the-admin' }) }
  expect((await call('/v1/session', sent)).headers.get('set-cookie')).toMatch(/; SameSite=Strict; Secure$/)
})

test('without tokens everybody on this machine is in, and nobody else', async () => {
  const { ask, call } = await browserAt(nobody)
  expect((await ask('/v1/session')).json).toMatchObject({ access: 'local', project: 'shop' })
  expect(await ask('/v1/session', signIn('anything'))).toMatchObject({ json: { access: 'local' }, set: null })
  const { server } = await serve()
  const answer = await fetch(`${server.url.replace('127.0.0.1', 'localhost')}/v1/session`)
  expect(((await answer.json()) as { access: string }).access).toBe('local')
  expect((await call('/v1/session', { headers: { origin: 'https://evil.example' } })).status).toBe(403)
})

test('a cookie outlives the server, ends in a month, with its token, and with any letter of it changed', () => {
  const clock = { ms: Date.UTC(2026, 0, 1) }
  const cookies = (...digests: string[]) => new SessionCookies(() => clock.ms, digests)
  const cookie = cookies('a', 'b').issue('a')
  expect(cookies('b', 'a').digestOf(cookie)).toBe('a')
  expect(cookies('b').digestOf(cookie)).toBe(undefined)
  for (let at = 0; at < cookie.length; at++) {
    const other = cookie[at] === 'A' || cookie[at] === '1' ? '2' : '1'
    const changed = cookie.slice(0, at) + other + cookie.slice(at + 1)
    expect([at, cookies('a', 'b').digestOf(changed)]).toEqual([at, undefined])
  }
  clock.ms += 30 * 24 * 3600_000 - 1
  expect(cookies('a').digestOf(cookie)).toBe('a')
  clock.ms += 1
  expect(cookies('a').digestOf(cookie)).toBe(undefined)
})
