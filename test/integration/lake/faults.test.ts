import { describe, test } from 'vitest'
import { tableExists } from '../../../src/lake/snapshot.ts'
import { crashPoints } from '../../faults/crash-points.ts'
import { powerCuts } from '../../faults/power-cuts.ts'
import type { Scenario } from '../../faults/scenario.ts'
import { checkpointCases } from '../../lake/checkpoint-cases.ts'
import { commitCases } from '../../lake/commit-cases.ts'
import { context } from '../../lake/log-lake.ts'
import { tableLake } from '../../lake/table-lake.ts'
import { upkeepCases } from '../../lake/upkeep-cases.ts'
import { writeCases } from '../../lake/write-cases.ts'
import { duckdb, expectSame, missing } from './foreign.ts'

const { 'a table that is dropped': _, ...upkeep } = upkeepCases(duckdb)
const cases = { ...commitCases(duckdb), ...checkpointCases(duckdb), ...writeCases(duckdb), ...upkeep }

/** What is left is looked at by delta-rs too, before anything is done again. */
function seenByDeltaRs(it: Scenario): Scenario {
  return {
    ...it,
    async check(folder, done) {
      const lake = tableLake(folder, duckdb)
      if (await tableExists(lake, 't', context)) await expectSame(lake)
      await it.check(folder, done)
    },
  }
}

describe.skipIf(missing !== undefined).each(Object.entries(cases))(
  'delta-rs reads what Millrace reads: %s',
  (_, { it }) => {
    test('after any fault', async () => {
      await crashPoints(seenByDeltaRs(it), 5)
    })

    test('after any power cut', async () => {
      await powerCuts(seenByDeltaRs(it), { most: 10 })
    })
  },
)
