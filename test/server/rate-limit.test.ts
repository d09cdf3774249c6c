import { expect, test } from 'vitest'
import type { Access } from '../../src/project/server-settings.ts'
import { RateLimit } from '../../src/server/rate-limit.ts'
import { serve } from './harness.ts'

const write = (name: string, requestsPerSecond?: number) => ({
  kind: 'write' as const,
  name,
  streams: 'all' as const,
  origins: [],
  ...(requestsPerSecond !== undefined && { requestsPerSecond }),
})

test('a second’s worth of requests may come at once, and then as many a second', () => {
  let nowMs = 1_000_000
  const rates = new RateLimit(() => nowMs)
  const take = (count: number) => Array.from({ length: count }, () => rates.take(write('web', 4)))
  expect(take(5)).toEqual([undefined, undefined, undefined, undefined, 1])
  nowMs += 249
  expect(take(1)).toEqual([1])
  nowMs += 1
  expect(take(2)).toEqual([undefined, 1])
  nowMs += 3_600_000
  expect(take(5)).toEqual([undefined, undefined, undefined, undefined, 1])
  nowMs -= 3_600_000
  expect(take(1)).toEqual([1])
  nowMs += 250
  expect(take(2)).toEqual([undefined, 1])
})

test('tokens do not count for each other, and those without a limit do not count', () => {
  const rates = new RateLimit(() => 0)
  expect([rates.take(write('a', 1)), rates.take(write('a', 1)), rates.take(write('b', 1))]).toEqual([
    undefined,
    1,
    undefined,
  ])
  const board = { kind: 'read', name: 'a', tables: 'all', requestsPerSecond: 1 } as const
  expect(rates.take(board)).toBe(undefined)
  for (let at = 0; at < 100; at++) {
    expect(rates.take(write('c'))).toBe(undefined)
    expect(rates.take({ kind: 'admin' })).toBe(undefined)
  }
})

test('more requests than a token may make are refused before their bodies are read, and told when to come', async () => {
  const access: Access = {
    admin: [],
    write: [
      { name: 'web', token: 'in-a-page', streams: 'all', origins: ['https://shop.example'], requestsPerSecond: 2 },
    ],
    read: [],
  }
  const { call, came } = await serve({ access, bodyBytes: 10, context: { now: () => 5, emit: () => {} } })
  const headers = { authorization: 'Bearer in-a-page', origin: 'https://shop.example' }
  const send = (body: string) => call('/v1/streams/events', { method: 'POST', body, headers })
  expect([(await send('{}')).status, (await send('{}')).status]).toEqual([200, 200])
  const third = await send('x'.repeat(100))
  expect(third).toMatchObject({ status: 429, json: { code: 'REQUESTS_TOO_MANY' } })
  expect(third.headers.get('retry-after')).toBe('1')
  // a page may read why
  expect(third.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect(came.length).toBe(2)
  expect((await call('/healthz')).status).toBe(200)
})
