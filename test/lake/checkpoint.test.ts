import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../src/engines/engine.ts'
import type { Action } from '../../src/lake/actions.ts'
import { checkpointDue, writeCheckpoint } from '../../src/lake/checkpoint.ts'
import { checkpointPath, commitPath, lastCheckpointPath, logFolder } from '../../src/lake/log/names.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { add, commitInfo, context, metadata, protocol, remove, writeLog } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

const duckdb = await engine()
const week = 7 * 86_400_000
const now = context.now()

async function lakeWith(commits: readonly Action[][]) {
  const lake = tableLake(await tempFolder(), duckdb)
  await writeLog(lake, 't', commits)
  return lake
}

const read = (lake: Awaited<ReturnType<typeof lakeWith>>, version?: number) =>
  readSnapshot(lake, 't', version === undefined ? {} : { version }, context)

const removedAt = (path: string, deletionTimestamp: number): Action => ({
  remove: { ...(remove(path) as { remove: { path: string; dataChange: boolean } }).remove, deletionTimestamp },
})

/** One commit with everything that a checkpoint has to keep. */
const everything: Action[] = [
  protocol,
  metadata({
    name: 'events',
    description: 'what "they" did\n\u0000',
    partitionColumns: ['a'],
    configuration: { 'delta.appendOnly': 'true', x: '' },
    createdTime: 5,
  }),
  { txn: { appId: 'log', version: 9223372036854775807n, lastUpdated: 8 } },
  { txn: { appId: 'files/x', version: -1n } },
  add('a b%/é.parquet', {
    partitionValues: { a: null, b: '', c: 'x\u0000é"' },
    stats: '{"numRecords":9007199254740993}',
  }),
  add('plain', { size: 2 ** 53 - 1, tags: { millrace: '1' }, stats: '' }),
  add('tagged', { tags: {} }),
  { add: { path: 'p@q', pathText: 'p%40q', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true } },
  removedAt('fresh', now - week + 1),
  removedAt('expired', now - week),
  { remove: { path: 'undated', dataChange: true } },
]

test('a checkpoint gives the very snapshot of the log, with the commits before it gone', async () => {
  const lake = await lakeWith([everything, [commitInfo(77), add('later')]])
  const before = await read(lake)
  const marked = await writeCheckpoint(lake, before, context)
  expect(marked).toEqual({ ...before, checkpointVersion: 1 })
  await lake.store.delete(commitPath('t', 0))
  const after = await read(lake)
  expect(after.checkpointVersion).toBe(1)
  expect(after.timestampMs).toBe(77)
  const asInCheckpoint = new Map([...before.files].map(([path, file]) => [path, { ...file, dataChange: false }]))
  expect(after.files).toEqual(asInCheckpoint)
  for (const key of ['protocol', 'metadata', 'columns', 'txns', 'txnTimes'] as const)
    expect(after[key]).toEqual(before[key])
  expect([...after.removed.keys()]).toEqual(['fresh'])
  expect(JSON.parse(Buffer.from(await lake.store.read(lastCheckpointPath('t'))).toString())).toMatchObject({
    version: 1,
    size: 2 + 2 + 5 + 1,
    numOfAddFiles: 5,
  })
})

test('a table property sets how long tombstones are kept', async () => {
  const lake = await lakeWith([
    [
      protocol,
      metadata({ configuration: { 'delta.deletedFileRetentionDuration': 'interval 2 hours' } }),
      removedAt('kept', now - 2 * 3_600_000 + 1),
      removedAt('expired', now - 2 * 3_600_000),
    ],
  ])
  await writeCheckpoint(lake, await read(lake), context)
  await lake.store.delete(commitPath('t', 0))
  expect([...(await read(lake)).removed.keys()]).toEqual(['kept'])
})

