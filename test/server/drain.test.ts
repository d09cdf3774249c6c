import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { startProcess } from './started.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'draining',
  streams: { events: stream({ columns: { id: 'varchar not null' }, id: 'id' }) },
})
`

test('a server that is told to end takes a slow request to its end, and what it acknowledged to its table', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const server = await startProcess(dir)
  const { hostname, port } = new URL(server.url)
  const changes = await fetch(`${server.url}/v1/changes`)
  const body = '[{"id":"a"},{"id":"b"}]'
  const slow = connect(Number(port), hostname)
  const parts: Buffer[] = []
  slow.on('data', (part) => parts.push(part))
  const closed = new Promise((resolve) => slow.on('close', resolve))
  const head = `POST /v1/streams/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`
  slow.write(head)
  // it has come, as the server asks for its body
  await new Promise((resolve) => slow.once('data', resolve))
  slow.write(body.slice(0, 9))
  const ended = server.kill('SIGTERM')
  // the end of what is listened to says that it has begun to stop
  await changes.text()
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed')
  slow.write(body.slice(9))
  await closed
  expect(Buffer.concat(parts).toString()).toMatch(/HTTP\/1.1 200 OK[\s\S]*"accepted":2/)
  await ended
  const again = await startProcess(dir)
  expect(await again.get('/v1/streams')).toMatchObject({
    streams: [{ offsets: { next: '2', stored: '2' }, counts: { stored: 2, pending: 0 } }],
  })
  expect(await again.ask('SELECT id FROM events ORDER BY id')).toEqual([['a'], ['b']])
  await again.kill('SIGTERM')
})
