import { engine } from '../engines/harness.ts'
import { faultSuite } from '../faults/suite.ts'
import { upkeepCases } from './upkeep-cases.ts'

faultSuite(upkeepCases(await engine()), { faults: 5, cuts: 10, kills: 4 })
