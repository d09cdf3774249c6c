import { engine as openEngine } from '../engines/harness.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { buildScenario, daily, syncsOf } from './build-scenario.ts'

const engine = await openEngine()

const cases: Readonly<Record<string, FaultCase>> = {
  'a model that is built for the first time': {
    it: buildScenario({ engine, models: { daily } }),
    ...syncsOf('daily', { isNew: true, folders: ['day=2026-01-01', 'day=2026-01-02', 'day=2026-01-03'] }),
  },
  'intervals that are built anew': {
    it: buildScenario({ engine, before: { daily }, models: { daily } }),
    ...syncsOf('daily', { folders: ['day=2026-01-02'] }),
  },
}

faultSuite(cases, { faults: 2, cuts: 4, kills: 2 })
