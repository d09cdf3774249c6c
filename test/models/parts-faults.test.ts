import { describe, expect, test } from 'vitest'
import type { Lake } from '../../src/lake/lake.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { buildApp } from '../../src/models/state.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { crashPoints } from '../faults/crash-points.ts'
import { faultsThenPowerCuts, isMissed, powerCuts } from '../faults/power-cuts.ts'
import { everyPoint } from '../faults/scenario.ts'
import { context } from '../lake/log-lake.ts'
import { buildScenario, daily, lateOfTwo } from './build-scenario.ts'
import { narrowEngine } from './narrow-engine.ts'

const engine = await openEngine()

/** The number of the last build: so many commits there were. */
const commits = (builds: bigint) => async (lake: Lake) =>
  expect((await readSnapshot(lake, 'daily', {}, context)).txns.get(buildApp)).toBe(builds)

const cases = {
  'intervals that are built anew in two commits': buildScenario({
    engine: narrowEngine(engine, 1),
    before: { daily },
    comes: lateOfTwo,
    models: { daily },
    inParts: true,
    also: commits(3n + 2n),
  }),
  'a model that is made anew in two commits': buildScenario({
    engine: narrowEngine(engine, 2),
    before: { daily },
    models: { daily: daily.replace('sum(n)', 'sum(n * 10)') },
    inParts: true,
    also: commits(2n + 2n),
  }),
}

// each of its syncs is held by the suites of what is built in one commit; but the intents say more here
const intents = ['file lake/.millrace-staging/* 2', 'file lake/.millrace-staging/* 4']

describe.each(Object.entries(cases))('%s', (_, it) => {
  test('is whole after any fault, and the next build ends it', async () => {
    expect(await crashPoints(it, 1)).toBeGreaterThanOrEqual(5)
  })

  test('is whole after any power cut, and the next build ends it', async () => {
    await powerCuts(it, { most: 4 })
  })

  test('stays built after a kill or a failed call, a second build and a power cut', async () => {
    await faultsThenPowerCuts(it, ['gone', 'throws before'], { most: 2 })
  })

  test.runIf(everyPoint)('needs its intents', async () => {
    for (const forget of intents) expect(await isMissed(it, { most: 4, forget }), `${forget} is missed`).toBe(true)
  })
})
