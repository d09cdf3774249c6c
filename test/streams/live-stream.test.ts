import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Tail } from '../../src/engines/tail.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { logApp } from '../../src/streams/read-logs.ts'
import { tempFolder } from '../temp-folder.ts'
import {
  context,
  liveEngine,
  numbersOf,
  openSite,
  range,
  rejectsOf,
  send,
  site,
  storedNumbers,
} from './live-harness.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

test('what was acknowledged is in every answer, before, while and after it is written to the table', async () => {
  const on = await site(await tempFolder())
  await send(on, ...range(0, 100))
  expect(await numbersOf(on)).toEqual(upTo(100))
  expect(await storedNumbers(on)).toEqual([])
  const flushed = on.live.flush()
  await send(on, ...range(100, 110))
  expect(await numbersOf(on)).toEqual(upTo(110))
  await flushed
  expect(await numbersOf(on)).toEqual(upTo(110))
  await on.live.flush()
  expect(await storedNumbers(on)).toEqual(upTo(110))
  expect(await numbersOf(on)).toEqual(upTo(110))
  const { txns, version } = await readSnapshot(on.lake, 'events', {}, context)
  expect(txns.get(logApp(on.live.log.id))).toBe(109n)
  await on.live.flush()
  expect((await readSnapshot(on.lake, 'events', {}, context)).version).toBe(version)
})

test('a query never sees an event twice or not at all, while others write and flush', async () => {
  const on = await site(await tempFolder(), { flushRows: 300 })
  let [sent, asked] = [0, 0]
  const isOver = () => sent >= 4000 && asked >= 20
  const writing = (async () => {
    for (; !isOver(); sent += 20) await send(on, ...range(sent, sent + 20))
  })()
  for (let done = false; !done; asked++) {
    done = isOver()
    const before = sent
    // a version that was read before its generation was dropped is read anew
    const numbers = await numbersOf(on).catch((error) =>
      error.code === 'TAIL_AHEAD' ? undefined : Promise.reject(error),
    )
    if (!numbers) continue
    expect(numbers).toEqual(upTo(numbers.length))
    expect(numbers.length).toBeGreaterThanOrEqual(before)
  }
  await writing
  expect((await storedNumbers(on)).length).toBeGreaterThan(1000)
})

test('rows and rejects are each in their table once', async () => {
  const on = await site(await tempFolder())
  const refused = { column: 'n', code: 'type', message: 'no number', raw: '{"n":"x"}', encoding: 'text' }
  await send(on, { n: 1 }, { n: -1 }, { kind: 'reject', payload: Buffer.from(JSON.stringify(refused)) }, { n: 2 })
  await on.live.flush()
  await send(on, { n: -3 })
  await on.live.flush()
  expect(await storedNumbers(on)).toEqual([1, 2])
  expect(await rejectsOf(on.lake)).toEqual([
    [1n, 'event', null, 'rule:not_negative', expect.any(String), '{"n":-1}', 'text'],
    [2n, 'reject', 'n', 'type', 'no number', '{"n":"x"}', 'text'],
    [4n, 'event', null, 'rule:not_negative', expect.any(String), '{"n":-3}', 'text'],
  ])
})

test('a flush that was cut short after its rejects does not write them again', async () => {
  const on = await site(await tempFolder())
  await send(on, { n: 1 }, { n: -1 })
  const { store } = on.lake
  const { put } = store
  store.put = (path, ...rest) =>
    path.startsWith('events/_delta_log/')
      ? Promise.reject(new Error('the disk is away'))
      : put.call(store, path, ...rest)
  await expect(on.live.flush()).rejects.toThrow('the disk is away')
  store.put = put
  await on.live.dropTail()
  await send(on, { n: -2 }, { n: 2 })
  await on.live.flush()
  expect((await rejectsOf(on.lake)).map(([offset]) => offset)).toEqual([1n, 2n])
  expect(await storedNumbers(on)).toEqual([1, 2])
})

test('what was not in the table is there after a start, and goes on from there', async () => {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  {
    const on = await openSite(root, engine)
    await send(on, ...range(0, 50))
    await on.live.flush()
    await send(on, ...range(50, 60))
    // as a process that is killed
    await on.live.log[Symbol.asyncDispose]()
  }
  const on = await site(root)
  expect(await storedNumbers(on)).toEqual(upTo(50))
  expect(await numbersOf(on)).toEqual(upTo(60))
  await send(on, ...range(60, 70))
  await on.live[Symbol.asyncDispose]()
  expect(await storedNumbers(on)).toEqual(upTo(70))
  await engine.close()
})

test('much that waits goes to the table in portions, each of which stays when the next one fails', async () => {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  {
    const on = await openSite(root, engine)
    await send(on, ...range(0, 25), { n: -1 }, ...range(25, 100))
    await on.live.log[Symbol.asyncDispose]()
  }
  const on = await site(root, { commitRows: 30, flushMs: 600_000 })
  await send(on, ...range(100, 110))
  const { store } = on.lake
  const { put } = store
  let commits = 0
  store.put = (path, ...rest) =>
    path.startsWith('events/_delta_log/') && ++commits > 2
      ? Promise.reject(new Error('the disk is away'))
      : put.call(store, path, ...rest)
  await expect(on.live.flush()).rejects.toThrow('the disk is away')
  // the refused one is one of the first thirty records
  expect(await storedNumbers(on)).toEqual(upTo(59))
  expect(on.live.stored).toBe(59n)
  expect(await numbersOf(on)).toEqual(upTo(110))
  store.put = put
  await on.live.flush()
  expect(await storedNumbers(on)).toEqual(upTo(110))
  expect(await rejectsOf(on.lake)).toHaveLength(1)
  const { version, txns } = await readSnapshot(on.lake, 'events', {}, context)
  expect([version, txns.get(logApp(on.live.log.id))]).toEqual([4, 110n])
  await engine.close()
})

