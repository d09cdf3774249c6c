import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { type IdBatch, type IdKeys, unknownContent } from '../../src/streams/dedupe.ts'
import { oneByOne } from '../faults/calls.ts'
import { faults, faultyDisk } from '../faults/faulty-disk.ts'
import { everyPoint, type Scenario } from '../faults/scenario.ts'
import { faultSuite } from '../faults/suite.ts'
import { tempFolder } from '../temp-folder.ts'
import { batchOf, expectTaken, idsTable, merged, openIds, probe, type Row, send, uuid } from './dedupe-harness.ts'

const flushes = 5

/** What a flush stores; the third is of somebody else, the fourth comes in bulk. */
function rowsOf(flush: number): Row[] {
  return [0, 1, 2, 3].map((at) => [at % 2 ? `order ${flush}/${at}` : uuid(100 * flush + at), 1 + at])
}

function isForeign(flush: number): boolean {
  return flush === 2
}

function isBulk(flush: number): boolean {
  return flush === 3
}

async function* bulk(keys: IdKeys, rows: readonly Row[]): AsyncGenerator<IdBatch> {
  yield batchOf(
    keys,
    rows.map(([id]) => [id, unknownContent]),
  )
}

const all = Array.from({ length: flushes }, (_, flush) => flush)

/** Flushes what is not in the table yet. */
async function run(folder: string, given: Disk): Promise<void> {
  // runs are merged beside it
  const disk = oneByOne(given)
  const table = idsTable(folder, disk)
  // whoever made the last commit may have been killed before this
  await disk.syncFolder(join(folder, 't', 'commits'))
  await using index = await openIds(folder, table, { disk })
  let offset = 0n
  for (const flush of all) {
    const rows = rowsOf(flush)
    const verdicts = isBulk(flush) ? await probe(index, rows) : await send(index, rows, offset)
    if (verdicts.includes('duplicate')) {
      expect(new Set(verdicts)).toEqual(new Set(['duplicate']))
      continue
    }
    if (!isBulk(flush)) offset += BigInt(rows.length)
    if (isBulk(flush)) {
      // with some that are taken
      await index.stage(uuid(flush), { batches: bulk(index, [...rows, ...rowsOf(0)]) })
      await index.restage(uuid(flush))
      await index.adopt(uuid(flush), await table.append(rows, uuid(flush)))
    } else if (isForeign(flush)) {
      await table.append(rows)
      await index.follow()
    } else {
      await index.seal(uuid(flush), offset)
      await index.adopt(uuid(flush), await table.append(rows, uuid(flush)))
    }
  }
  await merged(index)
}

/** Ids of rows in the table are taken, and others are free; what was synced need not be read again. */
async function check(folder: string, done: boolean): Promise<void> {
  const table = idsTable(folder)
  const stored = (await table.rows()).map(([id]) => id)
  expect(new Set(stored).size).toBe(stored.length)
  const committed = all.filter((flush) => stored.includes(rowsOf(flush)[0]?.[0] ?? ''))
  if (done) expect(committed).toEqual(all)
  {
    await using index = await openIds(folder, table)
    const free = all.filter((flush) => !committed.includes(flush)).flatMap(rowsOf)
    await expectTaken(
      index,
      committed.flatMap(rowsOf),
      free.map(([id]) => id),
    )
    expect(index.figures()).toMatchObject({ unflushed: 0, version: committed.length - 1 })
    if (done) expect(table.reads.foreignAdded).toBe(0)
    expect(table.reads).toMatchObject({ all: 0, ownAdded: 0 })
  }
  const names = readdirSync(join(folder, 't', '_millrace', 'ids'))
  expect(names.filter((name) => !name.endsWith('.run'))).toEqual(['manifest'])
  if (!done) await run(folder, nodeDisk())
}

const scenario: Scenario = {
  prepare: async (folder) => void mkdirSync(join(folder, 't', 'commits'), { recursive: true }),
  run,
  check,
}

const runs = ['', ' 2', ' 3', ' 4', ' 5', ' 6'].map((nth) => `file lake/t/_millrace/ids/*.run${nth}`)
const needed = [
  ...runs,
  'file lake/t/_millrace/ids/*.run.next',
  'file lake/t/_millrace/ids/manifest.tmp',
  'file lake/t/commits/new',
  'folder lake/t',
  'folder lake/t/_millrace',
  'folder lake/t/_millrace/ids',
  'folder lake/t/commits',
]

faultSuite({ 'an index of ids': { it: scenario, needed } }, { faults: 6, cuts: 20, kills: 30 })

test.each(faults.filter((fault) => fault !== 'gone' && fault !== 'full'))(
  'an index goes on after a call that fails (%s), without being opened anew',
  async (fault) => {
    for (let nth = 1; ; nth += everyPoint ? 1 : 5) {
      const folder = await tempFolder()
      await scenario.prepare(folder)
      const disk = faultyDisk(nodeDisk(), nth, fault)
      const opened = await openIds(folder, idsTable(folder), { disk }).catch(() => undefined)
      if (!opened) continue
      const table = idsTable(folder)
      {
        await using index = opened
        let offset = 0n
        for (const flush of all) {
          const rows = rowsOf(flush)
          await again(() => send(index, rows, offset))
          offset += BigInt(rows.length)
          const upTo = offset
          await again(() => index.seal(uuid(flush), upTo))
          const version = await table.append(rows, uuid(flush))
          await again(() => index.adopt(uuid(flush), version))
        }
        await merged(index)
        await again(() => expectTaken(index, all.flatMap(rowsOf), ['x']))
        expect(index.figures()).toMatchObject({ unflushed: 0, version: flushes - 1 })
      }
      await check(folder, true)
      if (!disk.failed()) break
    }
  },
)

/** Once more where it fails. */
async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  return work().catch(work)
}

test('a batch of a table is not taken for that of another', async () => {
  const folder = await tempFolder()
  await scenario.prepare(folder)
  {
    await using index = await openIds(folder, idsTable(folder))
    expect(await send(index, [['a', 1]], 0n)).toEqual(['new'])
    await index.seal(uuid(1), 1n)
    await index.adopt(uuid(1), await idsTable(folder).append([['a', 1]], uuid(1)))
  }
  const other = idsTable(folder, nodeDisk(), 'another table')
  await using index = await openIds(folder, other)
  expect(other.reads.all).toBe(1)
  expect(index.reserve(batchOf(index, [['b', 1]])).verdicts).toEqual(['new'])
})
