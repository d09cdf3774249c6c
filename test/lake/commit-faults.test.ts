import { isError } from '../../src/core/errors.ts'
import { commit } from '../../src/lake/commit.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { settle } from '../../src/lake/settle.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { columns, lakeScenario, rows } from './faulty-lake.ts'
import { context } from './log-lake.ts'

const engine = await openEngine(200_000_000)

async function create(lake: Lake): Promise<void> {
  try {
    await createTable(lake, 't', { columns, partitionBy: ['day'] }, context)
  } catch (error) {
    if (!isError(error, 'TABLE_EXISTS')) throw error
  }
}

/** Appends once: the `txn` of the first time makes nothing of the second. */
async function append(lake: Lake, batch: bigint, sql: string): Promise<void> {
  const base = await readSnapshot(lake, 't', {}, context)
  if ((base.txns.get('batches') ?? 0n) >= batch) return settle(lake, base, context)
  const target = { root: `${lake.root}/t`, partitionBy: ['day'], fileBytes: 1_000_000 }
  const { files } = await engine.write({ sql, from: {} }, target, context)
  await lake.store.sync(files.map(({ path }) => `t/${path}`))
  const adds = files.map(({ path, sizeBytes, partition, stats }) => ({
    path,
    partitionValues: partition,
    size: sizeBytes,
    modificationTime: context.now(),
    dataChange: true,
    stats,
  }))
  await commit(
    lake,
    base,
    { operation: 'WRITE', adds, removes: [], txns: [{ appId: 'batches', version: batch }], reads: 'nothing' },
    context,
  )
}

const cases: Readonly<Record<string, FaultCase>> = {
  'a new table': {
    it: lakeScenario({ engine, operate: create, after: [] }),
    needed: ['folder .', 'folder lake', 'folder lake/t', 'file lake/.millrace-staging/*', 'folder lake/t/_delta_log'],
  },
  'an append': {
    it: lakeScenario({
      engine,
      prepare: create,
      operate: (lake) => append(lake, 1n, rows(1, 2, 3).sql),
      before: [],
      after: rows(1, 2, 3).text,
    }),
    needed: [
      'file lake/.millrace-staging/*',
      'file lake/t/day=2026-01-01/part-*-*.parquet',
      'file lake/t/day=2026-01-02/part-*-*.parquet',
      'folder lake/t',
      'folder lake/t/_delta_log',
      'folder lake/t/day=2026-01-01',
      'folder lake/t/day=2026-01-02',
    ],
    spare: ['folder .', 'folder lake'],
  },
}

faultSuite(cases, { faults: 8, cuts: 15, kills: 8 })
