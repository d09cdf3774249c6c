import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import { interceptedDisk } from '../faults/calls.ts'
import { oneStream, serveProject } from './project-server.ts'

test('while the disk is full the server is not ready, and says why; when there is room it is again', async () => {
  let full = false
  const disk = interceptedDisk(nodeDisk(), async (call, perform) => {
    if (full && call.bytes) throw new MillraceError('DISK_FULL', { path: call.path })
    return perform()
  })
  const { call } = await serveProject({ 'millrace.config.ts': oneStream }, { policy: { disk } })
  const send = (id: string) => call('/v1/streams/events', { method: 'POST', body: JSON.stringify({ id, n: 1 }) })
  const ready = async () => (await call('/readyz')).status
  await expect.poll(ready).toBe(200)
  expect((await send('a')).status).toBe(200)
  full = true
  expect((await send('b')).status).toBe(503)
  expect(await call('/readyz')).toMatchObject({
    status: 503,
    json: {
      ready: false,
      refusing: [{ stream: 'events', code: 'LOG_WRITE_FAILED' }],
      alarms: [],
    },
  })
  full = false
  await expect.poll(ready, { timeout: 20_000 }).toBe(200)
  expect((await send('b')).json).toMatchObject({ accepted: 1, duplicates: 0 })
})
