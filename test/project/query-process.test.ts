import { totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { thisMachine } from '../../src/project/machine.ts'
import { queryProcessOptions } from '../../src/project/query-process.ts'

test('the query process leaves the server room in what the machine or the cgroup lets both have', () => {
  const { memoryBytes, threads } = thisMachine()
  expect(memoryBytes).toBeGreaterThan(0)
  expect(memoryBytes).toBeLessThanOrEqual(totalmem())
  expect(threads).toBeGreaterThan(0)
  const options = queryProcessOptions({ memoryBytes: 1_000_000_000, threads: 3 }, '/tmp/spill', ['/lake'])
  expect(options).toEqual({
    memoryBytes: 400_000_000,
    threads: 3,
    tempFolder: '/tmp/spill',
    tailFolders: ['/lake'],
    together: true,
  })
})
