import { pino } from 'pino'
import { expect, test } from 'vitest'
import { lateDoors } from '../../src/server/late-doors.ts'
import { startServer } from '../../src/server/server.ts'
import { doorsOf, nobody, serve } from './harness.ts'

test('no route takes a door when it is made: it would not be there yet', async () => {
  const { doors, assertOpen } = lateDoors({ project: 'shop', timezone: 'UTC', tracking: [] })
  const { log, context } = { log: pino({ level: 'silent' }), context: { now: Date.now, emit: () => {} } }
  await using server = await startServer({
    ...{ host: '127.0.0.1', port: 0, access: nobody, version: '1', log, context },
    doors,
    assertOpen,
  })
  expect(server.url).toMatch(/^http:/)
  expect(() => doors.views).toThrow('views is asked for before the project is open')
})

test('while the project is opened the server says how far it is, and takes nothing', async () => {
  const entrance = lateDoors({ project: 'shop', timezone: 'UTC', tracking: [] })
  const { assertOpen, doors } = entrance
  const { call } = await serve({
    assertOpen,
    doors: { health: () => doors.health(), ingest: (...given) => doors.ingest(...given) },
  })
  const progress = { kind: 'pulse', type: 'task.progress', task: 'the log of `events`', unit: 'events' } as const
  entrance.emit({ ...progress, done: 1200, total: 4000 })
  expect(await call('/readyz')).toMatchObject({
    status: 503,
    json: { ready: false, waiting_for: ['the log of `events`: 1200 of 4000 events'] },
  })
  expect(await call('/healthz')).toMatchObject({ status: 200 })
  const refused = { status: 503, json: { code: 'SERVER_STARTING', message: expect.stringContaining('1200 of 4000') } }
  expect(await call('/v1/streams/events', { method: 'POST', body: '{}' })).toMatchObject(refused)
  expect(await call('/v1/query', { method: 'POST', body: '{"sql":"SELECT 1"}' })).toMatchObject(refused)
  const alarms = [{ stream: 'events', code: 'PROTOCOL_UNSUPPORTED' }]
  entrance.open(doorsOf({ health: async () => ({ ready: true, waiting_for: [], refusing: [], alarms }) }))
  expect(await call('/v1/streams/events', { method: 'POST', body: '{}' })).toMatchObject({ status: 200 })
  expect(await call('/readyz')).toMatchObject({ status: 200, json: { alarms } })
})
