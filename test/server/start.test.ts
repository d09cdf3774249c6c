import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { startProcess } from './started.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject(({ env }) => ({
  name: 'guarded',
  streams: { events: stream({ columns: { id: 'varchar' } }), others: stream({ columns: { id: 'varchar' } }) },
  server: {
    tokens: {
      admin: [env('ADMIN')],
      write: { web: { key: env('WEB'), streams: ['events'], requestsPerSecond: 1 } },
      read: { board: { token: env('BOARD'), tables: ['events'] } },
    },
    bodyBytes: 100,
  },
}))
`

test('a server takes the tokens and the limits of its project', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const secrets = ['ADMIN', 'WEB', 'BOARD'].map((name) => `${name}=${name.toLowerCase().repeat(8)}`)
  writeFileSync(join(dir, '.env'), secrets.join('\n'))
  const { url, kill } = await startProcess(dir)
  const ask = async (path: string, name: string, body?: string) => {
    const headers = name === '' ? {} : { authorization: `Bearer ${name.repeat(8)}` }
    const response = await fetch(url + path, body === undefined ? { headers } : { headers, body, method: 'POST' })
    return [response.status, ((await response.json()) as { code?: string }).code]
  }
  expect(await ask('/v1/streams', '')).toEqual([401, 'TOKEN_MISSING'])
  expect(await ask('/v1/streams', 'web')).toEqual([403, 'TOKEN_REFUSED'])
  expect(await ask('/v1/streams/others', 'web', '{}')).toEqual([403, 'TOKEN_REFUSED'])
  expect(await ask('/v1/streams/events', 'web', '{"id":"a"}')).toEqual([200, undefined])
  const many = await Promise.all(Array.from({ length: 20 }, () => ask('/v1/streams/events', 'web', '{"id":"b"}')))
  expect(many).toContainEqual([429, 'REQUESTS_TOO_MANY'])
  expect(await ask('/v1/streams/events', 'admin', `{"id":"${'x'.repeat(100)}"}`)).toEqual([413, 'REQUEST_TOO_LARGE'])
  expect(await ask('/v1/query', 'board', '{"sql":"SELECT id FROM others"}')).toEqual([400, 'SQL_INVALID'])
  expect(await ask('/v1/query', 'board', '{"sql":"SELECT id FROM events"}')).toEqual([200, undefined])
  await kill('SIGTERM')
})
