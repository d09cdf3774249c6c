import { expect, test } from 'vitest'
import { serveProject } from './segment-harness.ts'

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
