import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commit } from '../../src/lake/commit.ts'
import { applyDrop, planDrop } from '../../src/lake/drop.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { appIdOf } from '../../src/sources/deliveries/batch-file.ts'
import { readDeliveries } from '../../src/sources/deliveries.ts'
import type { ObjectStore } from '../../src/storage/store.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { brief, type Loading, load, loading, sourceOf } from './loading.ts'

const engine = await openEngine()
const contract = { columns: { id: 'bigint not null' } }
const counts = { header: 1, blank: 0, records: 0, continuation: 0, rejected: 0 }

/** A lake whose store tells what it is asked. */
async function watched() {
  const on = await loading(engine)
  const calls: string[] = []
  const told = <Name extends 'read' | 'put' | 'sync'>(name: Name, call: ObjectStore[Name]) =>
    ((...args: Parameters<ObjectStore[Name]>) => {
      calls.push(`${name} ${args[0]}`)
      return (call as (...given: typeof args) => unknown)(...args)
    }) as ObjectStore[Name]
  const { store } = on.lake
  const bind = <Key extends keyof ObjectStore>(key: Key) => {
    const member = store[key]
    return [key, typeof member === 'function' ? member.bind(store) : member] as const
  }
  const keys = ['can', 'head', 'list', 'put', 'putFile', 'delete', 'localPath', 'close', 'sync', 'read'] as const
  const bound = Object.fromEntries(keys.map(bind)) as unknown as ObjectStore
  const { read, put, sync } = bound
  const watching = { ...bound, read: told('read', read), put: told('put', put), sync: told('sync', sync) }
  return { on: { ...on, lake: { ...on.lake, store: watching } } as Loading, calls }
}

/** Has the table say that it holds batches up to `last`, each of an empty file. */
async function fill({ lake, context }: Loading, first: number, last: number, name = ''): Promise<void> {
  for (let n = first; n <= last; n++) {
    const delivery = { digest: `${name}${n}`, contentBytes: 3, lines: 1, endsLine: true, stamp: 's', counts }
    const settled = { stored: 0, duplicate: 0, rejected: 0, elsewhere: 0 }
    const deliveries = [{ path: `${name}${n}.csv`, ...delivery, ...settled }]
    const batch = { format: 1, loadedAt: new Date(0).toISOString(), deliveries, replaces: [] }
    await writeFile(join(lake.root, `t/_millrace/files/src/${n}.json`), JSON.stringify(batch))
  }
  const txns = [{ appId: appIdOf('src'), version: BigInt(last) }]
  const base = await readSnapshot(lake, 't', {}, context)
  await commit(lake, base, { operation: 'WRITE', adds: [], removes: [], txns, reads: 'nothing' }, context)
}

async function loadOne(on: Loading, name: string): Promise<string[]> {
  await writeFile(join(on.root, name), `id\n${name.length}${name.charCodeAt(0)}\n`)
  return brief(await load(on, sourceOf(on, { contract, files: { glob: name } })))
}

async function pathsOf({ lake, context }: Loading): Promise<string[]> {
  const deliveries = await readDeliveries(lake, await readSnapshot(lake, 't', {}, context), context)
  return deliveries.map(({ batch, path }) => `${batch} ${path}`)
}

test('a load into a table of many batches reads few files, and what it finds is the same', async () => {
  const { on, calls } = await watched()
  await loadOne(on, 'a.csv')
  await fill(on, 2, 4300)
  const before = await pathsOf(on)
  await loadOne(on, 'b.csv')
  calls.length = 0
  expect(await pathsOf(on)).toEqual([...before, '4301 b.csv'])
  const reads = calls.filter((call) => call.startsWith('read t/_millrace/files/'))
  expect(reads.slice(0, 4).map((call) => call.slice(call.lastIndexOf('/') + 1))).toEqual([
    '1-4096.json',
    '4097-4160.json',
    '4161-4224.json',
    '4225-4288.json',
  ])
  expect(reads).toHaveLength(4 + 13)
  calls.length = 0
  await loadOne(on, 'c.csv')
  expect(calls.filter((call) => call.startsWith('put t/_millrace/files/src/4')).sort()).toEqual([
    'put t/_millrace/files/src/4302.json',
  ])
})

test('a fold tells only of commits that stay', async () => {
  const { on, calls } = await watched()
  await loadOne(on, 'a.csv')
  await fill(on, 2, 64)
  calls.length = 0
  await loadOne(on, 'b.csv')
  const fold = calls.indexOf('put t/_millrace/files/src/1-64.json')
  const settled = calls.findIndex((call) => call.startsWith('sync t/_delta_log/'))
  expect(settled).toBeGreaterThan(-1)
  expect(fold).toBeGreaterThan(settled)
})

test('a fold that is damaged, gone, or another table’s is not taken', async () => {
  const { on } = await watched()
  await loadOne(on, 'a.csv')
  await fill(on, 2, 64)
  await loadOne(on, 'b.csv')
  const paths = await pathsOf(on)
  const fold = join(on.lake.root, 't/_millrace/files/src/1-64.json')
  for (const text of ['{"format":', '{"format": 1}']) {
    await writeFile(fold, text)
    expect(await pathsOf(on)).toEqual(paths)
  }
  expect(await loadOne(on, 'c.csv')).toEqual(['c.csv: loaded 1+0'])
  const mended = await on.lake.store.read('t/_millrace/files/src/1-64.json')
  await applyDrop(on.lake, await planDrop(on.lake, 't', on.context), on.context)
  await loadOne(on, 'd.csv')
  await fill(on, 2, 66, 'new-')
  await writeFile(fold, mended)
  expect((await pathsOf(on)).slice(0, 3)).toEqual(['1 d.csv', '2 new-2.csv', '3 new-3.csv'])
})

test('the folder of a small table holds no folds', async () => {
  const { on } = await watched()
  await loadOne(on, 'a.csv')
  await loadOne(on, 'b.csv')
  expect((await readdir(join(on.lake.root, 't/_millrace/files/src'))).sort()).toEqual(['1.json', '2.json'])
})
