import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checker, columnOf, contractOf } from '../harness.ts'
import * as reference from './reference.ts'
import { blob, damaged, day, numeric, quirks, time, timeOn, uuid, zonedDay } from './texts.ts'

const { check } = await checker()

const zones = [
  'UTC',
  'America/New_York',
  'America/Hermosillo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
]

const cases: readonly [
  type: string,
  given: fc.Arbitrary<string>,
  read: (text: string) => reference.Reading,
  shown?: string,
  zone?: string,
][] = [
  ['smallint', numeric, reference.readInteger(16)],
  ['integer', numeric, reference.readInteger(32)],
  ['bigint', numeric, reference.readInteger(64)],
  ['decimal(10,2)', numeric, reference.readDecimal(10, 2)],
  ['decimal(4,4)', numeric, reference.readDecimal(4, 4), 'v'],
  ['decimal(38,0)', numeric, reference.readDecimal(38, 0)],
  ['double', numeric, reference.readFloating((value) => value), 'v'],
  ['float', numeric, reference.readFloating(Math.fround), 'v::DOUBLE'],
  ['boolean', fc.constantFrom('true', 'F', 'yes', 'N', 'ON', 'off', '1', '0'), reference.readBoolean],
  ['date', fc.oneof(day, time), reference.readDate],
  ...zones.map((zone): (typeof cases)[number] => [
    'timestamptz',
    zone === 'UTC' ? fc.oneof(day, time) : fc.oneof(zonedDay, timeOn(zonedDay)),
    reference.readTime(zone),
    'epoch_us(v)::VARCHAR',
    zone,
  ]),
  ['uuid', uuid, reference.readUuid],
  ['json', fc.json(), reference.readJson],
  ['blob', blob, reference.readBlob, 'lower(hex(v))'],
  ['varchar', fc.string(), (text) => (text === '' ? null : text)],
]

test.each(cases)(
  '%s reads what its rules say and nothing else',
  async (type, given, read, shown = 'v::VARCHAR', zone = 'UTC') => {
    const contract = contractOf([columnOf('v', type)], { timezone: zone })
    const any = fc.oneof(
      { weight: 3, arbitrary: given },
      { weight: 3, arbitrary: damaged(given) },
      fc.constantFrom(...quirks),
    )
    const known = (year: number) => zone === 'UTC' || (year > 1900 && year < 2099)
    const text = any.filter((each) => known(Number(/^\s*(\d{4})-/.exec(each)?.[1] ?? 2000)))
    const run = async (texts: readonly string[]) => {
      const { good, bad } = await check(
        contract,
        texts.map((v) => ({ v })),
        { shown: { v: shown } },
      )
      const found = new Map<unknown, unknown>(good.map(({ _row, v }) => [_row, v]))
      const refused = bad.map(({ _row, code }) => [texts[_row], code])
      const expected = texts.map((each) => [each, read(each)] as const)
      expect(texts.map((each, row) => [each, found.get(row)])).toEqual(expected)
      expect(refused).toEqual(expected.flatMap(([each, value]) => (value === undefined ? [[each, 'type']] : [])))
    }
    await run(quirks)
    const runs = Number(process.env['MILLRACE_RUNS'] ?? 6)
    await fc.assert(fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 400 }), run), {
      numRuns: runs,
      endOnFailure: true,
    })
  },
)

test('a list of a type holds what a column of the type holds', async () => {
  const contract = contractOf([columnOf('v', 'decimal(10,2)[]')])
  const read = reference.readDecimal(10, 2)
  const texts = quirks.filter((text) => read(text) !== null)
  const { good, bad } = await check(
    contract,
    texts.map((text) => ({ v: JSON.stringify([text, null]) })),
  )
  expect(good).toEqual(
    texts.flatMap((text, _row) => (read(text) === undefined ? [] : [{ _row, v: [read(text), null] }])),
  )
  expect(good.length + bad.length).toBe(texts.length)
})

test('with a decimal comma a point is refused, for it may part thousands', async () => {
  const contract = contractOf([columnOf('a', 'decimal(10,3)'), columnOf('b', 'double'), columnOf('c', 'bigint')])
  const rows = [
    { a: '1,500', b: '1,5e1', c: '12,0' },
    { a: '1.500', b: null, c: null },
    { a: null, b: '1.5', c: null },
    { a: null, b: null, c: '1.000' },
    { a: '1,5001', b: null, c: null },
    { a: '1.000,5', b: null, c: null },
  ]
  const { good, bad } = await check(contract, rows, { decimal: ',' })
  expect(good).toEqual([{ _row: 0, a: '1.500', b: 15, c: '12' }])
  expect(bad.map(({ column }) => column)).toEqual(['a', 'b', 'c', 'a', 'a'])
})

test('NaN is refused where the contract says so, and is no value of a column that is not null', async () => {
  const rows = [{ v: 'NaN' }, { v: '-Infinity' }, { v: '1' }]
  const strict = await check(contractOf([columnOf('v', 'double')], { nan: 'reject' }), rows)
  expect(strict.bad.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "type: 'NaN' is not a finite number (double)",
    "type: '-Infinity' is not a finite number (double)",
  ])
  const required = await check(contractOf([columnOf('v', 'double not null')]), rows)
  expect(required.bad.map(({ code }) => code)).toEqual(['not_null', 'not_null'])
})
