import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import type { LineRange } from '../../src/engines/tail.ts'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { interceptedDisk } from '../faults/calls.ts'
import { tempFolder } from '../temp-folder.ts'
import { group, linesOf, openLog, table } from './log-harness.ts'

const filesIn = (folder: string) => readdirSync(join(folder, 'log', 'events')).toSorted()
const fileIn = (folder: string, name: string) => join(folder, 'log', 'events', name)

test('records are at offsets without gaps, in the order of the calls, also after it was closed', async () => {
  const folder = await tempFolder()
  let nowMs = 5
  {
    await using log = await openLog(folder, { now: () => nowMs })
    const appended = await Promise.all([
      log.append(group('{"a":1}', '{"a":2}')),
      log.append({ records: [], counts: { received: 3, duplicates: 3 } }),
      log.append(group('{"a":3}')),
    ])
    expect(appended.map(({ first }) => first)).toEqual([0n, 2n, 2n])
    nowMs = 1
    expect(await log.append(group('{"a":\t4}'))).toEqual({ first: 3n, receivedAtUs: 5000 })
    expect(log.next).toBe(4n)
  }
  await using log = await openLog(folder, { now: () => 2 })
  expect(log.counters).toEqual({
    received: 7,
    accepted: 4,
    duplicates: 3,
    rejected: 0,
    conflicts: 0,
    mended: 0,
    mends: 0,
    positions: 0,
  })
  await log.append({ records: [{ kind: 'reject', payload: Buffer.from('{}') }], counts: { received: 1, rejected: 1 } })
  expect(linesOf(log)).toEqual([
    { offset: 0n, receivedAtUs: 5000, kind: 'e', payload: '{"a":1}' },
    { offset: 1n, receivedAtUs: 5000, kind: 'e', payload: '{"a":2}' },
    { offset: 2n, receivedAtUs: 5000, kind: 'e', payload: '{"a":3}' },
    { offset: 3n, receivedAtUs: 5000, kind: 'e', payload: '{"a":\t4}' },
    { offset: 4n, receivedAtUs: 5000, kind: 'r', payload: '{}' },
  ])
})

test('what waits together is one write, synced', async () => {
  const disk = nodeDisk()
  let writes = 0
  const counting: Disk = {
    ...disk,
    open: async (path, how) => {
      const file = await disk.open(path, how)
      const writeSynced = (bytes: Uint8Array) => {
        writes++
        return file.writeSynced(bytes)
      }
      return { ...file, writeSynced, [Symbol.asyncDispose]: file.close }
    },
  }
  await using log = await openLog(await tempFolder(), { disk: counting })
  writes = 0
  const ranges: LineRange[] = []
  using _listening = log.onAppend((range) => void ranges.push(range))
  await Promise.all(Array.from({ length: 100 }, (_, at) => log.append(group(`{"a":${at}}`))))
  expect(writes).toBe(1)
  expect(ranges.map(({ first, next }) => [first, next])).toEqual([[0n, 100n]])
  expect(linesOf(log)).toHaveLength(100)
})

test('files end by size and by contract; ranges say which contract, and freed files are those before an offset', async () => {
  const folder = await tempFolder()
  const names = ['00000000000000000000.seg', '00000000000000000002.seg', '00000000000000000003.seg']
  {
    await using log = await openLog(folder, { segmentBytes: 400 })
    await log.append(group(`{"a":"${'x'.repeat(400)}"}`, '{"a":1}'))
    await log.append(group('{"a":2}'))
    log.roll(2)
    await log.append(group('{"a":3}'))
    expect(filesIn(folder)).toEqual(names)
    expect(log.ranges(1n).map(({ first, next, contract }) => [first, next, contract])).toEqual([
      [0n, 2n, 1],
      [2n, 3n, 1],
      [3n, 4n, 2],
    ])
    await log.trim(2n)
    expect(filesIn(folder)).toEqual(names.slice(1))
    await log.trim(100n)
    expect(filesIn(folder)).toEqual(names.slice(2))
  }
  await using log = await openLog(folder, { contract: 2 })
  expect([log.next, log.counters.accepted, linesOf(log).length]).toEqual([4n, 4, 1])
})

test('an empty segment of another contract is replaced', async () => {
  const folder = await tempFolder()
  await using log = await openLog(folder)
  log.roll(7)
  await log.append(group('{}'))
  expect(filesIn(folder)).toEqual(['00000000000000000000.seg'])
  expect(log.ranges(0n)).toMatchObject([{ contract: 7, first: 0n, next: 1n }])
})

/** A log of three groups, and where each of them ends. */
async function three() {
  const folder = await tempFolder()
  const ends: number[] = []
  {
    await using log = await openLog(folder)
    using _listening = log.onAppend(({ end }) => void ends.push(end))
    for (const text of ['{"a":"één"}', '{"a":"!\\t2"}', '{"a":3}']) await log.append(group(text, text))
  }
  return { folder, file: fileIn(folder, '00000000000000000000.seg'), ends }
}

test('whatever is left of the last group is cut, and the log goes on', async () => {
  const { file, ends, folder } = await three()
  const whole = readFileSync(file)
  const [, second = 0, third = 0] = ends
  for (let size = second; size < third; size += 7) {
    writeFileSync(file, whole.subarray(0, size))
    await using log = await openLog(folder)
    expect([log.next, log.counters.received, readFileSync(file).byteLength]).toEqual([4n, 4, second])
    await log.append(group('{"a":4}'))
    expect(linesOf(log).map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n])
  }
})

