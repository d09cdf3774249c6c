import { expect, test } from 'vitest'
import { engine as openEngine } from '../engines/harness.ts'
import { crashPoints } from '../faults/crash-points.ts'
import { faultsThenPowerCuts, isMissed, powerCuts } from '../faults/power-cuts.ts'
import { everyPoint } from '../faults/scenario.ts'
import { buildScenario } from './build-scenario.ts'
import { chain } from './chain.ts'

const engine = await openEngine()

const it = buildScenario({ engine, before: chain, models: chain })

test('a chain of models is whole after any fault, and the next run ends it', async () => {
  expect(await crashPoints(it, 2)).toBeGreaterThan(5)
})

test('a chain of models is whole after any power cut, and the next run ends it', async () => {
  await powerCuts(it, { most: 5 })
})

test('a chain of models stays built after a kill or a failed call, a second run and a power cut', async () => {
  await faultsThenPowerCuts(it, ['gone', 'throws before'], { most: 2 })
})

test.runIf(everyPoint)('a chain of models needs each sync of its own files', async () => {
  const syncs = await powerCuts(it, { most: 1 })
  const own =
    /^(file lake\/\.millrace-staging|file lake\/\w+\/part|folder lake\/(?!events)\w+\/(_delta_log|_millrace\/builds))/
  const needed = syncs.filter((name) => own.test(name))
  expect(needed).toHaveLength(8 + 6 + 8)
  for (const forget of needed) expect(await isMissed(it, { most: 4, forget }), `${forget} is missed`).toBe(true)
})
