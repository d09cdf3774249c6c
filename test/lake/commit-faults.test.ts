import { engine } from '../engines/harness.ts'
import { faultSuite } from '../faults/suite.ts'
import { commitCases } from './commit-cases.ts'

faultSuite(commitCases(await engine()), { faults: 8, cuts: 15, kills: 8 })
