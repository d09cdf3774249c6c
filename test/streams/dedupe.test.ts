import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { unknownContent } from '../../src/streams/dedupe.ts'
import { tempFolder } from '../temp-folder.ts'
import { batchOf, expectTaken, idsTable, merged, openIds, probe, type Row, send, uuid } from './dedupe-harness.ts'

async function tableFolder(): Promise<string> {
  const folder = await tempFolder()
  mkdirSync(join(folder, 't', 'commits'), { recursive: true })
  return folder
}

function rowsOf(first: number, count: number): Row[] {
  return Array.from({ length: count }, (_, at) => [
    (first + at) % 2 ? uuid(first + at) : `order ${first + at}`,
    1 + first + at,
  ])
}

test('an id is new once: then a duplicate, or with other content a conflict', async () => {
  const folder = await tableFolder()
  await using index = await openIds(folder, idsTable(folder))
  const group: Row[] = [
    ['a', 1],
    [uuid(1), 1],
    ['a', 1],
    ['a', 2],
  ]
  expect(await send(index, group, 0n)).toEqual(['new', 'new', 'duplicate', 'conflict'])
  expect(await probe(index, group)).toEqual(['duplicate', 'duplicate', 'duplicate', 'conflict'])
  expect(index.figures()).toMatchObject({ unflushed: 2, stored: 0 })
})

test('an id of a group under way is decided when that group is', async () => {
  const folder = await tableFolder()
  await using index = await openIds(folder, idsTable(folder))
  const first = index.reserve(batchOf(index, [['a', 1]]))
  expect(first.verdicts).toEqual(['new'])
  const second = index.reserve(
    batchOf(index, [
      ['b', 1],
      ['a', 1],
    ]),
  )
  const third = index.reserve(batchOf(index, [['a', 2]]))
  expect(second.verdicts).toBeInstanceOf(Promise)
  first.release()
  expect(await second.verdicts).toEqual(['new', 'new'])
  second.confirm(0n, (at) => at)
  expect(await third.verdicts).toEqual(['conflict'])
  third.release()
})

test('ids that were flushed are known from disk, by later starts too, and memory forgets them', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  const rows = rowsOf(0, 1000)
  {
    await using index = await openIds(folder, table)
    await send(index, rows.slice(0, 600), 0n)
    await send(index, rows.slice(600), 600n)
    await index.seal(uuid(1), 600n)
    await index.adopt(uuid(1), await table.append(rows.slice(0, 600), uuid(1)))
    expect(index.figures()).toMatchObject({ unflushed: 400, stored: 600, runs: 1, version: 0 })
    await expectTaken(index, rows, ['x', uuid(5000)])
  }
  await using index = await openIds(folder, table)
  index.recover(batchOf(index, rows.slice(600)), (at) => BigInt(600 + at))
  await expectTaken(index, rows, ['x', uuid(5000)])
  expect(table.reads).toEqual({ all: 0, ownAdded: 0, foreignAdded: 0, contents: 0 })
})

test('what was sealed and not adopted is free again, or taken at the next start if its commit was made', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  {
    await using index = await openIds(folder, table)
    await send(index, rowsOf(0, 10), 0n)
    await index.seal(uuid(1), 10n)
    await index.withdraw(uuid(1))
    await index.seal(uuid(2), 5n)
    await index.seal(uuid(3), 10n)
    await table.append(rowsOf(0, 5), uuid(2))
  }
  await using index = await openIds(folder, table)
  await expectTaken(
    index,
    rowsOf(0, 5),
    rowsOf(5, 5).map(([id]) => id),
  )
  expect(index.figures()).toMatchObject({ runs: 1, version: 0 })
  expect(table.reads.ownAdded).toBe(0)
})

test('rows of others are read from their commits, when it is told to follow and before a commit of ours', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await using index = await openIds(folder, table)
  await table.append(rowsOf(0, 10))
  await index.follow()
  await send(index, rowsOf(10, 5), 0n)
  await index.seal(uuid(1), 5n)
  await table.append(rowsOf(20, 7))
  await index.adopt(uuid(1), await table.append(rowsOf(10, 5), uuid(1)))
  expect(index.figures()).toMatchObject({ runs: 3, version: 2, unflushed: 0 })
  await expectTaken(index, [...rowsOf(0, 15), ...rowsOf(20, 7)], ['order 16', uuid(17)])
})

