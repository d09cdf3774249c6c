import { expect } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { writeCheckpoint } from '../../src/lake/checkpoint.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { cleanLog } from '../../src/lake/log-cleanup.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import type { FaultCase } from '../faults/suite.ts'
import { appendOnce, create, lakeScenario, rows } from './faulty-lake.ts'
import { context } from './log-lake.ts'

/** When every commit is older than the log is kept. */
const later: Context = { ...context, now: () => Date.now() + 1000 * 86_400_000 }

async function prepare(lake: Lake): Promise<void> {
  await create(lake)
  await appendOnce(lake, 1n, [1, 2])
  await appendOnce(lake, 2n, [3])
}

async function checkpoint(lake: Lake): Promise<void> {
  await writeCheckpoint(lake, await readSnapshot(lake, 't', {}, context), context)
}

async function checkpointAndClean(lake: Lake): Promise<void> {
  await checkpoint(lake)
  await cleanLog(lake, await readSnapshot(lake, 't', {}, later), later)
}

async function logOf(lake: Lake): Promise<string[]> {
  const names: string[] = []
  for await (const { path } of lake.store.list('t/_delta_log/')) names.push(path.slice('t/_delta_log/'.length))
  return names
}

const all = rows(1, 2, 3).text

/** A checkpoint, and the log behind it. */
export function checkpointCases(engine: Engine): Readonly<Record<string, FaultCase>> {
  return {
    'a checkpoint': {
      it: lakeScenario({
        engine,
        prepare,
        operate: checkpoint,
        before: all,
        after: all,
        async also(_, { version, txns, checkpointVersion }, done) {
          expect([version, txns.get('batches')]).toEqual([2, 2n])
          if (done) expect(checkpointVersion).toBe(2)
        },
      }),
      needed: ['file …/part-*-*.parquet', 'folder lake/t/_delta_log'],
      // `_last_checkpoint` is a hint, and one that is damaged is passed over
      spare: ['file lake/.millrace-staging/*', 'folder .', 'folder lake', 'folder lake/t'],
    },
    'a log that is cleaned behind a checkpoint': {
      it: lakeScenario({
        engine,
        prepare,
        operate: checkpointAndClean,
        before: all,
        after: all,
        async also(lake, { version, txns }, done) {
          expect([version, txns.get('batches')]).toEqual([2, 2n])
          const log = await logOf(lake)
          if (done)
            expect(log).toEqual([
              '00000000000000000002.checkpoint.parquet',
              '00000000000000000002.json',
              '_last_checkpoint',
            ])
        },
      }),
      needed: ['file …/part-*-*.parquet', 'folder lake/t/_delta_log'],
      // `_last_checkpoint` is a hint, and one that is damaged is passed over
      spare: ['file lake/.millrace-staging/*', 'folder .', 'folder lake', 'folder lake/t'],
    },
  }
}
