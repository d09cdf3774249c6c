import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentSql } from '../../../src/contract/content-sql.ts'
import { tableColumns } from '../../../src/contract/contract.ts'
import { openDuckdb } from '../../../src/engines/duckdb.ts'
import type { Engine } from '../../../src/engines/engine.ts'
import { createTable } from '../../../src/lake/create.ts'
import { history } from '../../../src/lake/history.ts'
import type { CommitQueue } from '../../../src/lake/queue.ts'
import { readSnapshot } from '../../../src/lake/snapshot.ts'
import { append } from '../../../src/lake/write.ts'
import { fileLedger } from '../../../src/sources/ledger.ts'
import type { IdIndex } from '../../../src/streams/dedupe.ts'
import { runKey, storedIds } from '../../../src/streams/stored-ids.ts'
import { countingEngine } from '../../models/counting-engine.ts'
import { openIds, probe, send } from '../../streams/dedupe-harness.ts'
import { spillFolder, tempFolder } from '../../temp-folder.ts'
import { brief, contractOf, type Loading, load, loading, query, rejects, restore, sourceOf } from '../loading.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

const contract = contractOf({ columns: { id: 'varchar', price: 'decimal(8,2)', name: 'varchar' }, id: 'id' })
const head = 'id,price,name\n'

interface Stream extends Loading {
  readonly index: IdIndex
  readonly opened: (table: string) => readonly string[]
  /** Files of the table that the last load has opened. */
  readonly readByLoad: string[]
}

/** A stream's table whose index is open. */
async function withStream(work: (on: Stream) => Promise<void>, queue?: (queue: CommitQueue) => CommitQueue) {
  const root = await tempFolder()
  const counting = countingEngine(engine, join(root, 'lake'))
  const made = await loading(counting, { root })
  const on = { ...made, lake: { ...made.lake, queue: queue?.(made.lake.queue) ?? made.lake.queue } }
  await using index = await indexOf(on)
  await work({ ...on, index, opened: (table) => counting.opened(table), readByLoad: [] })
}

async function indexOf({ lake, context }: Loading): Promise<IdIndex> {
  const { metadata } = await createTable(lake, 't', { columns: tableColumns(contract) }, context).catch(() =>
    readSnapshot(lake, 't', {}, context),
  )
  return openIds(lake.root, storedIds(lake, 't', { table: metadata.id, contract }, context))
}

async function loadText(on: Stream, files: Readonly<Record<string, string>>, onChange?: 'replace') {
  for (const [path, text] of Object.entries(files)) await writeFile(join(on.root, path), text)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1, ...(onChange && { onChange }) })
  on.opened('t')
  const outcomes = await load(on, source, on.index)
  on.readByLoad.splice(0, Infinity, ...on.opened('t'))
  const ledger = await fileLedger(on.lake, 't', on.context)
  expect(ledger.flatMap(({ open }) => open)).toEqual([])
  return brief(outcomes).filter((text) => !text.includes('skipped'))
}

const rowsOf = (on: Loading) => query(on, 'SELECT id, price, name FROM t ORDER BY ALL')
const refused = async (on: Loading) => (await rejects(on)).map(({ file, line, code, raw }) => [file, line, code, raw])

/** The content of a row as the index holds it. */
async function contentOf(on: Loading, row: string): Promise<number> {
  const [found] = await query(on, `SELECT ${contentSql(contract)} FROM (SELECT ${row} FROM (SELECT count(*) FROM t))`)
  return Number(found?.[0])
}

/** Whether the newest commit names a run of its own. */
async function namesRun({ lake, context }: Loading): Promise<boolean> {
  const [newest] = await history(lake, 't', 1, context)
  return newest?.info[runKey] !== undefined
}

test('ids of files are taken from the commit on, and new ones do not have the table read', () =>
  withStream(async (on) => {
    await loadText(on, { 'a.csv': `${head}a,1,x\nb,2,y\na,1.00,x\n` })
    const content = await contentOf(on, `1::DECIMAL(8,2) AS price, 'x' AS name`)
    expect(
      await probe(on.index, [
        ['a', content],
        ['a', content ^ 1],
        ['c', 0],
      ]),
    ).toEqual(['duplicate', 'conflict', 'new'])
    expect(await namesRun(on)).toBe(true)
    const before = [...(await readSnapshot(on.lake, 't', {}, on.context)).files.keys()]
    expect(await loadText(on, { 'b.csv': `${head}c,3,z\n` })).toEqual(['b.csv: loaded 1+0'])
    expect(on.readByLoad).not.toEqual([])
    expect(on.readByLoad.filter((path) => before.some((file) => path.endsWith(file)))).toEqual([])
    expect(on.index.figures()).toMatchObject({ stored: 3, version: 2 })
  }))