test('runs of a size are merged while ids are looked up', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await using index = await openIds(folder, table)
  const rows = rowsOf(0, 3000)
  for (let flush = 0; flush < 6; flush++) {
    const some = rows.slice(500 * flush, 500 * (flush + 1))
    await send(index, some, BigInt(500 * flush))
    await index.seal(uuid(flush), BigInt(500 * (flush + 1)))
    await index.adopt(uuid(flush), await table.append(some, uuid(flush)))
    await expectTaken(index, rows.slice(0, 500 * (flush + 1)), ['x'])
  }
  await merged(index)
  await expectTaken(index, rows, ['x'])
  expect(index.figures()).toMatchObject({ stored: 3000, trouble: undefined })
  expect(index.figures().runs).toBeLessThan(4)
})

test('a rule that a row breaks frees its id; until that is known, other content waits for it', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await using index = await openIds(folder, table, { rules: true })
  const group: Row[] = [
    ['a', 1],
    ['b', 1],
  ]
  await send(index, group, 0n)
  expect(await probe(index, group)).toEqual(['duplicate', 'duplicate'])
  await expect(index.seal(uuid(1), 2n)).rejects.toMatchObject({ code: 'INTERNAL' })
  const mended = index.reserve(
    batchOf(index, [
      ['a', 2],
      ['c', 1],
    ]),
  )
  const others = index.reserve(batchOf(index, [['b', 2]]))
  expect(await probe(index, [['c', 2]])).toEqual(['new'])
  index.judge(2n, batchOf(index, [['a', 0]]), () => 0n)
  expect(await mended.verdicts).toEqual(['new', 'new'])
  expect(await others.verdicts).toEqual(['conflict'])
  mended.confirm(2n, (at) => at)
  // told again, after the query process was started anew
  index.judge(4n, batchOf(index, [['a', 0]]), () => 0n)
  expect(await probe(index, [['a', 2]])).toEqual(['duplicate'])
})

test('a reservation is confirmed once, in time, and not at all when it was given back', async () => {
  const folder = await tableFolder()
  await using index = await openIds(folder, idsTable(folder))
  const reservation = index.reserve(batchOf(index, [['a', 1]]))
  const waiting = index.reserve(batchOf(index, [['a', 1]]))
  expect(() => waiting.confirm(0n, () => 0)).toThrowError(expect.objectContaining({ code: 'INTERNAL' }))
  waiting.release()
  reservation.confirm(0n, () => 0)
  reservation.release()
  expect(() => reservation.confirm(0n, () => 0)).toThrowError(expect.objectContaining({ code: 'INTERNAL' }))
  await expect(waiting.verdicts).rejects.toMatchObject({ code: 'INTERNAL' })
  const late = index.reserve(batchOf(index, [['b', 1]]))
  await index.seal(uuid(1), 2n)
  expect(() => late.confirm(1n, () => 0)).toThrowError(expect.objectContaining({ code: 'INTERNAL' }))
  expect(await probe(index, [['a', 1]])).toEqual(['duplicate'])
})

test.each([
  ['its manifest is gone', 'manifest', 'gone'],
  ['its manifest is cut', 'manifest', 'cut'],
  ['a run is gone', '.run', 'gone'],
  ['a run is cut', '.run', 'cut'],
] as const)('an index is made again from the table when %s', async (_, name, what) => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  const rows = rowsOf(0, 1000)
  await table.append(rows.slice(0, 300))
  {
    await using index = await openIds(folder, table)
    await send(index, rows.slice(300), 0n)
    await index.seal(uuid(1), 700n)
    await index.adopt(uuid(1), await table.append(rows.slice(300), uuid(1)))
  }
  table.reads.all = 0
  const own = join(folder, 't', '_millrace', 'ids')
  const path = join(own, readdirSync(own).find((file) => file.endsWith(name)) ?? '')
  if (what === 'gone') unlinkSync(path)
  else truncateSync(path, Math.floor(statSync(path).size / 2))
  await using index = await openIds(folder, table)
  await expectTaken(index, rows, ['x'])
  expect(table.reads.all).toBe(1)
  expect(index.figures()).toMatchObject({ runs: 1, stored: 1000, version: 1 })
})