test('a generation is written when it is large or old, and its segments are freed', async () => {
  const root = await tempFolder()
  const on = await site(root, { flushRows: 50, flushMs: 300, segmentBytes: 1000 })
  for (let sent = 0; sent < 200; sent += 10) await send(on, ...range(sent, sent + 10))
  await expect.poll(async () => (await storedNumbers(on)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(150)
  await expect.poll(async () => (await storedNumbers(on)).length, { timeout: 10_000 }).toBe(200)
  await expect.poll(() => readdirSync(join(root, 'log', 'events')).length).toBe(1)
})

test('a tail that is lost is loaded again, also in the middle of a flush', async () => {
  const on = await site(await tempFolder())
  await send(on, ...range(0, 20))
  await on.live.flush()
  await send(on, ...range(20, 40))
  await on.live.dropTail()
  expect(await numbersOf(on)).toEqual(upTo(40))
  await send(on, ...range(40, 50))
  await on.live.dropTail()
  const flushed = on.live.flush()
  await on.live.dropTail()
  await flushed
  expect(await storedNumbers(on)).toEqual(upTo(50))
})

test('a tail that could not be sealed is loaded again: the next flush goes on', async () => {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  let fails = true
  const begin = engine.tail?.bind(engine)
  engine.tail = async (...given) => {
    const tail = (await begin?.(...given)) as Tail
    const seal = tail.seal.bind(tail)
    tail.seal = (...asked) => (fails ? Promise.reject(new Error('no memory')) : seal(...asked))
    return tail
  }
  const on = await openSite(root, engine)
  await send(on, ...range(0, 20))
  await expect(on.live.flush()).rejects.toThrow('no memory')
  expect(on.live.trouble).toMatchObject({ message: 'no memory' })
  expect(await numbersOf(on)).toEqual(upTo(20))
  fails = false
  await on.live.flush()
  expect(on.live).toMatchObject({ waiting: 0n, trouble: undefined })
  expect(await storedNumbers(on)).toEqual(upTo(20))
  await on.live[Symbol.asyncDispose]()
  await engine.close()
})

test('events that were judged by another contract are loaded by that one', async () => {
  const root = await tempFolder()
  const on = await site(root)
  await send(on, ...range(0, 5))
  on.live.log.roll(2)
  await send(on, ...range(5, 9))
  expect(await numbersOf(on)).toEqual(upTo(9))
  await on.live.flush()
  expect(await storedNumbers(on)).toEqual(upTo(9))
})

test('a table that takes nothing is tried again, and too much that waits is refused', async () => {
  const root = await tempFolder()
  const told: (string | undefined)[] = []
  const on = await site(root, { flushRows: 10, waitingRecords: 30, onTrouble: (_, error) => told.push(error?.message) })
  const { store } = on.lake
  const { put } = store
  store.put = () => Promise.reject(new Error('the disk is away'))
  for (let sent = 0; sent < 30; sent += 10) await send(on, ...range(sent, sent + 10))
  await expect(send(on, { n: 30 })).rejects.toMatchObject({ code: 'STREAM_FULL' })
  expect(await numbersOf(on)).toEqual(upTo(30))
  await expect(on.live.flush()).rejects.toThrow('the disk is away')
  expect(on.live).toMatchObject({ waiting: 30n, trouble: { message: 'the disk is away' } })
  store.put = put
  await on.live.flush()
  expect(on.live).toMatchObject({ waiting: 0n, trouble: undefined })
  expect(told).toEqual(['the disk is away', undefined])
  await send(on, { n: 30 })
  expect(await numbersOf(on)).toEqual(upTo(31))
})

test('a log that is gone, or older than its table, is told', async () => {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  const on = await openSite(root, engine)
  await send(on, ...range(0, 5))
  await on.live[Symbol.asyncDispose]()
  rmSync(join(root, 'log'), { recursive: true })
  await expect(openSite(root, engine)).rejects.toMatchObject({ code: 'LOG_MISSING', fields: { log: on.live.log.id } })
  const anew = await openSite(root, engine, { beginAnew: true })
  await send(anew, ...range(5, 6))
  expect(await numbersOf(anew)).toEqual(upTo(6))
  await anew.live[Symbol.asyncDispose]()
  const after = await openSite(root, engine)
  expect(await numbersOf(after)).toEqual(upTo(6))
  await after.live[Symbol.asyncDispose]()
  await engine.close()
})

test('what is in the table is asked of the table, while its part of the log is still being freed', async () => {
  const on = await site(await tempFolder())
  await send(on, { n: 1 }, { n: 2 })
  const { promise: freed, resolve: free } = Promise.withResolvers<void>()
  const trim = on.live.log.trim.bind(on.live.log)
  const trimming = Promise.withResolvers<void>()
  on.live.log.trim = async (offset) => {
    trimming.resolve()
    await freed
    await trim(offset)
  }
  const flushing = on.live.flush()
  await trimming.promise
  await send(on, { n: 3 })
  expect(await numbersOf(on)).toEqual([1, 2, 3])
  free()
  await flushing
  expect(await numbersOf(on)).toEqual([1, 2, 3])
})
