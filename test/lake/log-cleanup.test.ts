import { expect, test } from 'vitest'
import { writeCheckpoint } from '../../src/lake/checkpoint.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { encodeCommit } from '../../src/lake/log/commit-codec.ts'
import { checkpointPath, commitPath, logFolder } from '../../src/lake/log/names.ts'
import { cleanLog } from '../../src/lake/log-cleanup.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { add, commitInfo, context, metadata, protocol, writeLog } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

const duckdb = await engine()
const month = 30 * 86_400_000
const later = { ...context, now: () => Date.now() + month + 60_000 }
const read = (lake: Lake, version?: number) =>
  readSnapshot(lake, 't', version === undefined ? {} : { version }, context)

async function lakeWithCheckpoints(configuration: Readonly<Record<string, string>> = {}): Promise<Lake> {
  const lake = tableLake(await tempFolder(), duckdb)
  await writeLog(lake, 't', [
    [protocol, metadata({ configuration }), add('a'), { txn: { appId: 'x', version: 5n } }],
    ...['b', 'c', 'd', 'e'].map((path) => [add(path)]),
  ])
  await lake.store.put(`${logFolder('t')}00000000000000000001.crc`, Buffer.from('{}'))
  for (const version of [1, 3]) await writeCheckpoint(lake, await read(lake, version), context)
  return lake
}

async function namesIn(lake: Lake): Promise<string[]> {
  const names: string[] = []
  for await (const { path } of lake.store.list(logFolder('t'))) names.push(path.slice(logFolder('t').length))
  return names
}

test('what lies before the last checkpoint and the retention goes, and all else stays readable', async () => {
  const lake = await lakeWithCheckpoints()
  const before = await read(lake)
  expect(await cleanLog(lake, before, later)).toBe(5)
  expect(await namesIn(lake)).toEqual([
    '00000000000000000003.checkpoint.parquet',
    '00000000000000000003.json',
    '00000000000000000004.json',
    '_last_checkpoint',
  ])
  expect([...(await read(lake)).files.keys()]).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect((await read(lake)).txns).toEqual(new Map([['x', 5n]]))
  expect((await read(lake, 3)).files.size).toBe(4)
  await expect(read(lake, 2)).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND', fields: { earliest: 3, latest: 4 } })
  expect(await cleanLog(lake, await read(lake), later)).toBe(0)
})

test('nothing goes within the retention, without a checkpoint, or where the table forbids it', async () => {
  const lake = await lakeWithCheckpoints()
  expect(await cleanLog(lake, await read(lake), { ...context, now: Date.now })).toBe(0)
  const kept = await lakeWithCheckpoints({ 'delta.enableExpiredLogCleanup': 'false' })
  expect(await cleanLog(kept, await read(kept), later)).toBe(0)
  const long = await lakeWithCheckpoints({ 'delta.logRetentionDuration': 'interval 60 days' })
  expect(await cleanLog(long, await read(long), later)).toBe(0)
  const plain = tableLake(await tempFolder(), duckdb)
  await writeLog(plain, 't', [[protocol, metadata()], [add('a')]])
  expect(await cleanLog(plain, await read(plain), later)).toBe(0)
})

test('a checkpoint that the log does not bear out deletes nothing', async () => {
  const lake = await lakeWithCheckpoints()
  const snapshot = await read(lake)
  await writeLog(lake, 't', [[add('other')]], 2)
  await expect(cleanLog(lake, snapshot, later)).rejects.toMatchObject({
    code: 'TABLE_CORRUPT',
    message: expect.stringContaining(checkpointPath('t', 3)),
  })
  expect((await namesIn(lake)).length).toBe(9)
})

test('a checkpoint that cannot be read deletes nothing', async () => {
  const lake = await lakeWithCheckpoints()
  const snapshot = await read(lake)
  await lake.store.put(checkpointPath('t', 3), Buffer.from('not Parquet'))
  await expect(cleanLog(lake, snapshot, later)).rejects.toMatchObject({ code: 'TABLE_CORRUPT' })
  expect((await namesIn(lake)).length).toBe(9)
})

test('a clean-up that was cut short is finished by the next', async () => {
  const lake = await lakeWithCheckpoints()
  await lake.store.delete(checkpointPath('t', 1))
  await lake.store.delete(commitPath('t', 0))
  expect((await read(lake)).version).toBe(4)
  await expect(read(lake, 1)).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' })
  expect(await cleanLog(lake, await read(lake), later)).toBe(3)
})

test('a time before the first version that is left is refused, whatever remains of older commits', async () => {
  const lake = await lakeWithCheckpoints()
  await lake.store.delete(checkpointPath('t', 1))
  await lake.store.delete(commitPath('t', 0))
  const at = (timestampMs: number) => readSnapshot(lake, 't', { timestampMs }, context)
  await lake.store.put(commitPath('t', 3), encodeCommit([commitInfo(3000), add('d')]))
  await lake.store.put(commitPath('t', 4), encodeCommit([commitInfo(4000), add('e')]))
  expect((await at(3999)).version).toBe(3)
  await expect(at(2999)).rejects.toMatchObject({
    code: 'TIME_NOT_FOUND',
    fields: { earliest: '1970-01-01T00:00:03.000Z' },
  })
})
