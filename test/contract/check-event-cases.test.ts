import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EventOptions, eventChecker, usualTimes } from '../../src/contract/check-event.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { rejectCodes } from '../../src/contract/reject.ts'
import { columnOf, contractOf } from './harness.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function checked(contract: Contract, given: string | Uint8Array, options: EventOptions = {}) {
  const bytes = typeof given === 'string' ? encoder.encode(given) : given
  const event = eventChecker(contract, options)(bytes, 0, bytes.length)
  if (event.kind === 'refused') expect(Object.keys(rejectCodes)).toContain(event.code)
  return event.kind === 'accepted' ? { ...event, payload: decoder.decode(event.payload) } : event
}

const payload = (contract: Contract, text: string, options?: EventOptions) => {
  const event = checked(contract, text, options)
  return event.kind === 'accepted' ? event.payload : event.code
}

const plain = contractOf([columnOf('a', 'varchar'), columnOf('n', 'double')], { unknown: 'keep' })

test('the payload is a view of the bytes that came, where nothing had to be changed', () => {
  const body = encoder.encode('[{"a": "1"} ,{"a":"2"}]')
  const event = eventChecker(plain)(body, 1, 12)
  expect(event).toMatchObject({ kind: 'accepted' })
  if (event.kind !== 'accepted') return
  expect(event.payload.buffer).toBe(body.buffer)
  expect(decoder.decode(event.payload)).toBe('{"a": "1"}')
})

test('line ends and tabs between tokens become spaces, bare NaN and infinities null', () => {
  expect(payload(plain, '\r\n{"a":\t"x\\n",\r\n"n": -Infinity, "x": [NaN,\n{"NaN": nan, "y": "NaN\\t"}]}\n')).toBe(
    '{"a": "x\\n",  "n": null, "x": [null, {"NaN": null, "y": "NaN\\t"}]}',
  )
  expect(payload({ ...plain, nan: 'reject' }, '{"n": NaN}')).toBe('not_json')
})

test('a key that is a column’s in another spelling is written as the column’s, unless that is there', () => {
  expect(payload(plain, '{" A": 1, "x": 2}')).toBe('{"a": 1, "x": 2}')
  expect(payload(plain, '{"A": 1, "a": 2}')).toBe('{"A": 1, "a": 2}')
  expect(payload(plain, '{"\\u0041": 1}')).toBe('{"a": 1}')
  expect(payload(plain, '{"\\u0061": 1}')).toBe('{"\\u0061": 1}')
})

test('two columns that take one key in different spellings both find it', () => {
  const contract = contractOf([
    columnOf('a', 'varchar', { from: 'x' }),
    columnOf('b', 'varchar not null', { from: 'X' }),
    columnOf('c', 'varchar', { from: '$.x.y' }),
  ])
  expect(payload(contract, '{"x": 1}')).toBe('{"x": 1}')
  expect(payload(contract, '{" x": 1}')).toBe('{"x": 1}')
  expect(checked(contract, '{"y": 1}')).toMatchObject({ code: 'not_null', column: 'b' })
})

const deep = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
const bytesOf = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...encoder.encode(part)] : [...part])))

