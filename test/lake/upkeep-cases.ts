import { expect } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import { isError } from '../../src/core/errors.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { applyDrop, planDrop } from '../../src/lake/drop.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { applyOptimize, planOptimize } from '../../src/lake/optimize.ts'
import { applyRestore, planRestore } from '../../src/lake/restore.ts'
import { applyVacuum, planVacuum } from '../../src/lake/vacuum.ts'
import type { FaultCase } from '../faults/suite.ts'
import { appendOnce, create, type LakeScenario, lakeScenario, rows } from './faulty-lake.ts'
import { context } from './log-lake.ts'

/** When nothing that has gone is kept any more. */
const later: Context = { ...context, now: () => Date.now() + 1000 * 86_400_000 }

async function prepare(lake: Lake): Promise<void> {
  await create(lake)
  await appendOnce(lake, 1n, [1, 2, 3])
  await appendOnce(lake, 2n, [5])
  await deleteWhere(lake, 't', { sql: 'id = 3' }, {}, context)
}

async function optimize(lake: Lake): Promise<void> {
  await applyOptimize(lake, await planOptimize(lake, 't', {}, context), context)
}

async function vacuum(lake: Lake): Promise<void> {
  await applyVacuum(lake, await planVacuum(lake, 't', {}, later), later)
}

async function restore(lake: Lake): Promise<void> {
  await applyRestore(lake, await planRestore(lake, 't', { version: 1 }, context), {}, context)
}

async function drop(lake: Lake): Promise<void> {
  try {
    await applyDrop(lake, await planDrop(lake, 't', context), context)
  } catch (error) {
    if (!isError(error, 'TABLE_NOT_FOUND')) throw error
  }
}

async function filesIn(lake: Lake): Promise<string[]> {
  const files: string[] = []
  for await (const { path } of lake.store.list('t/day=')) files.push(path.slice('t/'.length))
  return files
}

const all = rows(1, 2, 5).text

/** What keeps a table small and old versions in reach: compaction, vacuum, restore, drop. */
export function upkeepCases(engine: Engine): Readonly<Record<string, FaultCase>> {
  const vacuumed: LakeScenario = { engine, prepare, operate: vacuum, before: all, after: all }
  return {
    'files that are put together': {
      it: lakeScenario({
        engine,
        prepare,
        operate: optimize,
        before: all,
        after: all,
        async also(_, { files }, done) {
          if (done) expect(files.size).toBe(2)
        },
      }),
      needed: [
        'file lake/.millrace-staging/*',
        'file lake/t/day=2026-01-02/part-*-*.parquet',
        'folder lake/t/_delta_log',
        'folder lake/t/day=2026-01-02',
      ],
      spare: ['folder .', 'folder lake', 'folder lake/t'],
    },
    'files that are vacuumed': {
      it: {
        ...lakeScenario({
          ...vacuumed,
          async also(lake, { files }, done) {
            if (done) expect(await filesIn(lake)).toHaveLength(files.size)
          },
        }),
        // a file that comes back after the second vacuum has not seen it is of no version, and the next one's
        checkAfterKill: (folder) => lakeScenario(vacuumed).check(folder, true),
      },
      needed: ['folder lake/t/day=2026-01-02'],
    },
    'an older version that is restored': {
      it: lakeScenario({ engine, prepare, operate: restore, before: all, after: rows(1, 2, 3).text }),
      needed: ['file lake/.millrace-staging/*', 'folder lake/t/_delta_log'],
      spare: ['folder .', 'folder lake', 'folder lake/t'],
    },
    'a table that is dropped': {
      it: lakeScenario({ engine, prepare, operate: drop, before: all, meanwhile: 'TABLE_CORRUPT' }),
      needed: ['folder lake/t/_delta_log'],
      spare: ['folder lake/t/day=2026-01-01', 'folder lake/t/day=2026-01-02'],
    },
  }
}