test('the newest whole checkpoint that can be read is taken, and a broken one costs nothing but time', async () => {
  const lake = await lakeWith([[protocol, metadata(), add('a')], [add('b')], [add('c')]])
  await writeCheckpoint(lake, await read(lake, 0), context)
  await writeCheckpoint(lake, await read(lake, 1), context)
  await writeFile(join(lake.root, checkpointPath('t', 2)), 'PAR1 is not enough')
  const snapshot = await read(lake)
  expect(snapshot.checkpointVersion).toBe(1)
  expect([...snapshot.files.keys()]).toEqual(['a', 'b', 'c'])
  expect((await read(lake, 0)).checkpointVersion).toBe(0)
})

test('a broken checkpoint is named when nothing else leads to the version', async () => {
  const lake = await lakeWith([[protocol, metadata(), add('a')], [add('b')]])
  await writeFile(join(lake.root, checkpointPath('t', 1)), '')
  await lake.store.delete(commitPath('t', 0))
  await expect(read(lake)).rejects.toMatchObject({
    code: 'TABLE_CORRUPT',
    message: expect.stringContaining(checkpointPath('t', 1)),
  })
})

test('a multi-part checkpoint counts only with all its parts', async () => {
  const lake = await lakeWith([[protocol, metadata(), add('a')], [add('b')]])
  await writeCheckpoint(lake, await read(lake), context)
  const whole = join(lake.root, checkpointPath('t', 1))
  const part = (number: number) =>
    join(lake.root, `${logFolder('t')}00000000000000000001.checkpoint.000000000${number}.0000000002.parquet`)
  await copyFile(whole, part(1))
  await lake.store.delete(checkpointPath('t', 1))
  expect((await read(lake)).checkpointVersion).toBeUndefined()
  await copyFile(part(1), part(2))
  expect((await read(lake)).checkpointVersion).toBe(1)
})

test('a hint is not turned back to an older checkpoint, but a hint to nothing is', async () => {
  const lake = await lakeWith([[protocol, metadata(), add('a')], [add('b')]])
  const hint = async () => JSON.parse(Buffer.from(await lake.store.read(lastCheckpointPath('t'))).toString()).version
  await writeCheckpoint(lake, await read(lake, 1), context)
  await writeCheckpoint(lake, await read(lake, 0), context)
  expect(await hint()).toBe(1)
  await lake.store.put(lastCheckpointPath('t'), Buffer.from('{"version":99}'))
  await writeCheckpoint(lake, await read(lake, 1), context)
  expect(await hint()).toBe(1)
})

test('a checkpoint that does not read back is never seen by a reader', async () => {
  const lake = await lakeWith([everything])
  const losing: Engine = {
    name: 'losing',
    can: duckdb.can,
    describe: (query, given) => duckdb.describe(query, given),
    run: (query, given) => duckdb.run(query, given),
    readColumns: (query, given) => duckdb.readColumns(query, given),
    write: (query, target, given) => duckdb.write({ ...query, sql: `${query.sql} LIMIT 8` }, target, given),
    close: async () => {},
  }
  await expect(writeCheckpoint({ ...lake, engine: losing }, await read(lake), context)).rejects.toMatchObject({
    code: 'TABLE_CORRUPT',
  })
  expect(await lake.store.head(checkpointPath('t', 0))).toBeUndefined()
  expect(await lake.store.head(lastCheckpointPath('t'))).toBeUndefined()
})

test('a table that Millrace may not write gets no checkpoint either', async () => {
  const lake = await lakeWith([
    [{ protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking'] } }, metadata(), add('a')],
  ])
  await expect(writeCheckpoint(lake, await read(lake), context)).rejects.toMatchObject({ code: 'FEATURE_UNSUPPORTED' })
})

test('a checkpoint is due after a hundred commits, or as the table says', async () => {
  const lake = await lakeWith([[protocol, metadata()]])
  const snapshot = await read(lake)
  expect(checkpointDue({ ...snapshot, version: 99 })).toBe(false)
  expect(checkpointDue({ ...snapshot, version: 100 })).toBe(true)
  expect(checkpointDue({ ...snapshot, version: 100, checkpointVersion: 50 })).toBe(false)
  const often = { ...snapshot.metadata, configuration: { 'delta.checkpointInterval': '10' } }
  expect(checkpointDue({ ...snapshot, version: 61, checkpointVersion: 50, metadata: often })).toBe(true)
})
