import { Analytics } from '@segment/analytics-node'
import { expect, test } from 'vitest'
import { badWay } from './bad-way.ts'
import { serveProject } from './segment-harness.ts'

test('@segment/analytics-node sends here as it is: each field is found by SQL, and what it sends again is there once', async () => {
  await using served = await serveProject()
  const { ask, live } = served
  const way = await badWay(served.url)
  const analytics = new Analytics({ writeKey: 'web1', host: way.url, flushAt: 6 })
  const failures: unknown[] = []
  analytics.on('error', (error) => failures.push(error))
  const timestamp = new Date(Date.now() - 3_600_000)
  const context = { ip: '10.0.0.9', locale: 'es-MX' }
  const total = 1999.99
  analytics.identify({ anonymousId: 'a1', userId: 'u1', traits: { plan: 'pro', 'ключ "q"': ['\n'] }, context })
  analytics.track({
    userId: 'u1',
    event: 'Order Completed',
    properties: { total, currency: 'MXN', items: 2 },
    timestamp,
  })
  analytics.page({ anonymousId: 'a1', category: 'Docs', name: 'Intro', properties: { path: '/' } })
  analytics.screen({ anonymousId: 'a1', name: 'Home' })
  analytics.group({ userId: 'u1', groupId: 'g1', traits: { size: 7 } })
  analytics.alias({ userId: 'u2', previousId: 'a2' })
  analytics.track({ userId: 'u1', event: 'Viewed', integrations: { All: false } })
  await analytics.closeAndFlush({ timeout: 30_000 })

  expect(failures).toEqual([])
  expect(way.retries()).toContain('1')
  const columns = `type, event, user_id, anonymous_id, group_id, previous_id, category, name`
  expect(await ask(`SELECT ${columns} FROM tracks ORDER BY type, event`)).toEqual([
    ['alias', null, 'u2', null, null, 'a2', null, null],
    ['group', null, 'u1', null, 'g1', null, null, null],
    ['identify', null, 'u1', 'a1', null, null, null, null],
    ['page', null, null, 'a1', null, null, 'Docs', 'Intro'],
    ['screen', null, null, 'a1', null, null, null, 'Home'],
    ['track', 'Order Completed', 'u1', null, null, null, null, null],
    ['track', 'Viewed', 'u1', null, null, null, null, null],
  ])
  const values = `traits ->> 'plan', traits -> '$."ключ \\"q\\""', context ->> 'ip', context -> 'library' ->> 'name'`
  expect(await ask(`SELECT ${values} FROM tracks WHERE type = 'identify'`)).toEqual([
    ['pro', '["\\n"]', '10.0.0.9', '@segment/analytics-node'],
  ])
  expect(await ask(`SELECT traits ->> 'size' FROM tracks WHERE type = 'group'`)).toEqual([['7']])
  expect(await ask(`SELECT properties ->> 'path' FROM tracks WHERE type = 'page'`)).toEqual([['/']])
  expect(await ask(`SELECT integrations ->> 'All' FROM tracks WHERE event = 'Viewed'`)).toEqual([['false']])
  const times = `original_timestamp = '${timestamp.toISOString()}'::TIMESTAMPTZ,
    epoch_ms(received_at) - epoch_ms(sent_at) = epoch_ms("timestamp") - epoch_ms(original_timestamp), extra`
  expect(await ask(`SELECT ${times} FROM tracks WHERE event = 'Order Completed'`)).toEqual([[true, true, null]])
  const order = `user_id, total, currency, extra, (SELECT "timestamp" FROM tracks WHERE event = 'Order Completed') = placed_at`
  expect(await ask(`SELECT ${order} FROM orders`)).toEqual([['u1', '1999.99', 'MXN', '{"items":2}', true]])
  expect(await ask('SELECT anonymous_id, user_id FROM identities ORDER BY 1')).toEqual([
    ['a1', 'u1'],
    ['a2', 'u2'],
  ])

  await live.flush()
  const counts = 'count(*), count(DISTINCT message_id)'
  expect(
    await ask(`SELECT ${counts}, (SELECT count(*) FROM orders), (SELECT count(*) FROM millrace.rejects) FROM tracks`),
  ).toEqual([[7n, 7n, 1n, 0n]])
})
