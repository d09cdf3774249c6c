import { expect } from 'vitest'
import { resultsRelation } from '../../src/checks/results.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { context } from '../lake/log-lake.ts'
import { rowsOf } from '../lake/table-lake.ts'
import { buildScenario, daily } from './build-scenario.ts'

const engine = await openEngine()

const checked = daily.replace('*/', 'checks:\n  expr: { small: n < 100 }\n*/')

/** Why nothing was built is written down. */
async function blockedIsTold(lake: Lake): Promise<void> {
  const results = await resultsRelation(lake, 'daily', 1n, context)
  const blocked = { kind: 'select', sql: 'SELECT DISTINCT outcome FROM r WHERE blocked', from: { r: results } } as const
  expect(await rowsOf(lake, blocked)).toEqual(['["failed"]'])
}

const cases: Readonly<Record<string, FaultCase>> = {
  'a build that a check blocks': {
    it: buildScenario({
      engine,
      before: { daily: checked },
      models: { daily: checked },
      blocked: ['daily'],
      also: blockedIsTold,
    }),
    needed: [
      'file lake/.millrace-staging/* 2',
      'file lake/daily/_millrace/checks/part-*-*.parquet',
      'folder lake/daily/_millrace/checks',
      'folder lake/daily/_millrace/checks/_delta_log',
    ],
    // what is staged for the model goes again, and its intent counts for nothing
    spare: [
      'file lake/.millrace-staging/*',
      'file lake/daily/day=2026-01-02/part-*-*.parquet',
      'file lake/events/_delta_log/00000000000000000002.json',
      'folder .',
      'folder lake',
      'folder lake/daily',
      'folder lake/daily/_millrace',
      'folder lake/daily/_millrace/builds',
      'folder lake/daily/day=2026-01-02',
      'folder lake/events',
      'folder lake/events/_delta_log',
    ],
  },
}

faultSuite(cases, { faults: 2, cuts: 4, kills: 2 })
