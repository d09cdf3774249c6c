import fc from 'fast-check'
import { expect, test } from 'vitest'
import { membersOf } from '../../src/contract/json-values.ts'

const cut = (text: string) => {
  const bytes = Buffer.from(text)
  const found = membersOf(bytes, 0)
  return (
    found && {
      end: found.end,
      members: found.members.map(({ key, valueStart, end }) => [key, bytes.subarray(valueStart, end).toString()]),
    }
  )
}

test('the members of an object are those that a parser finds, and their bytes are what they were', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.nat(2), (object, indent) => {
      const text = JSON.stringify(object, null, indent)
      const found = cut(text)
      expect(found?.end).toBe(Buffer.byteLength(text))
      const parsed = found?.members.map(([key, value]) => [key, JSON.parse(value as string)])
      expect(parsed).toEqual(Object.entries(JSON.parse(text)))
    }),
  )
})

test('what is no object has none, and nothing that is cut off is taken for one', () => {
  const text = '{"a":[1,{"b":"}"}],"c\\u0064":"x\\"","e":null}'
  expect(cut(text)).toEqual({
    end: text.length,
    members: [
      ['a', '[1,{"b":"}"}]'],
      ['cd', '"x\\""'],
      ['e', 'null'],
    ],
  })
  for (let length = 0; length < text.length; length++) expect(cut(text.slice(0, length))).toBeUndefined()
  for (const other of ['[]', '1', '{"a"}', '{"a" 1}', '{a:1}', '{"a":1,}', '{"a":}', '{"a":1 2}', '{"\\x":1}', '{,}'])
    expect([other, cut(other)]).toEqual([other, undefined])
})