test('a page that is damaged while the index is open is noticed by who needs it, and all is read from the table', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  const rows = rowsOf(0, 1000)
  await table.append(rows)
  await using index = await openIds(folder, table)
  table.reads.all = 0
  const own = join(folder, 't', '_millrace', 'ids')
  for (const name of readdirSync(own).filter((file) => file.endsWith('.run'))) {
    const bytes = readFileSync(join(own, name))
    for (let page = 0; page < 4; page++) bytes[4096 * page + 100] = (bytes[4096 * page + 100] ?? 0) ^ 1
    writeFileSync(join(own, name), bytes)
  }
  await expectTaken(index, rows, ['x'])
  expect(table.reads.all).toBe(1)
})

test('rows that come in bulk leave out what is taken, also what was taken while they were staged', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await using index = await openIds(folder, table)
  const [stored, logged, late] = [rowsOf(0, 500), rowsOf(500, 10), rowsOf(510, 10)]
  await table.append(stored)
  await index.follow()
  await send(index, logged, 0n)
  const bulk = rowsOf(0, 3000)
  const ids = async function* (rows: readonly Row[]) {
    yield batchOf(index, rows)
  }
  const sorted = (rows: readonly Row[]): number[] => rows.map(([, content]) => content)
  const { taken, distinct } = await index.stage(uuid(1), { batches: ids([...bulk, bulk[0] as Row]) })
  expect(distinct).toBe(bulk.length)
  const unknown = stored.map(() => unknownContent)
  expect([...taken.contents].toSorted((a, b) => a - b)).toEqual([...unknown, ...sorted(logged)])
  await send(index, late, 10n)
  const open = index.reserve(batchOf(index, [bulk[2000] as Row]))
  const restaged = index.restage(uuid(1))
  const held = index.reserve(batchOf(index, [bulk[2001] as Row]))
  open.confirm(20n, () => 0)
  expect(sorted([...late, bulk[2000] as Row])).toEqual([...(await restaged).contents].toSorted((a, b) => a - b))
  const rest = bulk.slice(520).filter((_, at) => at !== 2000 - 520)
  await index.adopt(uuid(1), await table.append(rest, uuid(1)))
  expect(await held.verdicts).toEqual(['duplicate'])
  held.release()
  await expectTaken(index, bulk, ['x'])
  expect(index.figures()).toMatchObject({ stored: 500 + rest.length, unflushed: 21 })
  expect(table.reads.ownAdded).toBe(0)
  await index.stage(uuid(2), { batches: ids(rowsOf(5000, 100)) })
  await index.restage(uuid(2))
  const waiting = index.reserve(batchOf(index, [['order 5000', 1]]))
  await index.withdraw(uuid(2))
  expect(await waiting.verdicts).toEqual(['new'])
})

test('the content of a row that did not come by the log is read from the table, once it is needed', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  const [foreign, bulk, gone, own] = [rowsOf(0, 9000), rowsOf(9000, 20_000), rowsOf(30_000, 10), rowsOf(40_000, 500)]
  {
    await using index = await openIds(folder, table)
    await table.append(foreign)
    await index.follow()
    await index.stage(uuid(1), {
      batches: [
        batchOf(
          index,
          bulk.map(([id]) => [id, unknownContent]),
        ),
      ],
    })
    await index.adopt(uuid(1), await table.append(bulk, uuid(1)))
    await index.stage(uuid(2), {
      batches: [
        batchOf(
          index,
          gone.map(([id]) => [id, unknownContent]),
        ),
      ],
    })
    // its rows have left the table since
    await index.adopt(uuid(2), await table.append([], uuid(2)))
    await send(index, own, 0n)
    await index.seal(uuid(3), 500n)
    await index.adopt(uuid(3), await table.append(own, uuid(3)))
    await expectTaken(index, own, ['x'])
    expect(table.reads).toMatchObject({ all: 0, contents: 0 })
    const two = await Promise.all([probe(index, bulk.slice(0, 3)), probe(index, [[foreign[7]?.[0] ?? '', 1]])])
    expect(two).toEqual([['duplicate', 'duplicate', 'duplicate'], ['conflict']])
    expect(table.reads).toMatchObject({ all: 0, contents: 1 })
  }
  await using index = await openIds(folder, table)
  await expectTaken(index, [...foreign, ...bulk, ...own], ['x'])
  expect(new Set(await probe(index, gone))).toEqual(new Set(['conflict']))
  expect(table.reads).toMatchObject({ all: 0, contents: 1 })
  expect(index.figures()).toMatchObject({ stored: 29_510, version: 3 })
})

