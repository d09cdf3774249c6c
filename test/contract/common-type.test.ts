import { expect, test } from 'vitest'
import { commonType } from '../../src/contract/common-type.ts'
import { parseType, typeText } from '../../src/core/columns.ts'

test.each([
  ['integer', 'bigint', 'bigint'],
  ['float', 'double', 'double'],
  ['decimal(6,2)', 'decimal(12,3)', 'decimal(12,3)'],
  ['decimal(10,2)', 'decimal(6,4)', 'decimal(12,4)'],
  ['bigint', 'decimal(6,2)', 'decimal(21,2)'],
  ['decimal(38,0)', 'decimal(38,10)', 'varchar'],
  ['integer', 'double', 'double'],
  ['bigint', 'double', 'varchar'],
  ['date', 'timestamptz', 'varchar'],
  ['integer[]', 'varchar[]', 'json'],
  ['uuid', 'uuid', 'uuid'],
])('%s and %s are %s, in either order', (a, b, common) => {
  expect(typeText(commonType(parseType(a), parseType(b)))).toBe(common)
  expect(typeText(commonType(parseType(b), parseType(a)))).toBe(common)
})
