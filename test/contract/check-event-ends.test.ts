import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventChecker } from '../../src/contract/check-event.ts'
import { valueEnd } from '../../src/contract/json-values.ts'
import { parseColumn } from '../../src/core/columns.ts'

const check = eventChecker({
  columns: ['id varchar', 'n double', 'others json'].map((text) => {
    const [name = '', ...type] = text.split(' ')
    return { ...parseColumn(name, type.join(' ')), formats: [], pii: false }
  }),
  id: 'id',
  key: [],
  partitionBy: {},
  unknown: 'keep',
  nan: 'null',
  rules: [],
  timezone: 'UTC',
})

const object = fc.record({ id: fc.string(), n: fc.double(), others: fc.jsonValue() }, { requiredKeys: [] })
const spaced = fc
  .tuple(object, fc.constantFrom(undefined, 1, '\t'))
  .map(([value, by]) => JSON.stringify(value, null, by))
const byte = fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', '\0', 'NaN', '-', '\\u12', 'é', '')
const cuts = fc.array(fc.tuple(fc.nat(200), fc.nat(2), byte), { maxLength: 3 })

/** Texts that are objects, or nearly so, with something behind them. */
const texts = fc
  .tuple(spaced, cuts, fc.constantFrom('', ' ', ',{"a":1}]', '{"id":"x"}', '"', 'x'))
  .map(([text, all, rest]) => {
    const cut = all.reduce((now, [at, gone, put]) => now.slice(0, at) + put + now.slice(at + gone), text)
    return new TextEncoder().encode(cut + rest)
  })

test('an event ends for the contract where its brackets do, and is judged the same when it was looked for before', () => {
  let found = 0
  const property = fc.property(texts, (bytes) => {
    const end = check.endOf(bytes, 0)
    if (end < 0) return
    found++
    expect(end).toBe(valueEnd(bytes, 0))
    const judged = check(bytes, 0, end)
    expect(check(bytes, 0, end)).toEqual(judged)
    expect(check(bytes.slice(0, end), 0, end)).toEqual(judged)
  })
  fc.assert(property, { numRuns: 3000 })
  expect(found).toBeGreaterThan(500)
})

test('what an event was found to be is forgotten with the next one', () => {
  const bytes = new TextEncoder().encode('{"id":"a"}')
  expect(check.endOf(bytes, 0)).toBe(10)
  expect(check.endOf(new TextEncoder().encode('{"id":"b"}'), 0)).toBe(10)
  expect(check(bytes, 0, 10)).toMatchObject({ id: 'a' })
  expect(check.endOf(bytes, 0)).toBe(10)
  expect(check(bytes, 0, 9)).toMatchObject({ code: 'bad_json' })
  expect(check(bytes, 0, 10)).toMatchObject({ id: 'a' })
})