test.each<[string, string | Uint8Array, string | RegExp]>([
  ['bad_json', '', 'it breaks off where a value is expected'],
  ['bad_json', '{"a":1', /breaks off/],
  ['bad_json', '{"a":1,}', /a key is expected/],
  ['bad_json', '{"a" 1}', /a colon is expected/],
  ['bad_json', '{"a":1} {}', 'something follows the object'],
  ['bad_json', '{"a":"\\ud800"}', 'half a character'],
  ['bad_json', '{"a":"\\udc00\\ud800"}', 'half a character'],
  ['bad_json', '{"\\ud83d":1}', 'half a character'],
  ['bad_json', '{"a":"\n"}', 'a control character stands in a string'],
  ['bad_json', '{"a":01}', 'a number begins with zeros'],
  ['bad_json', '\ufeff{}', 'no JSON value begins here'],
  ['not_an_object', ' [1] ', 'the event is JSON, but not an object'],
  ['not_an_object', '12', 'the event is JSON, but not an object'],
  ['duplicate_key', '{"a":1,"a":1}', 'the JSON object has the key `a` twice'],
  ['duplicate_key', '{"a":1,"\\u0061":1}', 'the JSON object has the key `a` twice'],
  ['duplicate_key', '{"x":{"é":1,"\\u00e9":2}}', 'the JSON object has the key `é` twice'],
  ['duplicate_key', `{"x":{${Array.from({ length: 99 }, (_, i) => `"${i}":0`).join()},"7":0}}`, /`7` twice/],
  ['reserved', '{"_offset":1}', /what begins with `_` is Millrace’s own/],
  ['reserved', '{"\\u005f":1}', /what begins with `_`/],
  ['reserved', '{"a":"\\u006dillrace-number-5d0c2f61"}', /mark that is Millrace’s own/],
  ['nul_byte', '{"a":"\0"}', 'the event holds a NUL byte'],
  ['nul_byte', '{"a":"\\u0000"}', /as \\u0000/],
  ['nul_byte', '{"a":1}\0', 'the event holds a NUL byte'],
  ['bad_encoding', bytesOf('{"a":"', [0xc3], '"}'), /no UTF-8/],
  ['bad_encoding', bytesOf('{"a":"', [0xed, 0xa0, 0x80], '"}'), /no UTF-8/],
  ['bad_encoding', bytesOf('{"a":"', [0xc0, 0xaf], '"}'), /no UTF-8/],
  ['bad_encoding', bytesOf('{"a":"', [0xf4, 0x90, 0x80, 0x80], '"}'), /no UTF-8/],
  ['bad_encoding', bytesOf([0xff], '{'), /no UTF-8/],
  ['too_deep', deep(100), 'more than 100 brackets within each other'],
  ['too_deep', `{"x":${'{"x":'.repeat(300_000)}`, /more than 100/],
  ['line_too_long', `{"x":"${'x'.repeat(2_000_000)}"}`, /longer than 1999000 bytes/],
])('%s, and why (%#)', (code, given, message) => {
  expect(checked(plain, given)).toEqual({
    kind: 'refused',
    column: null,
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })
})

