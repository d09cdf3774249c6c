import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { describeFile } from '../../src/connectors/files/glob.ts'
import { loadProject } from '../../src/project/load.ts'
import type { Target } from '../../src/project/parse.ts'
import { type ReplayCounts, type ReplayOptions, replay } from '../../src/project/replay.ts'
import { tempFolder } from '../temp-folder.ts'

interface Request {
  readonly body: string
  readonly key: string | undefined
}

/** What a server does with a request: a status and an answer, or nothing at all. */
type Answer = { readonly status: number; readonly body: unknown } | 'none'

/** A server that keeps what came, and answers as it is told. */
async function answering(answer: (request: Request, count: number) => Answer) {
  const came: Request[] = []
  const server = createServer(async (request, response) => {
    const key = request.headers['idempotency-key']
    const one = { body: await text(request), key: typeof key === 'string' ? key : undefined }
    came.push(one)
    const given = answer(one, came.length)
    if (given === 'none') request.socket.destroy()
    else response.writeHead(given.status).end(JSON.stringify(given.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came }
}

const taken = ({ body }: Request): Answer => ({
  status: 200,
  body: { accepted: body.trimEnd().split('\n').length, duplicates: 0, conflicts: 0, rejected: [] },
})

/** Replays three rows of delimited text. */
async function replayed(
  given: Partial<ReplayOptions> & Pick<ReplayOptions, 'url'>,
  signal = new AbortController().signal,
): Promise<{ readonly counts: ReplayCounts; readonly told: ReplayCounts | undefined }> {
  const dir = await tempFolder()
  writeFileSync(
    join(dir, 'millrace.config.ts'),
    `import { defineProject, stream } from 'millrace'
export default defineProject({ name: 'x', streams: { e: stream({ columns: { id: 'uuid', n: 'bigint' }, id: 'id' }) } })`,
  )
  writeFileSync(join(dir, 'rows.csv'), 'n\n1\n1\n2\n')
  const settings = await loadProject(dir)
  const file = await describeFile(join(dir, 'rows.csv'), dir)
  if (!file) throw new Error('no file')
  const context = { signal, emit: () => undefined, now: Date.now }
  let told: ReplayCounts | undefined
  const options = { file, now: false, loop: false, giveUpMs: 0, ...given }
  const counts = await replay(settings, settings.targets.get('e') as Target, options, context, (counts) => {
    told = counts
  })
  return { counts, told }
}

test('a batch without an answer is sent again with the same ids', async () => {
  const busy: Answer = { status: 503, body: { code: 'LOG_NO_ROOM', message: 'no room' } }
  const server = await answering((request, count) => (count === 1 ? 'none' : count === 2 ? busy : taken(request)))
  const { counts } = await replayed({ url: server.url, giveUpMs: 60_000 })
  expect(counts).toMatchObject({ sent: 3, accepted: 3, stopped: false })
  expect(server.came.length).toBe(3)
  expect(new Set(server.came.map(({ body }) => body)).size).toBe(1)
  expect(new Set(server.came.map(({ key }) => key)).size).toBe(1)
  const ids = (server.came[0] as Request).body
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly id: string }).id)
  expect(new Set(ids).size).toBe(3)
})

test('a batch that is too large goes in halves', async () => {
  const server = await answering((request) =>
    request.body.trimEnd().includes('\n') ? { status: 413, body: {} } : taken(request),
  )
  expect((await replayed({ url: server.url })).counts).toMatchObject({ sent: 3, accepted: 3 })
})

test('a server that is not there, or does not let it in, is told', async () => {
  const gone = await answering(() => 'none')
  await expect(replayed({ url: gone.url })).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  const closed = await answering(() => ({ status: 401, body: { message: 'this needs a token' } }))
  const refused = { code: 'SERVER_REFUSED', message: expect.stringContaining('this needs a token') }
  await expect(replayed({ url: closed.url })).rejects.toMatchObject(refused)
})

test('a replay that is stopped tells what became of what it had sent', async () => {
  const stop = new AbortController()
  const server = await answering((request, count) => {
    if (count === 3) stop.abort(new Error('stopped'))
    return taken(request)
  })
  const { counts } = await replayed({ url: server.url, now: true, loop: true, rate: 50 }, stop.signal)
  expect(counts.stopped).toBe(true)
  expect(counts.sent).toBe(server.came.reduce((sum, { body }) => sum + body.trimEnd().split('\n').length, 0))
  expect(counts.accepted).toBe(counts.sent)
})
