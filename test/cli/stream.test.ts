import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openProject } from '../../src/project/open.ts'
import { tailEvents } from '../../src/project/stream-tail.ts'
import { startProcess } from '../server/started.ts'
import { tempFolder } from '../temp-folder.ts'
import { json, millrace } from './terminal.ts'

const config = `import { column, defineProject, stream } from 'millrace'
export default defineProject({
  name: 'streams',
  streams: {
    clicks: stream({ columns: { n: 'bigint not null', who: column('varchar', { pii: true }) } }),
    idle: stream({ columns: { n: 'bigint' } }),
  },
})
`

test('streams are listed beside their server, and what came last is shown without what is personal', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const stream = (...words: string[]) => millrace(['stream', ...words, '--project', dir])
  const server = await startProcess(dir)
  const send = (body: unknown) =>
    fetch(`${server.url}/v1/streams/clicks`, { method: 'POST', body: JSON.stringify(body) })
  await send([{ n: 1 }, { n: 'x' }, { n: 2, who: 'Ana' }, { n: 3 }])
  expect(json((await stream('ls')).stdout)).toEqual([
    { stream: 'clicks', received: 4, accepted: 3, duplicates: 0, rejected: 1, pending: 4 },
    { stream: 'idle', received: 0, accepted: 0, duplicates: 0, rejected: 0, pending: 0 },
  ])
  expect((await stream('tail', 'clicks', '-n', '2')).stdout).toBe('{"who":"…","n":2}\n{"n":3}\n')
  expect((await stream('tail', 'clicks', '-n', '2', '--pii')).stdout).toBe('{"n":2,"who":"Ana"}\n{"n":3}\n')
  expect(json((await stream('tail', 'click')).stderr)).toMatchObject([{ code: 'NAME_UNKNOWN' }])

  await using project = await openProject(dir, { access: 'read', command: 'test' })
  const stop = new AbortController()
  const came: string[] = []
  const view = () => project.log('clicks')
  const following = (async () => {
    for await (const event of tailEvents(view, { last: 1, follow: true }, stop)) came.push(event.toString())
  })()
  await vi.waitFor(() => expect(came).toEqual(['{"n":3}']), { timeout: 20_000 })
  await send({ n: 4 })
  await vi.waitFor(() => expect(came).toEqual(['{"n":3}', '{"n":4}']), { timeout: 20_000 })
  stop.abort()
  await following
})
