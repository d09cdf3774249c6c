import type { Engine } from '../../src/engines/engine.ts'
import type { FaultCase } from '../faults/suite.ts'
import { appendOnce, create, lakeScenario, rows } from './faulty-lake.ts'

/** A table and its first rows. */
export function commitCases(engine: Engine): Readonly<Record<string, FaultCase>> {
  return {
    'a new table': {
      it: lakeScenario({ engine, operate: create, after: [] }),
      needed: ['file lake/.millrace-staging/*', 'folder .', 'folder lake', 'folder lake/t', 'folder lake/t/_delta_log'],
    },
    'an append': {
      it: lakeScenario({
        engine,
        prepare: create,
        operate: (lake) => appendOnce(lake, 1n, [1, 2, 3]),
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
}
