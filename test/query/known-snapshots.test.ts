import { afterEach, expect, test, vi } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { append } from '../../src/lake/write.ts'
import { freeze } from '../../src/query/frozen.ts'
import { KnownSnapshots } from '../../src/query/known-snapshots.ts'
import { untilSteady } from '../../src/query/query.ts'
import { context, openLake, tableOf } from './harness.ts'

afterEach(() => vi.restoreAllMocks())

/** A table with one row, how often the lake is listed, and others who write to it. */
async function world() {
  const lake = await openLake()
  await tableOf(lake, 't', { id: 'bigint' }, ['SELECT 1::BIGINT AS id'])
  let listed = 0
  const list: Lake['store']['list'] = (...asked) => {
    listed++
    return lake.store.list(...asked)
  }
  const own: Lake = { ...lake, store: { ...lake.store, list } }
  const known = new KnownSnapshots()
  return {
    lake: own,
    known,
    others: { ...lake, queue: commitQueue() },
    listed: () => listed,
    version: async () => (await freeze({ known }).snapshot({ name: 't', lake: own, table: 't' }, context)).version,
  }
}

const row = { sql: 'SELECT 2::BIGINT AS id', from: {} }

test('a table that nobody has committed to is not looked at again; a commit of this process is seen at once', async () => {
  const { lake, listed, version } = await world()
  expect(await version()).toBe(1)
  const before = listed()
  expect([await version(), await version(), listed()]).toEqual([1, 1, before])
  await append(lake, 't', row, {}, context)
  expect(await version()).toBe(2)
})

test('a commit of others is seen a quarter of a second later, or as soon as what was read does not fit together', async () => {
  let nowMs = 1_000
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const { known, others, version } = await world()
  expect(await version()).toBe(1)
  await append(others, 't', row, {}, context)
  nowMs += 250
  expect(await version()).toBe(2)
  await append(others, 't', row, {}, context)
  nowMs += 1
  const seen: number[] = []
  const work = async () => {
    seen.push(await version())
    nowMs += 1
    if (seen.length < 2) throw new MillraceError('TAIL_LOST', { stream: 't' })
  }
  await untilSteady(work, { known })
  expect(seen).toEqual([2, 3])
})