test('any other byte that is not as it was written is told with its file and group', async () => {
  const { file, ends, folder } = await three()
  const whole = readFileSync(file)
  const [first = 0, second = 0] = ends
  await fc.assert(
    fc.asyncProperty(fc.nat(second - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ flip
      writeFileSync(file, bytes)
      await expect(openLog(folder)).rejects.toMatchObject({ code: expect.stringMatching(/LOG_DAMAGED|FORMAT_TOO_NEW/) })
      expect(readFileSync(file)).toEqual(bytes)
    }),
    { numRuns: 200 },
  )
  const bytes = Buffer.from(whole)
  bytes[first + 5] = 0x7a
  writeFileSync(file, bytes)
  await expect(openLog(folder)).rejects.toMatchObject({ code: 'LOG_DAMAGED', fields: { file, byte: first } })
})

test('a file that is cut short while another follows it, or one in the middle gone, is damage', async () => {
  const folder = await tempFolder()
  {
    await using log = await openLog(folder, { segmentBytes: 1 })
    for (const at of [0, 1, 2]) await log.append(group(`{"a":${at}}`))
  }
  const [first = '', second = ''] = filesIn(folder)
  const bytes = readFileSync(fileIn(folder, first))
  truncateSync(fileIn(folder, first), bytes.byteLength - 1)
  await expect(openLog(folder)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  writeFileSync(fileIn(folder, first), bytes)
  appendFileSync(fileIn(folder, second), 'x')
  await expect(openLog(folder)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
})

test('a log of another table, one of a newer format, and one that is full are refused', async () => {
  const folder = await tempFolder()
  {
    await using log = await openLog(folder, { waitingBytes: 10 })
    const [kept, refused] = await Promise.allSettled([log.append(group('{"a":100}')), log.append(group('{"a":2}'))])
    expect(kept.status).toBe('fulfilled')
    expect(refused).toMatchObject({ reason: { code: 'LOG_BUSY' } })
    expect(linesOf(log)).toHaveLength(1)
  }
  const other = '6f2d3c1e-0000-4000-8000-000000000002'
  await expect(openLog(folder, { table: other })).rejects.toMatchObject({
    code: 'LOG_OF_ANOTHER_TABLE',
    fields: { logged: table, table: other },
  })
  const free = { bytes: 1 }
  let nowMs = 0
  const disk = { ...nodeDisk(), freeBytes: async () => free.bytes }
  await using log = await openLog(folder, { disk, now: () => nowMs })
  await expect(log.append(group('{}'))).rejects.toMatchObject({ code: 'LOG_NO_ROOM' })
  expect(log.next).toBe(1n)
  free.bytes = 1_000_000
  nowMs = 2_000
  expect(await log.append(group('{}'))).toMatchObject({ first: 1n })
  free.bytes = 0
  // a clock that is set back does not keep what was found before it
  nowMs = -60_000
  await expect(log.append(group('{}'))).rejects.toMatchObject({ code: 'LOG_NO_ROOM' })
})

test('a log says why it can keep nothing, and by itself when it can again', async () => {
  const room = { free: 1e9, full: false }
  let nowMs = 0
  const disk = interceptedDisk({ ...nodeDisk(), freeBytes: async () => room.free }, async (call, perform) => {
    if (!room.full || !call.bytes) return perform()
    await perform(call.bytes.subarray(0, 3))
    throw new MillraceError('DISK_FULL', { path: call.path })
  })
  await using log = await openLog(await tempFolder(), { disk, now: () => nowMs })
  await log.append(group('{"n":1}'))
  expect(await log.fault()).toBe(undefined)
  room.full = true
  await expect(log.append(group('{"n":2}'))).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' })
  expect(await log.fault()).toMatchObject({
    code: 'LOG_WRITE_FAILED',
    message: expect.stringContaining('no space left'),
  })
  nowMs += 5_000
  expect(await log.fault()).toMatchObject({ code: 'LOG_WRITE_FAILED' })
  room.full = false
  nowMs += 5_000
  expect(await log.fault()).toBe(undefined)
  // what is left for the flush is told before somebody is refused
  room.free = 1
  nowMs += 5_000
  expect(await log.fault()).toMatchObject({ code: 'LOG_NO_ROOM' })
  room.free = 1e9
  nowMs += 5_000
  expect(await log.fault()).toBe(undefined)
  await log.append(group('{"n":3}'))
  expect(linesOf(log).map(({ offset, payload }) => [offset, payload])).toEqual([
    [0n, '{"n":1}'],
    [1n, '{"n":3}'],
  ])
})

test('no room is kept for what is in the table, though its file is still there', async () => {
  const disk = { ...nodeDisk(), freeBytes: async () => 600 }
  let nowMs = 0
  await using log = await openLog(await tempFolder(), { disk, now: () => nowMs })
  const more = () => {
    nowMs += 60_000
    return log.append(group(`{"a":"${'x'.repeat(500)}"}`))
  }
  await more()
  await expect(more()).rejects.toMatchObject({ code: 'LOG_NO_ROOM' })
  log.stored(log.next)
  await more()
  await expect(more()).rejects.toMatchObject({ code: 'LOG_NO_ROOM' })
  await log.trim(log.next)
  expect(await more()).toMatchObject({ first: 2n })
})
