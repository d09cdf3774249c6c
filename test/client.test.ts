import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { client, type Refusal } from '../src/client.ts'
import { MillraceError } from '../src/core/errors.ts'
import { defineProject, stream } from '../src/index.ts'
import type { Doors, IngestOptions } from '../src/server/doors.ts'
import { serve } from './server/harness.ts'

const project = defineProject({
  name: 'shop',
  streams: {
    orders: stream({ columns: { id: 'bigint not null', price: 'decimal(9,2)' } }),
    clicks: stream({ columns: { page: 'varchar' } }),
  },
})

/** A server that keeps what each request brought, by its key, once. */
async function keeping(before: (request: number) => void = () => {}) {
  const kept = new Map<string, string[]>()
  let requests = 0
  const ingest: Doors['ingest'] = async (name, body, { idempotencyKey = '', lines }: IngestOptions) => {
    requests++
    const texts = Buffer.from(body).toString().split('\n')
    expect(lines).toBe(true)
    kept.set(`${name} ${idempotencyKey}`, texts)
    before(requests)
    const rejected = texts.flatMap((text, index) =>
      text.includes('bad') ? [{ index, column: 'page', code: 'BAD', message: 'it is bad' }] : [],
    )
    return { accepted: texts.length - rejected.length, duplicates: 0, conflicts: 0, rejected }
  }
  const { server } = await serve({ doors: { ingest }, bodyBytes: 2_000_000 })
  return { url: server.url, kept, requests: () => requests }
}

test('events go out in few requests, in their order, with every digit', async () => {
  const { url, kept, requests } = await keeping()
  const shop = client<typeof project>(`${url}/`, { key: 'web' })
  const sent = Array.from({ length: 1200 }, (_, at) =>
    shop.orders.send({ id: 9_007_199_254_740_993n + BigInt(at), price: '1.20' }),
  )
  expect(new Set(await Promise.all(sent))).toEqual(new Set([undefined]))
  expect(requests()).toBe(3)
  const texts = [...kept.values()].flat()
  expect(texts[0]).toBe('{"id":"9007199254740993","price":"1.20"}')
  expect(texts.map((text) => BigInt(JSON.parse(text).id) - 9_007_199_254_740_993n)).toEqual(
    sent.map((_, at) => BigInt(at)),
  )
})

test('whoever sends is told which event was refused, and why', async () => {
  const { url } = await keeping()
  const told: [Refusal, unknown][] = []
  const shop = client<typeof project>(url, { onRefused: (refusal, event) => told.push([refusal, event]) })
  // @ts-expect-error: a page is text
  const wrong = () => shop.clicks.send({ page: 1 })
  expect(wrong).toBeTypeOf('function')
  const all = [shop.clicks.send({ page: 'a' }), shop.clicks.send({ page: 'bad' }), shop.clicks.send({ page: 'c' })]
  const refusal = { rejected: true, column: 'page', code: 'BAD', message: 'it is bad' }
  expect(await Promise.all(all)).toEqual([undefined, refusal, undefined])
  expect(told).toEqual([[refusal, { page: 'bad' }]])
  const loop: { page?: unknown } = {}
  loop.page = loop
  expect(await shop.clicks.send(loop as never)).toMatchObject({ rejected: false, code: 'NOT_JSON' })
})

test('what was not answered is sent again under the same key', async () => {
  const busy = new MillraceError('LOG_BUSY', { bytes: 1, folder: 'x' })
  const { url, kept, requests } = await keeping((request) => {
    if (request === 1) throw new Error('the answer is lost')
    if (request === 2) throw busy
  })
  const shop = client<typeof project>(url)
  expect(await shop.clicks.send({ page: 'a' }, { page: 'b' })).toBeUndefined()
  expect(requests()).toBe(3)
  expect([...kept.values()]).toEqual([['{"page":"a"}', '{"page":"b"}']])
})

test('what cannot come through is given up, and said', async () => {
  const shop = client<typeof project>('http://127.0.0.1:1', { giveUpMs: 300 })
  expect(await shop.clicks.send({ page: 'a' })).toMatchObject({ rejected: false, code: 'HTTP_0' })
  const { url } = await keeping()
  const small = client<typeof project>(url, { maxWaiting: 2 })
  const sent = await Promise.all(Array.from({ length: 3 }, () => small.clicks.send({ page: 'a' })))
  expect(sent.map((refusal) => refusal?.code)).toEqual([undefined, undefined, 'QUEUE_FULL'])
  const { server } = await serve({ access: { admin: ['x'], write: [], read: [] } })
  expect(await client<typeof project>(server.url).clicks.send({ page: 'a' })).toMatchObject({ code: 'TOKEN_MISSING' })
})

test('a batch that is too large is sent in parts', async () => {
  const { url, kept } = await keeping()
  const shop = client<typeof project>(url, { fetch: small })
  const pages = Array.from({ length: 20 }, (_, at) => String(at))
  expect(await shop.clicks.send(...pages.map((page) => ({ page })))).toBeUndefined()
  expect([...kept.values()].flat().map((text) => JSON.parse(text).page)).toEqual(pages)

  /** As a server before which something takes no more than 100 bytes. */
  async function small(to: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    return String(init?.body).length > 100 ? new Response('{}', { status: 413 }) : fetch(to, init)
  }
})

test('it is small, and needs nothing', () => {
  const source = readFileSync(join(import.meta.dirname, '../src/client.ts'), 'utf8')
  expect(source.match(/^import (?!type )/gm)).toBeNull()
  const bare = source.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  expect(gzipSync(bare).byteLength).toBeLessThan(5000)
})
