import { ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { constants, getPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { MillEvent } from '../../src/core/events.ts'
import { askedOf, errorOf } from '../../src/engines/duckdb/errors.ts'
import { Child } from '../../src/engines/duckdb-process/child.ts'
import { sentError } from '../../src/engines/duckdb-process/messages.ts'
import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { tempFolder } from '../temp-folder.ts'
import { columns, contextOf } from './harness.ts'

const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range + b.range = -1'

async function open(memoryBytes = 300_000_000): Promise<{ engine: DuckdbProcess; root: string }> {
  const root = await tempFolder()
  const engine = new DuckdbProcess({ memoryBytes, threads: 2, tempFolder: join(root, 'spill') })
  onTestFinished(() => engine.close())
  return { engine, root }
}

const rows = async (engine: DuckdbProcess, sql: string) => collect(await engine.run({ sql, from: {} }, contextOf()))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('its process waits for whoever started it', async () => {
  const { engine } = await open()
  expect(await rows(engine, 'SELECT 1')).toEqual([[1]])
  const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority
  const lower = Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL)
  expect(getPriority((await engine.pid()) as number)).toBe(lower)
})

test.runIf(process.platform === 'linux')('its own heap stays small: rows only pass through it', async () => {
  const { engine } = await open()
  const words = readFileSync(`/proc/${await engine.pid()}/cmdline`, 'utf8').split('\0')
  expect(words.filter((word) => word.includes('semi-space'))).toEqual(['--max-semi-space-size=8'])
})

test('a process that is killed fails what is under way, and the next call starts another', async () => {
  const { engine, root } = await open()
  const pid = (await engine.pid()) as number
  const told: string[] = []
  engine.onLost((reason) => told.push(reason))
  const streaming = await engine.run({ sql: 'SELECT range FROM range(10000000)', from: {} }, contextOf())
  const target = { root: join(root, 'out'), partitionBy: [], fileBytes: 1e9 }
  const underWay = [
    rows(engine, endless),
    engine.write({ sql: endless, from: {} }, target, contextOf()),
    collect(streaming),
  ].map((work) => expect(work).rejects.toMatchObject({ code: 'ENGINE_LOST', httpStatus: 503 }))
  expect(await rows(engine, 'SELECT 1')).toEqual([[1]])
  process.kill(pid, 'SIGKILL')
  await Promise.all(underWay)
  expect(await rows(engine, 'SELECT 2')).toEqual([[2]])
  expect(await engine.pid()).not.toBe(pid)
  await engine.close()
  expect(told).toEqual(['it was killed (SIGKILL)'])
})

test('a process that could not be started is started by the next call', async () => {
  const root = await tempFolder()
  let fails = true
  const options = {
    memoryBytes: 300_000_000,
    threads: 2,
    get tempFolder(): string {
      if (fails) throw new Error('no memory')
      return join(root, 'spill')
    },
  }
  const engine = new DuckdbProcess(options)
  onTestFinished(() => engine.close())
  await expect(engine.pid()).rejects.toThrow('no memory')
  fails = false
  expect(await rows(engine, 'SELECT 1')).toEqual([[1]])
})

test('a process whose DuckDB has met a fault of its own is ended, and the next call starts another', async () => {
  const on = vi.spyOn(ChildProcess.prototype, 'on')
  onTestFinished(() => on.mockRestore())
  const { engine } = await open()
  const pid = await engine.pid()
  const child = on.mock.contexts.find((each) => (each as ChildProcess).pid === pid) as ChildProcess
  const underWay = expect(rows(engine, endless)).rejects.toMatchObject({ code: 'ENGINE_LOST' })
  expect(await rows(engine, 'SELECT 1')).toEqual([[1]])
  const fatal = `{"exception_type":"FATAL","exception_message":"an index is not what it was\\nat: here"}`
  const error = errorOf(new Error(fatal), askedOf('SELECT 1', 0, { memoryBytes: 1, threads: 1, tempFolder: '/tmp' }))
  expect(error).toMatchObject({ code: 'ENGINE_BROKEN', fields: { reason: 'an index is not what it was' } })
  child.emit('message', { id: -1, kind: 'failed', error: sentError(error) })
  await underWay
  expect(await rows(engine, 'SELECT 2')).toEqual([[2]])
  expect(await engine.pid()).not.toBe(pid)
})

test('whoever meets a DuckDB that others have broken may come again', () => {
  const text = 'Failed: database has been invalidated because of a previous fatal error.'
  const thrown = new Error(JSON.stringify({ exception_type: 'FATAL', exception_message: text }))
  const asked = askedOf('SELECT 1', 0, { memoryBytes: 1, threads: 1, tempFolder: '/tmp' })
  expect(errorOf(thrown, asked)).toMatchObject({ code: 'ENGINE_LOST', httpStatus: 503 })
})

test('the process ends when the one that started it is killed, whatever it is doing', async () => {
  const main = join(import.meta.dirname, 'engine-parent-main.ts')
  const parent = spawn(process.execPath, [main, await tempFolder()], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 20 })
})

