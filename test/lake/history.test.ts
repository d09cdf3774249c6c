import { expect, test } from 'vitest'
import { history } from '../../src/lake/history.ts'
import { add, commitInfo, context, logLake, metadata, protocol, remove, writeLog } from './log-lake.ts'

test('the newest commits come first, each with what it did', async () => {
  const lake = logLake()
  await writeLog(lake, 't', [
    [commitInfo(1, { operation: 'CREATE TABLE', engineInfo: 'Spark' }), protocol, metadata()],
    [commitInfo(2, { operation: 'WRITE' }), add('a', { size: 7, stats: '{"numRecords":5}' }), add('b', { size: 3 })],
    [
      commitInfo(3, { operation: 'OPTIMIZE' }),
      { remove: { path: 'a', dataChange: false } },
      add('c', { size: 9, stats: '{"numRecords": 5}', dataChange: false }),
    ],
    [remove('c')],
  ])
  expect(await history(lake, 't', 3, context)).toEqual([
    {
      version: 3,
      timestampMs: context.now(),
      filesAdded: 0,
      filesRemoved: 1,
      bytesAdded: 0,
      rowsAdded: 0,
      dataChange: true,
      txns: [],
      info: {},
    },
    {
      version: 2,
      timestampMs: 3,
      operation: 'OPTIMIZE',
      filesAdded: 1,
      filesRemoved: 1,
      bytesAdded: 9,
      rowsAdded: 5,
      dataChange: false,
      txns: [],
      info: { timestamp: 3, operation: 'OPTIMIZE' },
    },
    {
      version: 1,
      timestampMs: 2,
      operation: 'WRITE',
      filesAdded: 2,
      filesRemoved: 0,
      bytesAdded: 10,
      dataChange: true,
      txns: [],
      info: { timestamp: 2, operation: 'WRITE' },
    },
  ])
  expect((await history(lake, 't', 99, context)).at(-1)).toMatchObject({ engine: 'Spark', dataChange: false })
})

test('a table that does not exist has no history', async () => {
  await expect(history(logLake(), 't', 9, context)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
})
