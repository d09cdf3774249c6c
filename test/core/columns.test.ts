import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ColumnType, parseColumn, parseType, scalarTypes, typeText } from '../../src/core/columns.ts'

const type = fc.letrec<{ type: ColumnType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...scalarTypes).map((kind) => ({ kind })),
    fc
      .integer({ min: 1, max: 38 })
      .chain((precision) =>
        fc.integer({ min: 0, max: precision }).map((scale) => ({ kind: 'decimal' as const, precision, scale })),
      ),
    tie('type').map((of) => ({ kind: 'list' as const, of })),
    fc
      .array(fc.record({ name: fc.string({ minLength: 1 }), type: tie('type') }), { minLength: 1, maxLength: 3 })
      .map((fields) => ({ kind: 'struct' as const, fields })),
    fc.record({ key: tie('type'), value: tie('type') }).map((map) => ({ kind: 'map' as const, ...map })),
  ),
})).type

test('a type reads back from its own text', () => {
  fc.assert(
    fc.property(type, (given) => {
      expect(parseType(typeText(given))).toEqual(given)
    }),
  )
})

test('not null is read in any case and spacing', () => {
  expect(parseColumn('a', ' Decimal( 12 , 2 )  NOT  NULL ')).toEqual({
    name: 'a',
    type: { kind: 'decimal', precision: 12, scale: 2 },
    nullable: false,
  })
})

test.each([
  ['int', 'write integer'],
  ['hugeint', 'write decimal(38,0)'],
  ['varchar(20)', 'the types are'],
  ['decimal(40,2)', 'decimal(p,s) takes'],
  ['struct()', 'write struct('],
])('%s is refused and the hint says what to write', (text, hint) => {
  expect(() => parseType(text)).toThrow(
    expect.objectContaining({ code: 'TYPE_UNKNOWN', hint: expect.stringContaining(hint) }),
  )
})
