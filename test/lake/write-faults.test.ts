import { engine } from '../engines/harness.ts'
import { faultSuite } from '../faults/suite.ts'
import { writeCases } from './write-cases.ts'

faultSuite(writeCases(await engine()), { faults: 5, cuts: 10, kills: 4 })
