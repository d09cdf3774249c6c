import { expect, test } from 'vitest'
import type { AddFile } from '../../src/lake/actions.ts'
import { recordsIn, recordsOf } from '../../src/lake/records.ts'

const fileWith = (stats?: string): AddFile => ({
  path: 'a',
  partitionValues: {},
  size: 1,
  modificationTime: 1,
  dataChange: true,
  ...(stats !== undefined && { stats }),
})

test.each([
  ['{"numRecords":5,"minValues":{"numRecords":7},"nullCount":{"numRecords":0}}', 5],
  [' { "numRecords" : 5 } ', 5],
  ['{"numRecords":0}', 0],
  ['{"nullCount":{"numRecords":7},"numRecords":5}', 5],
  ['{"minValues":{"s":{"numRecords":7}},"numRecords":5,"maxValues":{"s":{"numRecords":9}}}', 5],
  ['{"num\\u0052ecords":5}', 5],
  ['{"numRecords":9007199254740991}', Number.MAX_SAFE_INTEGER],
])('%s says %i rows', (stats, rows) => {
  expect(recordsIn(fileWith(stats))).toBe(rows)
})

test.each([
  undefined,
  '',
  '{}',
  '{"numRecords":',
  '[{"numRecords":5}]',
  '{"minValues":{"numRecords":7},"maxValues":{"numRecords":7}}',
  '{"minValues":{"v":"{\\"numRecords\\":7}"}}',
  '{"numRecords":null}',
  '{"numRecords":"5"}',
  '{"numRecords":-1}',
  '{"numRecords":5.5}',
  '{"numRecords":9007199254740993}',
])('%s does not say how many rows, and neither do files together with it', (stats) => {
  expect(recordsIn(fileWith(stats))).toBe(undefined)
  expect(recordsOf([fileWith('{"numRecords":5}'), fileWith(stats)])).toBe(undefined)
})
