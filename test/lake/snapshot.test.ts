import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { commitPath, lastCheckpointPath, logFolder } from '../../src/lake/log/names.ts'
import { readSnapshot, refreshSnapshot, tableExists } from '../../src/lake/snapshot.ts'
import type { ObjectStore } from '../../src/storage/store.ts'
import { add, commitInfo, context, logLake, metadata, protocol, remove, writeLog } from './log-lake.ts'

const begin = [protocol, metadata(), add('a')]
const read = (lake: ReturnType<typeof logLake>, at = {}) => readSnapshot(lake, 't', at, context)
const coded = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

test('the commits replayed in their order are the table', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [
    [...begin, { txn: { appId: 'x', version: 1n, lastUpdated: 5 } }],
    [add('b'), remove('a'), { txn: { appId: 'y', version: 9n } }],
    [commitInfo(50), remove('b'), add('a', { size: 2 }), { txn: { appId: 'x', version: 2n } }],
  ])
  const snapshot = await read(lake)
  expect(snapshot).toMatchObject({ table: 't', version: 2, timestampMs: 50, partitionColumns: [] })
  expect(snapshot.columns).toEqual([{ name: 'a', type: { kind: 'bigint' }, nullable: true }])
  expect([...snapshot.files.values()].map(({ path, size }) => [path, size])).toEqual([['a', 2]])
  expect([...snapshot.removed.keys()]).toEqual(['b'])
  expect([...snapshot.txns]).toEqual([
    ['x', 2n],
    ['y', 9n],
  ])
  expect(snapshot.txnTimes.size).toBe(0)
})

test.each([
  ['/some/with%20space/p@%23h', 'file:/some/with%20space/p@%23h'],
  ['file:/some/path', '/some/path'],
  ['file:///some/path', 'file:/some/path'],
  ['a%20b', 'a%20b'],
  ['a@b', 'a%40b'],
])('a file that came as %s is gone when %s is removed', async (added, removed) => {
  const lake = logLake()
  const line = (action: object) => Buffer.from(JSON.stringify(action))
  await writeLog(lake, 't', [[protocol, metadata()]])
  await lake.store.put(commitPath('t', 1), line({ add: { path: added, size: 1, modificationTime: 1 } }))
  await lake.store.put(commitPath('t', 2), line({ remove: { path: removed } }))
  expect([...(await read(lake)).files.keys()]).toEqual([])
})

test('an older version is read by its number', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin, [add('b')], [remove('a')]])
  expect([...(await read(lake, { version: 1 })).files.keys()]).toEqual(['a', 'b'])
  await expect(read(lake, { version: 3 })).rejects.toThrow(coded('VERSION_NOT_FOUND', 'it has 0 to 2'))
})

test('an older version is read by a time, and clocks that went back do not confuse it', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [
    [commitInfo(1000), ...begin],
    [commitInfo(3000), add('b')],
    [commitInfo(2000), add('c')],
    [commitInfo(1, { inCommitTimestamp: 9000 }), add('d')],
  ])
  const versionAt = async (timestampMs: number) => (await read(lake, { timestampMs })).version
  expect(await versionAt(1000)).toBe(0)
  expect(await versionAt(2999)).toBe(0)
  expect(await versionAt(3000)).toBe(1)
  expect(await versionAt(3001)).toBe(2)
  expect(await versionAt(8999)).toBe(2)
  expect(await versionAt(9000)).toBe(3)
  expect(await versionAt(99_000)).toBe(3)
  await expect(versionAt(999)).rejects.toThrow(coded('TIME_NOT_FOUND', '1970-01-01T00:00:01.000Z'))
})

test('without a commitInfo the time of the file counts', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin])
  expect((await read(lake)).timestampMs).toBe(context.now())
})

test('a gap in the versions is refused with the name of the commit that is missing', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin])
  await writeLog(lake, 't', [[add('b')]], 2)
  await expect(read(lake)).rejects.toThrow(coded('TABLE_CORRUPT', commitPath('t', 1)))
  expect((await read(lake, { version: 0 })).version).toBe(0)
})

test('a log whose beginning is gone is refused', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin], 3)
  await expect(read(lake)).rejects.toThrow(coded('TABLE_CORRUPT', commitPath('t', 0)))
})

test('a commit of no bytes is an error, never an empty commit', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin])
  await lake.store.put(commitPath('t', 1), new Uint8Array())
  await expect(read(lake)).rejects.toThrow(coded('TABLE_CORRUPT', `${commitPath('t', 1)}: the file is empty`))
})

