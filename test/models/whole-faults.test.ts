import { engine as openEngine } from '../engines/harness.ts'
import { everyPoint } from '../faults/scenario.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { buildScenario, daily, people, syncsOf, total } from './build-scenario.ts'

const engine = await openEngine()

const days = ['day=2026-01-01', 'day=2026-01-02', 'day=2026-01-03']

const cases: Readonly<Record<string, FaultCase>> = {
  'an incremental model that is made anew, as it says something else': {
    it: buildScenario({ engine, before: { daily }, models: { daily: daily.replace('sum(n)', 'sum(n * 10)') } }),
    ...syncsOf('daily', { folders: days }),
  },
  'a merge model that is made anew, as it says something else': {
    it: buildScenario({ engine, before: { people }, models: { people: people.replace('sum(n)', 'sum(n * 10)') } }),
    ...syncsOf('people'),
  },
  // the same as what other suites try always, but for why
  ...(everyPoint && {
    'a table that is made anew, as rows came': {
      it: buildScenario({ engine, before: { total }, models: { total } }),
      ...syncsOf('total'),
    },
    'a merge model that is built for the first time': {
      it: buildScenario({ engine, models: { people } }),
      ...syncsOf('people', { isNew: true }),
    },
    'a table that is built for the first time': {
      it: buildScenario({ engine, models: { total } }),
      ...syncsOf('total', { isNew: true }),
    },
  }),
}

faultSuite(cases, { faults: 2, cuts: 3, kills: 1 })
