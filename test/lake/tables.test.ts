import { expect, test } from 'vitest'
import { listTables } from '../../src/lake/tables.ts'
import { context, logLake, metadata, protocol, writeLog } from './log-lake.ts'

test('tables are the folders of the lake that hold a log, whatever else lies there', async () => {
  const lake = logLake()
  const bytes = new Uint8Array(1)
  for (const table of ['orders', 'events', 'e', 'städte']) await writeLog(lake, table, [[protocol, metadata()]])
  for (const path of [
    'README',
    'events/_day=2026-01-01/part-1.parquet',
    'events-old/part-1.parquet',
    'z/z/_delta_log/0',
  ])
    await lake.store.put(path, bytes)
  expect(await listTables(lake, context)).toEqual(['e', 'events', 'orders', 'städte'])
  expect(await listTables(logLake(), context)).toEqual([])
})
