import { expect, test } from 'vitest'
import { parseExact, stringifyExact } from '../../src/core/json.ts'

test('integers beyond 2^53 keep all their digits both ways', () => {
  const text = '{"a":9223372036854775807,"b":[-9007199254740993],"c":12,"d":1.5,"e":"9223372036854775807"}'
  expect(parseExact(text)).toEqual({
    a: 9223372036854775807n,
    b: [-9007199254740993n],
    c: 12,
    d: 1.5,
    e: '9223372036854775807',
  })
  expect(stringifyExact(parseExact(text))).toBe(text)
})
