import { engine as openEngine } from '../engines/harness.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { buildScenario, people, syncsOf, total } from './build-scenario.ts'

const engine = await openEngine()

const cases: Readonly<Record<string, FaultCase>> = {
  'keys that are built anew': {
    it: buildScenario({ engine, before: { people }, models: { people } }),
    ...syncsOf('people', { files: 2 }),
  },
  'a table that is made anew, of other columns': {
    it: buildScenario({
      engine,
      before: { total },
      models: { total: total.replace(' AS n', ' AS n, count(*) AS events') },
    }),
    ...syncsOf('total'),
  },
}

faultSuite(cases, { faults: 2, cuts: 4, kills: 2 })