test('whoever waits for a process that is killed is told, though nothing else is under way', async () => {
  const main = join(import.meta.dirname, 'engine-killed-main.ts')
  const waiting = spawn(process.execPath, [main, await tempFolder()], { stdio: ['ignore', 'pipe', 'inherit'] })
  const told = waiting.stdout.setEncoding('utf8').toArray()
  expect([await new Promise((resolve) => waiting.once('close', resolve)), await told]).toEqual([0, ['ENGINE_LOST']])
})

test('what a killed process spilled is taken away by the next', async () => {
  const { engine, root } = await open()
  const left = join(root, 'spill', 'process-999999999')
  mkdirSync(left, { recursive: true })
  await rows(engine, 'SELECT 1')
  expect(() => process.kill(999_999_999, 0)).toThrow()
  expect(existsSync(left)).toBe(false)
})

test('progress, time limits, memory and places of errors cross', async () => {
  const { engine, root } = await open(150_000_000)
  const limited = { sql: endless, from: {}, limits: { timeoutMs: 200 } }
  await expect(engine.run(limited, contextOf()).then(collect)).rejects.toMatchObject({
    code: 'QUERY_TIMEOUT',
    fields: { seconds: 0.2 },
  })
  const target = { root: join(root, 't'), partitionBy: [], fileBytes: 1e9 }
  const { files } = await engine.write({ sql: 'SELECT range AS a FROM range(3000000)', from: {} }, target, contextOf())
  const paths = files.map(({ path }) => join(target.root, path))
  const from = { t: { kind: 'files', format: { name: 'parquet' }, paths, columns: [] } } as const
  const events: MillEvent[] = []
  const long = { sql: 'SELECT count(DISTINCT hash(a)::VARCHAR) FROM t', from }
  await collect(await engine.run(long, contextOf(undefined, events)))
  expect(events).toContainEqual(expect.objectContaining({ type: 'task.progress', unit: 'steps' }))
  const heavy = "SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(5000000)"
  await expect(rows(engine, heavy)).rejects.toMatchObject({ code: 'QUERY_MEMORY' })
  await expect(rows(engine, 'SELECT 1,\n  nothing')).rejects.toMatchObject({
    code: 'SQL_INVALID',
    fields: { line: 2, column: 3 },
    hint: 'mend the SQL at this place',
  })
})

test('a result that is not read any further runs no further, and a slow reader gets all of it', async () => {
  const { engine } = await open()
  {
    await using result = await engine.run({ sql: 'SELECT range FROM range(100000000)', from: {} }, contextOf())
    for await (const batch of result.batches) {
      expect(batch.length).toBeGreaterThan(0)
      break
    }
  }
  const result = await engine.run({ sql: 'SELECT range FROM range(100000)', from: {} }, contextOf())
  let next = 0n
  for await (const batch of result.batches) {
    await new Promise(setImmediate)
    for (const [value] of batch) expect(value).toBe(next++)
  }
  expect(next).toBe(100_000n)
})

test('a long list of files is sent once, wherever relations name it', async () => {
  const { engine, root } = await open()
  const target = { root: join(root, 't'), partitionBy: [], fileBytes: 1e9 }
  const { files } = await engine.write({ sql: 'SELECT 1::BIGINT AS a', from: {} }, target, contextOf())
  const table: Relation = {
    kind: 'delta',
    root: target.root,
    version: 1,
    columns: columns({ a: 'bigint' }),
    partitionColumns: [],
    files: Array.from({ length: 1500 }, () => files[0] as (typeof files)[0]),
  }
  const told = vi.spyOn(Child.prototype, 'tell')
  onTestFinished(() => told.mockRestore())
  const inner: Relation = { kind: 'select', sql: 'SELECT * FROM x', from: { x: table } }
  for (const from of [{ t: table }, { t: { kind: 'union', of: [table, inner] } }] as const) {
    const [[count] = []] = await collect(await engine.run({ sql: 'SELECT count(*) FROM t', from }, contextOf()))
    expect(count).toBe(from.t === table ? 1500n : 3000n)
  }
  expect(told.mock.calls.filter(([message]) => message.tell === 'files')).toHaveLength(1)
})

test('an engine that is closed ends its process, and starts no other', async () => {
  for (let waited = 0; waited < 5; waited++) {
    const { engine } = await open()
    const pid = (await engine.pid()) as number
    const streaming = await engine.run({ sql: 'SELECT range FROM range(1000000000)', from: {} }, contextOf())
    const reading = expect(collect(streaming)).rejects.toMatchObject({ code: 'CANCELLED' })
    await sleep(waited * 5)
    await engine.close()
    await reading
    expect(isAlive(pid)).toBe(false)
    await expect(rows(engine, 'SELECT 1')).rejects.toMatchObject({ code: 'ENGINE_LOST' })
  }
})