test('the deepest that is taken, and keys that only look like others', () => {
  expect(payload(plain, deep(99))).toBe('type')
  expect(payload(plain, deep(99).replace('"a"', '"x"'))).toBe(deep(99).replace('"a"', '"x"'))
  const keys = '{"x": {"_a": 1, "a": 1, "A": 2}, "__proto__x": {}}'
  expect(payload(plain, keys.replace('__proto__x', 'y'))).toBe(keys.replace('__proto__x', 'y'))
  expect(payload(plain, keys)).toBe('reserved')
  expect(payload(plain, '{"x": {"__proto__": {"polluted": 1}}, "constructor": {"prototype": 1}}')).toContain('polluted')
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('ids are texts that the table’s rows have too, whatever they were written as', () => {
  const ids = (type: string, ...texts: readonly string[]) =>
    texts.map((text) => {
      const event = checked(contractOf([columnOf('id', type)], { id: 'id' }), `{"id": ${text}}`)
      return event.kind === 'accepted' ? event.id : event.code
    })
  const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
  expect(ids('uuid', `"${uuid}"`, `"{${uuid.toUpperCase()}}"`, `"${uuid.replaceAll('-', '')}"`)).toEqual([
    uuid,
    uuid,
    uuid,
  ])
  expect(ids('bigint', '9007199254740993', '"007"', '-0', '1e3')).toEqual(['9007199254740993', '7', '0', 'type'])
  expect(ids('varchar', '"a:\\u00e9"', '12', '""', 'null', '1.10')).toEqual(['a:é', '12', '', undefined, '1.10'])
})

test('events of equal values have equal contents, and an id is no part of them', () => {
  const contract = contractOf(
    [
      columnOf('id', 'varchar'),
      columnOf('price', 'decimal(12,2)'),
      columnOf('at', 'timestamptz'),
      columnOf('x', 'json'),
    ],
    { id: 'id', unknown: 'keep' },
  )
  const content = (text: string) => {
    const event = checked(contract, text)
    return event.kind === 'accepted' ? event.content : event.code
  }
  const one = content('{"id": "1", "price": 1.5, "at": "2020-01-01T00:00:00Z", "x": {"a": "\\u0041"}}')
  expect(content('{"x":{ "a":"A" },"at":"2020-01-01 02:00+02","id":"2","price":"1.500","other":1}')).toBe(one)
  expect(content('{"id": "1", "price": 1.51, "at": "2020-01-01T00:00:00Z", "x": {"a": "A"}}')).not.toBe(one)
  expect(content('{"id": "1", "price": null, "at": "2020-01-01T00:00:00Z", "x": {"a": "A"}}')).not.toBe(one)
})

test('simple is what DuckDB reads in one go to the same values', () => {
  const columns = ['n decimal(12,2)', 't varchar', 'j json', 's struct(x bigint)'].map((text) => {
    const [name = '', ...type] = text.split(' ')
    return columnOf(name, type.join(' '))
  })
  const isSimple = (text: string, contract = contractOf(columns, { unknown: 'keep' })) => {
    const event = checked(contract, text)
    return event.kind === 'accepted' ? event.simple : event.code
  }
  for (const text of [
    '{}',
    '{"n":1.50,"t":"1.50","j":{"a":[1.5,"1.50"]},"s":{"x":7}}',
    '{"n":-1234567890,"t":1234567890123456789,"j":null,"s":null}',
    '{"\\u006e":1,"T":"x","j":[true,false,null]}',
    '{"n":NaN,"t":1.25}',
  ])
    expect(isSimple(text), text).toBe(true)
  for (const text of [
    '{"t":1.50}',
    '{"t":-0}',
    '{"t":0.00001}',
    '{"n":1,"more":null}',
    '{"n":1.0000000000000000}',
    '{"t":12345678901234567890}',
    '{"t":1e2}',
    '{"j":"text"}',
    '{"j":{"a":[1.50]}}',
    '{"s":{"x":1,"y":2}}',
  ])
    expect(isSimple(text), text).toBe(false)
  expect(isSimple('{"n":1,"more":null}', contractOf(columns, { unknown: 'drop' }))).toBe(true)
  const twice = contractOf([columnOf('a', 'varchar'), columnOf('b', 'varchar', { from: 'A' })])
  expect(isSimple('{"a":"x"}', twice)).toBe(false)
})

test('an event without an id is given one, in its bytes too', () => {
  const contract = contractOf([columnOf('id', 'uuid not null', { from: 'event id' }), columnOf('a', 'varchar')], {
    id: 'id',
  })
  const options = { newId: () => '00000000-0000-7000-8000-000000000001' }
  const made = '"event id":"00000000-0000-7000-8000-000000000001"'
  const given = (text: string) => payload(contract, text, options)
  expect(given('{}')).toBe(`{${made}}`)
  expect(given('{ "a": 1}')).toBe(`{${made}, "a": 1}`)
  expect(given('{"event id": null, "a": NaN}')).toBe(`{${made.replace(':', ': ')}, "a": null}`)
  expect(given('{"EVENT ID": "", "x": 1}')).toBe(`{${made.replace(':', ': ')}, "x": 1}`)
  expect(given('{"event id": NaN}')).toBe(`{${made.replace(':', ': ')}}`)
  expect(given('{"event id": "x"}')).toBe('type')
  expect(checked(contract, '{}', options)).toMatchObject({ id: options.newId() })
  expect(checked(contract, '{}')).toMatchObject({ column: 'id', code: 'not_null' })
})

test('a time that is too far from now is refused', () => {
  const contract = contractOf([columnOf('at', 'timestamptz'), columnOf('day', 'date')], { time: 'at' })
  const now = () => Date.UTC(2020, 5, 15)
  const at = (text: string, time = 'at') =>
    checked({ ...contract, time }, `{"${time}": "${text}"}`, { times: { now, ...usualTimes } })
  expect(at('2020-06-16T00:00:00Z')).toMatchObject({ kind: 'accepted' })
  expect(at('2020-06-16T00:00:00.000001Z')).toMatchObject({
    column: 'at',
    code: 'time_range',
    message: 'its time is more than 24 hours ahead',
  })
  expect(at('2019-05-12T00:00:00Z')).toMatchObject({ kind: 'accepted' })
  expect(at('2019-05-11T23:59:59Z')).toMatchObject({ message: 'its time is more than 400 days ago' })
  expect(at('2020-06-17', 'day')).toMatchObject({ kind: 'accepted' })
  expect(at('2020-06-18', 'day')).toMatchObject({ column: 'day', code: 'time_range' })
  expect(checked(contract, '{"at": null}', { times: { now, ...usualTimes } })).toMatchObject({ kind: 'accepted' })
})

test('any bytes are judged, and what is accepted is one line of JSON that is judged the same again', () => {
  const contract = contractOf(
    [columnOf('id', 'varchar'), columnOf('n', 'double'), columnOf('l', 'bigint[]'), columnOf('t', 'timestamptz')],
    { id: 'id', unknown: 'reject' },
  )
  const check = eventChecker(contract)
  const bits = fc.constantFrom(
    ...[
      '{',
      '}',
      '{"id":',
      '"n":',
      ',"l":[',
      ',"t":"2020-01-01"',
      ']',
      ',',
      '"',
      '\\',
      '\\u',
      'd800',
      '0041',
      'NaN',
      '1',
      '-',
      '.5',
      'e9',
    ],
    ...['null', 'true', ' ', '\n', '\t', '\0', 'é', '"ID":', ':', '"_', '"x"'],
  )
  const members = [
    '\n"ID" :"é"',
    '"n": -Infinity',
    '\t"l":[ 1,\r\n2.0]',
    '"t": "2020-01-01"',
    '"x": NaN',
    '"\\u0079":null',
  ]
  const bytes = fc.oneof(
    fc.array(bits, { maxLength: 12 }).map((all) => encoder.encode(all.join(''))),
    fc.array(bits, { maxLength: 6 }).map((all) => encoder.encode(`{"id":"1",${all.join('')}}`)),
    fc.uint8Array({ maxLength: 40 }),
    fc.shuffledSubarray(members).map((all) => encoder.encode(`{${all.join(',')}}`)),
  )
  let accepted = 0
  fc.assert(
    fc.property(bytes, (given) => {
      const event = check(given, 0, given.length)
      if (event.kind === 'refused') {
        expect(Object.keys(rejectCodes)).toContain(event.code)
        return
      }
      accepted++
      const kept = event.payload.slice()
      expect(kept.every((byte) => byte >= 0x20)).toBe(true)
      expect(() => JSON.parse(decoder.decode(kept))).not.toThrow()
      const again = check(kept, 0, kept.length)
      expect(again).toEqual({ ...event, payload: kept })
    }),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(20)
})

const many = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index)).join(',')

test.each([
  ['undeclared keys', `{${many(90_000, (i) => `"key${i}":1`)}}`],
  ['spellings of one key', `{${many(1900, (i) => `"${' '.repeat(i % 900)}a${' '.repeat(i / 900)}":1`)}}`],
  ['keys of one object', `{"x":{${many(90_000, (i) => `"key${i}":1`)}}}`],
  ['objects in a list', `{"x":[${many(300_000, () => '{}')}]}`],
  ['NaN', `{"x":[${many(400_000, () => 'NaN')}]}`],
  ['escapes', `{"a":"${'\\u0041'.repeat(300_000)}"}`],
  ['digits', `{"n":1.000000059604644775390625${'0'.repeat(1_800_000)}1}`],
  ['a text that is no time', `{"t":"2020-01-01${':00.0000000'.repeat(150_000)}\\n"}`],
  ['a number that is none', `{"d":"${'1'.repeat(1_800_000)}x"}`],
])('a long event of %s is judged in one go', (_, text) => {
  const columns = [
    columnOf('a', 'varchar'),
    columnOf('n', 'float'),
    columnOf('t', 'timestamptz'),
    columnOf('d', 'decimal(38,2)'),
  ]
  for (const unknown of ['keep', 'reject'] as const)
    expect(checked(contractOf(columns, { unknown }), text).kind).toBeTruthy()
})