test('what the table has is a duplicate or a conflict, also within the files', () =>
  withStream(async (on) => {
    expect(await loadText(on, { 'a.csv': `${head}a,1,x\na,2,"x\ny"\na,1,x\nb,2,y\n` })).toEqual(['a.csv: loaded 2+1=1'])
    expect(await loadText(on, { 'b.csv': `${head}b,9,y\nb,2,y\nc,1,z\nc,2,z\n,4,n\n,4,n\n` })).toEqual([
      'b.csv: loaded 3+2=1',
    ])
    expect(await rowsOf(on)).toEqual([
      ['a', '1.00', 'x'],
      ['b', '2.00', 'y'],
      ['c', '1.00', 'z'],
      [null, '4.00', 'n'],
      [null, '4.00', 'n'],
    ])
    expect(await refused(on)).toEqual([
      ['a.csv', 3n, 'conflict', 'a,2,"x\ny"'],
      ['b.csv', 2n, 'conflict', 'b,9,y'],
      ['b.csv', 5n, 'conflict', 'c,2,z'],
    ])
    expect(await probe(on.index, [['c', await contentOf(on, `1::DECIMAL(8,2) AS price, 'z' AS name`)]])).toEqual([
      'duplicate',
    ])
  }))

test('events that are not in the table yet, and those that come while files are read, have taken their ids', async () => {
  let arrive: (() => Promise<void>) | undefined
  const late = (queue: CommitQueue): CommitQueue => ({
    ...queue,
    run: async (table, work, kind) => {
      if (table === 't') await arrive?.()
      return queue.run(table, work, kind)
    },
  })
  await withStream(async (on) => {
    const same = await contentOf(on, `1::DECIMAL(8,2) AS price, 'x' AS name`)
    await send(on.index, [['a', same]], 0n)
    arrive = async () => {
      arrive = undefined
      await send(
        on.index,
        [
          ['b', same],
          ['c', same ^ 1],
          ['d', same ^ 1],
        ],
        1n,
      )
    }
    const rows = `${head}a,1,x\nb,1,x\nc,1,x\nc,1,x\nd,1,x\nd,2,x\ne,1,x\n`
    expect(await loadText(on, { 'a.csv': rows })).toEqual(['a.csv: loaded 1+3=3'])
    expect(await rowsOf(on)).toEqual([['e', '1.00', 'x']])
    expect((await refused(on)).map(([, , code, raw]) => [code, raw])).toEqual([
      ['conflict', 'c,1,x'],
      ['conflict', 'd,1,x'],
      ['conflict', 'd,2,x'],
    ])
    // nobody waits any more, and the ids of the events are the events' alone
    expect(
      await probe(on.index, [
        ['e', same],
        ['b', same],
        ['f', 0],
      ]),
    ).toEqual(['duplicate', 'duplicate', 'new'])
    expect(on.index.figures()).toMatchObject({ stored: 1, unflushed: 4 })
  }, late)
})

test('ids of rows that leave in the same commit, or have left, are free for files', () =>
  withStream(async (on) => {
    await loadText(on, { 'a.csv': `${head}a,1,x\nb,2,y\n` })
    expect(await loadText(on, { 'a.csv': `${head}a,5,x\nb,2,y\nc,3,z\n` }, 'replace')).toEqual(['a.csv: loaded 3+0'])
    const { version } = await readSnapshot(on.lake, 't', {}, on.context)
    await loadText(on, { 'b.csv': `${head}d,1,x\n` })
    await restore(on, version)
    expect(await loadText(on, { 'c.csv': `${head}d,7,y\na,5,x\ne,1,x\n` })).toEqual(['c.csv: loaded 2+0=1'])
    expect(await rowsOf(on)).toEqual([
      ['a', '5.00', 'x'],
      ['b', '2.00', 'y'],
      ['c', '3.00', 'z'],
      ['d', '7.00', 'y'],
      ['e', '1.00', 'x'],
    ])
    const taken = await probe(
      on.index,
      ['a', 'b', 'c', 'd', 'e'].map((id) => [id, 0] as const),
    )
    expect(taken).not.toContain('new')
  }))

test('ids of rows that others append while files are read are taken', async () => {
  let arrive: (() => Promise<unknown>) | undefined
  const late = (queue: CommitQueue): CommitQueue => ({
    ...queue,
    run: async (table, work, kind) => {
      if (table === 't' && arrive) {
        const come = arrive
        arrive = undefined
        await come()
      }
      return queue.run(table, work, kind)
    },
  })
  await withStream(async (on) => {
    arrive = () =>
      append(on.lake, 't', { sql: `SELECT 'a' AS id, 1::DECIMAL(8,2) AS price, 'x' AS name`, from: {} }, {}, on.context)
    expect(await loadText(on, { 'a.csv': `${head}a,1,x\nb,1,x\n` })).toEqual(['a.csv: loaded 1+0=1'])
    expect(await rowsOf(on)).toEqual([
      ['a', '1.00', 'x'],
      ['b', '1.00', 'x'],
    ])
  }, late)
})

test('a load that is refused gives its ids back, and lets events go on', () =>
  withStream(async (on) => {
    await writeFile(join(on.root, 'a.csv'), `${head}a,1,x\nb,not a price,y\n`)
    const source = sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 0.1 })
    expect(brief(await load(on, source, on.index))).toEqual(['a.csv: refused REJECTS_OVER_LIMIT'])
    expect(await probe(on.index, [['a', 0]])).toEqual(['new'])
    expect(on.index.figures()).toMatchObject({ stored: 0 })
  }))

test('an index that is opened anew has the ids of loads', () =>
  withStream(async (on) => {
    await loadText(on, { 'a.csv': `${head}a,1,x\n` })
    await using again = await indexOf(on)
    expect(
      await probe(again, [
        ['a', 0],
        ['b', 0],
      ]),
    ).toEqual(['conflict', 'new'])
  }))
