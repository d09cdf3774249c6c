import { expect, test } from 'vitest'
import { engine as openEngine } from '../engines/harness.ts'
import { crashPoints } from '../faults/crash-points.ts'
import { faultsThenPowerCuts, powerCuts } from '../faults/power-cuts.ts'
import { buildScenario } from './build-scenario.ts'
import { chain } from './chain.ts'

const engine = await openEngine()

/** A row comes to what the chain begins with when its build has been planned. */
const it = buildScenario({ engine, before: chain, models: chain, meanwhile: true })

test('models of a chain are made of one version of what they read, whatever comes to it meanwhile, after any fault', async () => {
  expect(await crashPoints(it, 2, ['throws before', 'gone'])).toBeGreaterThanOrEqual(4)
})

test('models of a chain are made of one version of what they read after any power cut, and with a second run', async () => {
  await powerCuts(it, { most: 3 })
  await faultsThenPowerCuts(it, ['gone'], { most: 1 })
})