test('a log without protocol, or without metadata, is refused', async () => {
  for (const [kind, action] of [
    ['protocol', metadata()],
    ['metaData', protocol],
  ] as const) {
    const lake = logLake()
    await writeLog(lake, 't', [[action]])
    await expect(read(lake)).rejects.toThrow(coded('TABLE_CORRUPT', `no ${kind} up to version 0`))
  }
})

test('a folder without a log is no table', async () => {
  const lake = logLake()
  await lake.store.put('t/part.parquet', new Uint8Array([1]))
  expect(await tableExists(lake, 't', context)).toBe(false)
  await expect(read(lake)).rejects.toThrow(coded('TABLE_NOT_FOUND', '`t` in /lake'))
  await writeLog(lake, 't', [begin])
  expect(await tableExists(lake, 't', context)).toBe(true)
})

test.each(['', '{', '[]', '{"version":"1"}', '{"version":-1}', '{"version":7}', '\u0000'])(
  'a _last_checkpoint of %j is only a hint',
  async (hint) => {
    const lake = logLake()
    await writeLog(lake, 't', [begin, [add('b')]])
    await lake.store.put(lastCheckpointPath('t'), Buffer.from(hint))
    expect((await read(lake)).version).toBe(1)
  },
)

test('what else lies in the log folder is passed over', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin])
  for (const name of [
    '00000000000000000001.crc',
    '.00000000000000000001.json.tmp',
    '00000000000000000000.00000000000000000001.compacted.json',
    '_commits/00000000000000000001.uuid.json',
    '00000000000000000001.checkpoint.0000000001.0000000002.parquet',
  ])
    await lake.store.put(`${logFolder('t')}${name}`, new Uint8Array([1]))
  expect((await read(lake)).version).toBe(0)
})

test('a refreshed snapshot has read the newer commits alone', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin, [commitInfo(10), add('b')]])
  const before = await read(lake)
  expect(await refreshSnapshot(lake, before, context)).toBe(before)
  await writeLog(lake, 't', [[add('c')], [commitInfo(20), remove('a')]], 2)
  // were version 0 read again, it would be refused
  await lake.store.put(commitPath('t', 0), new Uint8Array())
  const after = await refreshSnapshot(lake, before, context)
  expect(after).toMatchObject({ version: 3, timestampMs: 20 })
  expect([...after.files.keys()]).toEqual(['b', 'c'])
  expect([...before.files.keys()]).toEqual(['a', 'b'])
  expect(before.removed.size).toBe(0)
})

test('a table that was made anew with as many versions is not taken for the old one', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [[commitInfo(10), ...begin]])
  const before = await read(lake)
  await writeLog(lake, 't', [[commitInfo(11), protocol, metadata({ id: 'table-2' }), add('z')]])
  expect((await refreshSnapshot(lake, before, context)).metadata.id).toBe('table-2')
})

test('a log that is cleaned while it is read is begun again', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin, [add('b')]])
  let misses = 2
  const store: ObjectStore = {
    ...lake.store,
    read: async (path, range, signal) => {
      if (path === commitPath('t', 1) && misses-- > 0) throw new MillraceError('OBJECT_NOT_FOUND', { path })
      return lake.store.read(path, range, signal)
    },
  }
  expect((await readSnapshot({ ...lake, store }, 't', {}, context)).version).toBe(1)
  misses = 3
  await expect(readSnapshot({ ...lake, store }, 't', {}, context)).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
})

test('the time of a large commit is found at its beginning or its end', async () => {
  const lake = logLake()
  const many = Array.from({ length: 1000 }, (_, number) => add(`${'x'.repeat(100)}${number}`))
  await writeLog(lake, 't', [
    [commitInfo(1000), ...begin, ...many],
    [...many.map((_, number) => add(`y${number}`, { stats: 'z'.repeat(100) })), commitInfo(2000)],
    [add('c')],
  ])
  expect((await read(lake, { timestampMs: 1999 })).version).toBe(0)
  expect((await read(lake, { timestampMs: 2000 })).version).toBe(1)
})

test('a snapshot of a table that was dropped and made anew is read from the beginning', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [begin, [add('b')]])
  const before = await read(lake)
  await lake.store.delete(commitPath('t', 1))
  await writeLog(lake, 't', [[protocol, metadata({ id: 'table-2' }), add('z')]])
  expect((await refreshSnapshot(lake, before, context)).metadata.id).toBe('table-2')
})
