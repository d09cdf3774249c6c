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

test('wherever an integer stands, it keeps its digits; in a text they are the text’s', () => {
  for (const text of ['9007199254740993', ' -9007199254740993\n', '[\n  -9007199254740993\n]', '[1,9007199254740993]'])
    expect(stringifyExact(parseExact(text))).toBe(text.replaceAll(/\s/g, ''))
  expect(parseExact('{"a": 9007199254740993 , "b":"1234567890123456789"}')).toEqual({
    a: 9007199254740993n,
    b: '1234567890123456789',
  })
})
