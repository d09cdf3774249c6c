import { expect, test } from 'vitest'
import { checker, columnOf, contractOf } from './harness.ts'

const { check, checkJson, checkTyped } = await checker()
const bigints = contractOf([columnOf('a', 'bigint')], { unknown: 'keep' })

test('objects are read by name, and what no column takes is kept with all its digits', async () => {
  const contract = contractOf(
    [columnOf('id', 'bigint not null'), columnOf('price', 'decimal(38,20)'), columnOf('note', 'varchar')],
    { unknown: 'keep' },
  )
  const { good, bad } = await checkJson(contract, [
    '{"id": 9007199254740993, "price": 0.12345678901234567890, "note": "a \\"1.10\\"", "x": 1.10, "y": [1e3, {"z": -0, "é": null}]}',
    '{"ID ": "12", "price": 1.5, "note": 1.10, "a/b~": {"c": 12345678901234567890.5}, "n": null}',
    '{"id": 1, "price": NaN, "note": true}',
  ])
  expect(bad).toEqual([])
  expect(good).toEqual([
    {
      _row: 0,
      id: '9007199254740993',
      price: '0.12345678901234567890',
      note: 'a "1.10"',
      extra: '{"x":1.10,"y":[1e3,{"z":-0,"é":null}]}',
    },
    {
      _row: 1,
      id: '12',
      price: '1.50000000000000000000',
      note: '1.10',
      extra: '{"a/b~":{"c":12345678901234567890.5},"n":null}',
    },
    { _row: 2, id: '1', price: null, note: 'true', extra: null },
  ])
})

test('a number keeps its digits also where no other number of the record is delicate', async () => {
  const lines = [
    '{"x": 12345678901234567890.5}',
    '{"x": 0.1000}',
    '{"x": 1E2}',
    '{"x": 0.00001}',
    '{"x": -0}',
    '{"x": 123456789.125}',
  ]
  const { good } = await checkJson(bigints, lines)
  expect(good.map(({ extra }) => extra)).toEqual(lines.map((line) => line.replace(' ', '')))
})

test('an exact name goes before one in another case, row by row', async () => {
  const { good } = await checkJson(bigints, ['{"A": 1, "a": 2}', '{"A": 3}', '{"a": null, "A": 4}'])
  expect(good).toEqual([
    { _row: 0, a: '2', extra: '{"A":1}' },
    { _row: 1, a: '3', extra: null },
    { _row: 2, a: null, extra: '{"A":4}' },
  ])
})

test('records that are not one JSON object, or have a key twice, are refused whole', async () => {
  const lines = ['[1]', '12', '{"a": 1', '{"a": 1,}', '{"a": 1, "a": 2}', '', 'null', '{"a": {}}', '{"a": "1"} x']
  const { good, bad } = await checkJson(bigints, lines)
  expect(good).toEqual([])
  expect(bad.map(({ code }) => code)).toEqual([
    'not_json',
    'not_json',
    'not_json',
    'not_json',
    'duplicate_key',
    'not_json',
    'not_json',
    'type',
    'not_json',
  ])
})

test('bare NaN reads as NULL, or refuses the row where NaN is refused', async () => {
  const line = '{"a": -Infinity, "b": {"NaN": [nan, "inf"]}}'
  expect((await checkJson(bigints, [line])).good).toEqual([{ _row: 0, a: null, extra: '{"b":{"NaN":[null,"inf"]}}' }])
  expect((await checkJson({ ...bigints, nan: 'reject' }, [line])).bad).toMatchObject([{ code: 'not_json' }])
})

test('a path takes a value out of an object, and the rest of the object stays in extra', async () => {
  const contract = contractOf(
    [
      columnOf('id', 'bigint', { from: '$.user.user-id' }),
      columnOf('city', 'varchar', { from: '$.user.address."home town"' }),
      columnOf('first', 'double', { from: '$.items[0]' }),
      columnOf('whole', 'json', { from: '$.raw' }),
    ],
    { unknown: 'keep' },
  )
  const { good } = await checkJson(contract, [
    '{"user": {"user-id": 1, "name": "x", "address": {"home town": "Ures", "zip": 1.0}}, "items": [1.5], "raw": {"a": 1.0}}',
    '{"user": {"user-id": 2}}',
    '{"user": "none"}',
  ])
  expect(good).toEqual([
    {
      _row: 0,
      id: '1',
      city: 'Ures',
      first: 1.5,
      whole: '{"a":1.0}',
      extra: '{"items":[1.5],"user":{"name":"x","address":{"zip":1.0}}}',
    },
    { _row: 1, id: '2', city: null, first: null, whole: null, extra: null },
    { _row: 2, id: null, city: null, first: null, whole: null, extra: '{"user":"none"}' },
  ])
})

test('varchar takes scalars of JSON, and no object or list; undeclared fields can refuse a row', async () => {
  const contract = contractOf([columnOf('a', 'varchar not null')], { unknown: 'reject' })
  const { good, bad } = await checkJson(contract, [
    '{"a": ""}',
    '{"a": "x", "b": null}',
    '{"a": [1]}',
    '{"a": null}',
    '{"a": "x", "b": 0}',
  ])
  expect(good.map(({ a }) => a)).toEqual(['', 'x'])
  expect(bad).toMatchObject([
    { _row: 2, code: 'type', message: "'[1]' is an object or a list (varchar)" },
    { _row: 3, code: 'not_null' },
    { _row: 4, code: 'unknown_field', message: 'no column takes the field `b`' },
  ])
})

