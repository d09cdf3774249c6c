import { expect, test } from 'vitest'
import { parseColumn } from '../../src/core/columns.ts'
import { columnsOf, evolve, schemaOf } from '../../src/lake/schema.ts'

const columns = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => parseColumn(name, text))

const everything = columns({
  a: 'boolean',
  b: 'smallint not null',
  c: 'integer',
  d: 'bigint',
  e: 'decimal(38,10)',
  f: 'float',
  g: 'double',
  h: 'varchar',
  i: 'date',
  j: 'timestamptz',
  k: 'blob',
  l: 'uuid',
  m: 'json not null',
  n: 'varchar[]',
  o: 'map(varchar, decimal(4,2))',
  p: 'struct(x bigint, "y z" struct(u uuid, v json[]))',
  q: 'uuid[][]',
})

test('columns come back from their schema as they were declared', () => {
  expect(columnsOf(schemaOf(everything), 't')).toEqual(everything)
})

test('a schema holds Delta’s types and, where they say less, the declared one beside them', () => {
  expect(JSON.parse(schemaOf(columns({ id: 'uuid not null', n: 'bigint[]' })))).toEqual({
    type: 'struct',
    fields: [
      { name: 'id', type: 'string', nullable: false, metadata: { 'millrace.type': 'uuid' } },
      {
        name: 'n',
        type: { type: 'array', elementType: 'long', containsNull: true },
        nullable: true,
        metadata: {},
      },
    ],
  })
})

test('a declared type that is not stored so counts for nothing', () => {
  const field = (declared: unknown) =>
    JSON.stringify({
      type: 'struct',
      fields: [{ name: 'a', type: 'string', nullable: true, metadata: { 'millrace.type': declared } }],
    })
  for (const declared of ['bigint', 'no type', 7, null])
    expect(columnsOf(field(declared), 't')).toEqual(columns({ a: 'varchar' }))
})

test('new columns come last and nullable, and what others wrote into the schema stays', () => {
  const foreign = JSON.stringify({
    type: 'struct',
    fields: [{ name: 'Id', type: 'long', nullable: false, metadata: { comment: 'the key' } }],
  })
  const evolved = evolve(foreign, columns({ id: 'bigint', tag: 'uuid not null' }), 't')
  expect(JSON.parse(evolved).fields).toEqual([
    { name: 'Id', type: 'long', nullable: false, metadata: { comment: 'the key' } },
    { name: 'tag', type: 'string', nullable: true, metadata: { 'millrace.type': 'uuid' } },
  ])
  expect(evolve(evolved, columns({ tag: 'varchar' }), 't')).toBe(evolved)
})

test('a column is not retyped by a write', () => {
  expect(() => evolve(schemaOf(columns({ a: 'integer' })), columns({ A: 'bigint' }), 't')).toThrow(
    expect.objectContaining({ code: 'SCHEMA_MISMATCH', message: expect.stringContaining('integer') }),
  )
})

test.each([
  ['timestamp_ntz', 'timestampNtz'],
  ['variant', 'variantType'],
  ['void', 'the type void'],
  ['interval day', 'the type interval day'],
])('the type %s is refused as %s', (type, feature) => {
  const schema = JSON.stringify({
    type: 'struct',
    fields: [
      { name: 'a', type: { type: 'array', elementType: type, containsNull: true }, nullable: true, metadata: {} },
    ],
  })
  expect(() => columnsOf(schema, 't')).toThrow(
    expect.objectContaining({ code: 'FEATURE_UNSUPPORTED', message: expect.stringContaining(`\`${feature}\``) }),
  )
})

test.each(['', '{', '"long"', '{"type":"struct"}', '{"type":"struct","fields":[{"name":"a"}]}'])(
  'the schema %s is corrupt',
  (schema) => {
    expect(() => columnsOf(schema, 't')).toThrow(expect.objectContaining({ code: 'TABLE_CORRUPT' }))
  },
)
