import { engine } from '../engines/harness.ts'
import { faultSuite } from '../faults/suite.ts'
import { checkpointCases } from './checkpoint-cases.ts'

faultSuite(checkpointCases(await engine()), { faults: 6, cuts: 12, kills: 5 })