const nested = contractOf(
  [
    columnOf('l', 'bigint[]'),
    columnOf('s', 'struct(x decimal(4,2), "y z" timestamptz, in struct(u uuid))'),
    columnOf('m', 'map(date, double[])'),
    columnOf('j', 'json[]'),
  ],
  { unknown: 'keep', timezone: 'America/New_York' },
)

test('lists, structs and maps are read value by value, from JSON and from JSON in text', async () => {
  const line = {
    l: '[1, "2", null, 3.0, 9007199254740993]',
    s: '{"x": 1.50, "y z": "2020-07-01 00:00:00", "in": {"u": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}}',
    m: '{"2020-01-31": [0.1, NaN, 2], "2020-02-01": null}',
    j: '[1.10, {"a": "1.10"}, null]',
  }
  const expected = {
    l: ['1', '2', null, '3', '9007199254740993'],
    s: { x: '1.50', 'y z': '2020-07-01 04:00:00+00', in: { u: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' } },
    m: [
      { key: '2020-01-31', value: [0.1, null, 2] },
      { key: '2020-02-01', value: null },
    ],
    j: ['1.10', '{"a":"1.10"}', null],
    extra: null,
  }
  const json = await checkJson(nested, [`{"l": ${line.l}, "s": ${line.s}, "m": ${line.m}, "j": ${line.j}}`, '{}'])
  expect(json.good).toEqual([
    { _row: 0, ...expected },
    { _row: 1, l: null, s: null, m: null, j: null, extra: null },
  ])
  const text = await check(nested, [{ ...line, m: line.m.replace('NaN', 'null') }])
  expect(text.bad).toEqual([])
  expect(text.good).toEqual([{ _row: 0, ...expected }])
})

test('a value in a list, struct or map that its type refuses refuses the row', async () => {
  const wrong = [
    '{"l": [1.5]}',
    '{"l": [[1]]}',
    '{"l": {}}',
    '{"l": "x"}',
    '{"s": {"x": 1.501}}',
    '{"s": {"y z": "2020-03-08 02:30:00"}}',
    '{"s": {"in": {"u": 1}}}',
    '{"m": {"2020-02-30": []}}',
    '{"m": {"2020-01-31": [1, "x"]}}',
    '{"m": {"2020-01-31": [], "2020-01-31 00:00:00": []}}',
  ]
  const { good, bad } = await checkJson(nested, wrong)
  expect(good).toEqual([])
  expect(bad.map(({ column, code }) => `${column} ${code}`)).toEqual(
    wrong.map((line) => `${Object.keys(JSON.parse(line) as object)[0]} type`),
  )
})

test('a struct with members that are not declared is kept whole in extra, or refused', async () => {
  const line = '{"s": {"x": 1, "more": 1.10, "in": {"u": null}}}'
  const { good } = await checkJson(nested, [line])
  expect(good).toMatchObject([{ s: { x: '1.00' }, extra: '{"s":{"x":1,"more":1.10,"in":{"u":null}}}' }])
  expect((await checkJson({ ...nested, unknown: 'reject' }, [line])).bad).toMatchObject([
    { column: 's', code: 'unknown_field' },
  ])
})

test('typed columns are taken as they are, others through their text', async () => {
  const contract = contractOf(
    [
      columnOf('a', 'bigint'),
      columnOf('b', 'bigint'),
      columnOf('c', 'timestamptz'),
      columnOf('d', 'double'),
      columnOf('e', 'decimal(6,2)'),
      columnOf('f', 'bigint[]'),
      columnOf('g', 'uuid'),
      columnOf('h', 'varchar'),
    ],
    { unknown: 'keep', timezone: 'America/New_York' },
  )
  const select = (b: string, h: string) => `
    SELECT 1::BIGINT AS A, ${b} AS b, TIMESTAMP '2020-07-01 00:00:00' AS c, 'NaN'::DOUBLE AS d, 1.5::DECIMAL(18,3) AS e,
      [1, 2]::INTEGER[] AS f, uuid '00000000-0000-0000-0000-00000000000A' AS g, ${h} AS h,
      1.10::DECIMAL(38,20) AS x, '12345678901234567890123'::HUGEINT AS y, NULL AS z, [1.5] AS w`
  const { good, bad } = await checkTyped(
    contract,
    `${select('2.0::DOUBLE', `''`)} UNION ALL ${select('2.5::DOUBLE', `'x'`)}`,
  )
  expect(good).toEqual([
    {
      _row: '0',
      a: '1',
      b: '2',
      c: '2020-07-01 04:00:00+00',
      d: null,
      e: '1.50',
      f: ['1', '2'],
      g: '00000000-0000-0000-0000-00000000000a',
      h: '',
      extra: '{"x":1.10000000000000000000,"y":"12345678901234567890123","w":[1.5]}',
    },
  ])
  expect(bad).toMatchObject([{ column: 'b', code: 'type', message: "'2.5' has a fraction (bigint)" }])
})