test('a commit that is made while all ids are read from the table is taken in after them', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await table.append(rowsOf(0, 10))
  let late: Promise<number> | undefined
  const disk: Disk = {
    ...nodeDisk(),
    async readRange(path, range) {
      late ??= table.append(rowsOf(10, 10))
      await late
      return nodeDisk().readRange(path, range)
    },
  }
  await using index = await openIds(folder, idsTable(folder, disk))
  expect(index.figures()).toMatchObject({ stored: 10, version: 0 })
  await index.follow()
  await expectTaken(index, rowsOf(0, 20), ['x'])
})

test('a start that finds enough runs to merge does not delete the one that they become', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await (await openIds(folder, table))[Symbol.asyncDispose]()
  for (let commit = 0; commit < 4; commit++) await table.append(rowsOf(10 * commit, 10))
  let made = 0
  const disk: Disk = {
    ...nodeDisk(),
    async open(path, how) {
      const file = await nodeDisk().open(path, how)
      if (path.endsWith('.run')) made++
      return file
    },
    async readFolder(path) {
      // time enough for a merge that is under way to make its file
      for (let turn = 0; turn < 1000 && made < 5; turn++) await nextTurn()
      return nodeDisk().readFolder(path)
    },
  }
  table.reads.all = 0
  {
    await using index = await openIds(folder, table, { disk })
    await merged(index)
    expect(index.figures()).toMatchObject({ runs: 1, stored: 40, trouble: undefined })
    await expectTaken(index, rowsOf(0, 40), ['x'])
  }
  await using index = await openIds(folder, table)
  await expectTaken(index, rowsOf(0, 40), ['x'])
  expect(table.reads.all).toBe(0)
})

test('an index that is closed waits for those who look ids up, leaves no file open, and decides nothing more', async () => {
  const folder = await tableFolder()
  const table = idsTable(folder)
  await table.append(rowsOf(0, 50))
  let open = 0
  const disk: Disk = {
    ...nodeDisk(),
    async openReader(path) {
      await nextTurn()
      const reader = await nodeDisk().openReader(path)
      open++
      return {
        async read(start, end) {
          const bytes = await reader.read(start, end)
          // a file that may be closed meanwhile is
          for (let turn = 0; turn < 20; turn++) await nextTurn()
          return bytes
        },
        async [Symbol.asyncDispose]() {
          open--
          await reader[Symbol.asyncDispose]()
        },
      }
    },
  }
  {
    await using index = await openIds(folder, table)
    await expectTaken(index, rowsOf(0, 50))
    await send(index, rowsOf(50, 50), 0n)
    await index.seal(uuid(1), 50n)
    await index.adopt(uuid(1), await table.append(rowsOf(50, 50), uuid(1)))
  }
  const index = await openIds(folder, table, { disk })
  const rows = rowsOf(0, 100)
  const under = index.reserve(batchOf(index, rows))
  const waiting = index.reserve(batchOf(index, rows))
  await index[Symbol.asyncDispose]()
  expect(new Set(await under.verdicts)).toEqual(new Set(['duplicate']))
  expect(open).toBe(0)
  under.release()
  await expect(waiting.verdicts).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(index.reserve(batchOf(index, rows)).verdicts).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(open).toBe(0)
})
