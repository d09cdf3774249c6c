import { once } from 'node:events'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { RunsAnswer } from '../../src/api/runs.ts'
import { frame, type RunFrame, socketFormat, socketPath } from '../../src/cli/beside/frames.ts'
import { serveCommands } from '../../src/cli/beside/serve.ts'
import { runProgram } from '../../src/cli/program.ts'
import { type Started, startProcess } from '../server/started.ts'
import { tempFolder } from '../temp-folder.ts'
import { captured, json, millrace } from './terminal.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'varchar', price: 'decimal(12,2)' }, id: 'id', rules: { cheap: 'price < 10' } }) },
})
`

async function started(): Promise<{ readonly dir: string; readonly server: Started }> {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const server = await startProcess(dir)
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 20_000 }).toBe(200)
  return { dir, server }
}

function send({ url }: Started, body: string): Promise<Response> {
  return fetch(`${url}/v1/streams/events`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  })
}

test('commands beside a server are carried out by it, and see what was acknowledged', async () => {
  const { dir, server } = await started()
  const run = async (...words: readonly string[]) => {
    const { status, stdout, stderr } = await millrace([...words, '--project', dir, '--json'])
    return [status, json(stdout), stderr]
  }
  expect(statSync(join(dir, '.millrace', 'local', 'server.sock')).mode & 0o777).toBe(0o600)
  await send(server, '{"id":"a","price":1}\n{"id":"b","price":50}\n{"id":"c","price":"x"}')
  expect(await run('query', 'SELECT id FROM events')).toEqual([0, [{ id: 'a' }], ''])
  expect(await run('ledger')).toMatchObject([0, [{ received: 3, pending: 2, closes: true }], ''])
  expect(await run('rejects', 'ls')).toMatchObject([0, [{ code: 'rule:cheap' }, { code: 'type' }], ''])
  const fix = ['rejects', 'fix', 'events', '--code', 'rule:cheap', '--set', 'price = price::double / 10', '--yes']
  expect(await run(...fix)).toMatchObject([0, [{ mended: 1, done: true }], ''])
  const replay = await fetch(`${server.url}/v1/rejects/events`, {
    method: 'POST',
    body: '{"how":"replay","dry_run":true}',
  })
  expect(await replay.json()).toMatchObject({ chosen: 1, refused: [{ code: 'type' }], done: false })
  const fixed = await fetch(`${server.url}/v1/rejects/events`, { method: 'POST', body: '{"how":"fix"}' })
  expect([fixed.status, await fixed.json()]).toMatchObject([400, { code: 'REQUEST_INVALID' }])
  writeFileSync(join(dir, 'more.csv'), 'id,price\na,1\nd,2\n')
  expect(await run('load', 'events', join(dir, 'more.csv'))).toMatchObject([0, [{ stored: 1, duplicate: 1 }], ''])
  await send(server, '{"id":"d","price":2}\n{"id":"e","price":2}')
  expect(await run('query', 'SELECT id FROM events ORDER BY id')).toMatchObject([
    0,
    ['a', 'b', 'd', 'e'].map((id) => ({ id })),
    '',
  ])
  expect(await run('table', 'optimize', 'events')).toMatchObject([0, [{ done: true }], ''])
  expect(await run('ledger')).toMatchObject([
    0,
    [
      { file: 'more.csv', closes: true },
      { mended: 1, rejects_mended: 1, rejects_open: 1, closes: true },
    ],
    '',
  ])
  expect(await run('table', 'drop', 'events', '--yes')).toMatchObject([1, [], expect.stringContaining('TABLE_LIVE')])
  expect(await run('query', 'SELECT nothing FROM events')).toMatchObject([2, [], expect.stringContaining('nothing')])
  writeFileSync(join(dir, 'millrace.config.ts'), `${config}\n`)
  expect(await run('ledger')).toMatchObject([1, [], expect.stringContaining('SERVER_OUTDATED')])
  await server.kill('SIGKILL')
  // what a killed server has left is no server
  expect(await run('query', 'SELECT count(*) AS n FROM events')).toEqual([0, [{ n: 4 }], ''])
})

test('what a command runs beside a server is cancelled over HTTP, and the command says so', async () => {
  const dir = await tempFolder()
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  // it takes minutes, and is stopped within them
  const slow =
    '/* kind: table */ SELECT count(*) AS n FROM (SELECT count(*) AS m FROM events), range(1000000) a(i), range(1000000) b(j) WHERE i * j >= m'
  writeFileSync(join(dir, 'models/slow.sql'), slow)
  const server = await startProcess(dir)
  await send(server, '{"id":"a","price":1}')
  const command = millrace(['build', '--project', dir, '--json'])
  const newest = async () => ((await server.get('/v1/runs')) as RunsAnswer).runs[0]
  await expect
    .poll(newest, { timeout: 20_000 })
    .toMatchObject({ by: 'a command line', cancellable: true, models: [{ outcome: 'running' }] })
  const ended = await fetch(`${server.url}/v1/runs/${(await newest())?.id}`, { method: 'DELETE' })
  expect(await ended.json()).toMatchObject({ outcome: 'cancelled', error: { code: 'RUN_CANCELLED' } })
  expect(await command).toMatchObject({ status: 1, stderr: expect.stringContaining('RUN_CANCELLED') })
})

test('a question of the server is asked and answered here, and Ctrl-C reaches it', async () => {
  const { dir, server } = await started()
  await send(server, '{"id":"c","price":"x"}')
  const words = ['rejects', 'discard', 'events', '--reason', 'a probe', '--project', dir]
  const ask = (answer: (stdin: PassThrough) => void) => {
    const [stdout, stderr] = [captured(100), captured(100)]
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    stderr.stream.on('data', (chunk: Buffer) => String(chunk).includes('[y/N]') && answer(stdin))
    const status = runProgram(words, { stdin, stdout: stdout.stream, stderr: stderr.stream, now: Date.now })
    return status.then((code) => [code, stdout.text(), stderr.text()])
  }
  expect(await ask((stdin) => stdin.write('n\n'))).toMatchObject([
    0,
    expect.stringContaining('Nothing was done.'),
    expect.anything(),
  ])
  expect(await ask(() => process.emit('SIGINT'))).toMatchObject([
    1,
    expect.anything(),
    expect.stringContaining('CANCELLED'),
  ])
  expect(await ask((stdin) => stdin.write('y\n'))).toMatchObject([
    0,
    expect.stringContaining('Done.'),
    expect.anything(),
  ])
  expect(await server.get('/v1/ledger')).toMatchObject({ streams: [{ rejects_discarded: 1, closes: true }] })
})

test('a server that ends in the middle is told', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const state = join(dir, '.millrace', 'local')
  mkdirSync(state, { recursive: true })
  const server = createServer((socket) => socket.once('data', () => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(socketPath(state), resolve))
  onTestFinished(() => void server.close())
  const { status, stderr } = await millrace(['ledger', '--project', dir, '--json'])
  expect([status, json(stderr)]).toMatchObject([1, [{ code: 'SERVER_GONE' }]])
})

test('whoever hangs up before the project is open ends nothing but its own command', async () => {
  const dir = await tempFolder()
  await using _commands = await serveCommands(dir, runProgram, Date.now)
  const [stdin, stdout] = [{ isTTY: false }, { isTTY: false, colours: 1 }]
  const run: RunFrame = { format: socketFormat, args: ['ledger'], cwd: dir, stdin, stdout, stderr: stdout }
  const socket = connect(socketPath(dir))
  // the end of its half is told before the other's: the command has been taken by then
  socket.end(frame({ run })).resume()
  await once(socket, 'close')
})

test('a command that waits for another says so, and one that no server carries out is refused', async () => {
  const { dir, server } = await started()
  await send(server, '{"id":"c","price":"x"}')
  const [stdout, stderr] = [captured(100), captured(100)]
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const words = ['rejects', 'discard', 'events', '--reason', 'a probe', '--project', dir]
  const asking = runProgram(words, { stdin, stdout: stdout.stream, stderr: stderr.stream, now: Date.now })
  await expect.poll(() => stderr.text(), { timeout: 20_000 }).toContain('[y/N]')
  const building = millrace(['build', '--project', dir])
  await sleep(1_500)
  stdin.write('n\n')
  expect((await building).stderr).toContain('another command writes')
  expect(await asking).toBe(0)
  const terminal = { isTTY: false, colours: 1 }
  const run: RunFrame = {
    format: socketFormat,
    args: ['start', '--port', '0', '--project', dir],
    cwd: dir,
    stdin: { isTTY: false },
    stdout: terminal,
    stderr: terminal,
  }
  const socket = connect(socketPath(join(dir, '.millrace', 'local')))
  let answer = ''
  socket.on('data', (chunk) => {
    answer += String(chunk)
  })
  socket.write(frame({ run }))
  await once(socket, 'close')
  const told = answer
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  expect(told.at(-1)).toEqual({ exit: 2 })
  const said = told.map(({ stderr: bytes = '' }) => Buffer.from(bytes, 'base64').toString()).join('')
  expect(said).toContain('COMMAND_NOT_CARRIED')
})
