import fc from 'fast-check'

/** What DuckDB's casts, or other tools, take for a value. */
export const quirks = [
  '1.5',
  ' 12',
  '12 ',
  '\t12',
  '12\n',
  '1_000',
  '1,000',
  '0x1F',
  '0b11',
  '1e3',
  '1E+3',
  '1.',
  '.5',
  '.',
  '-',
  '+',
  '+5',
  '--5',
  '5-',
  'infinity',
  '-inf',
  'Inf',
  'nan',
  'NaN',
  '-NaN',
  'null',
  'NULL',
  '2020-02-30',
  '2020-02-29',
  '2019-02-29',
  '24:00',
  '2020-01-01 24:00:00',
  '2020-01-01 23:59:60',
  '2020-01-01T00:00',
  '2020-01-01T00:00Z',
  '2020-1-1',
  '20-01-01',
  '0000-01-01',
  '12020-01-01',
  '2020-01-01 (BC)',
  '2020/01/01',
  '20200101',
  '2020-01-01x',
  '2020-01-01T00:00:00z',
  '2020-01-01 00:00:00 UTC',
  '2020-01-01 00:00:00 EST',
  '2020-01-01 00:00:00+24:00',
  '2020-01-01 00:00:00 +02',
  '2020-01-01 00:00:00.1234567',
  '2020-01-01 00:00:00.1234560',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31 23:59:59-01:00',
  '2020-03-08 02:30:00',
  '2020-11-01 01:30:00',
  'epoch',
  'today',
  'now',
  '٣',
  '１２',
  '\u00a012',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '32768',
  '-32768',
  '2147483648',
  '1e400',
  '1e-400',
  '3.5e38',
  '0.0',
  '-0',
  '-0.0',
  '00012',
  '12.000',
  '12.0001',
  '1.005',
  '99999999.99',
  '999999999.99',
  '1.230',
  'true',
  'T',
  'tr',
  'Yes',
  'on',
  '2',
  'oN',
  '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}',
  'a0eebc999c0b4ef8bb6d6bb9bd380a11',
  'a0eebc99-9c0b4ef8-bb6d-6bb9bd380a11',
  '{a0eebc999c0b4ef8bb6d6bb9bd380a11}',
  '[1,]',
  '{"a":1,}',
  '[NaN]',
  '"nan"',
  '["inf,]"]',
  '01',
  '[1] x',
  '// x',
  '{a:1}',
  "{'a':1}",
  '"\\ud800"',
  '"\\ud83d\\ude00"',
  '{"a":1,"a":2}',
  '\\x',
  '\\x0',
  '\\x0G',
  '\\xAF',
  'YQ==',
  'YQ',
  'YQ=',
  'YQ==YQ==',
  'YR==',
  '',
  ' ',
  '\t',
]

const characters = [...' \t\n.,:;+-_/\\"\'{}[]()0123456789aAbBeEfFnNiItTuUxXzZ%=\u00a0é']

/** A value's text with a few characters changed, left out or put in. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(40), fc.constantFrom('', ...characters), fc.nat(1))
  return fc.tuple(text, fc.array(edit, { maxLength: 2 })).map(([given, edits]) =>
    edits.reduce((now, [at, put, drop]) => {
      const place = at % (now.length + 1)
      return now.slice(0, place) + put + now.slice(place + drop)
    }, given),
  )
}

const sign = fc.constantFrom('', '', '+', '-')
const digits = (max: number) =>
  fc.array(fc.constantFrom(...'0123456789'), { maxLength: max }).map((all) => all.join(''))
export const numeric = fc
  .tuple(sign, digits(22), fc.option(digits(8), { nil: undefined }), fc.constantFrom('', '', 'e5', 'E-3', '0000'))
  .map(([s, whole, part, end]) => `${s}${whole}${part === undefined ? '' : `.${part}`}${end}`)
const pad = (value: number, length: number) => String(value).padStart(length, '0')
const dayIn = (first: number, last: number) =>
  fc
    .tuple(fc.integer({ min: first, max: last }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
    .map(([y, m, d]) => `${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}`)
export const day = fc.oneof(dayIn(1, 9999), dayIn(1990, 2040))
export const timeOn = (date: fc.Arbitrary<string>) =>
  fc
    .tuple(
      date,
      fc.constantFrom('T', ' '),
      fc.integer({ min: 0, max: 24 }),
      fc.integer({ min: 0, max: 59 }),
      fc.constantFrom('', ':00', ':59', ':07.5', ':07.123456', ':60', ':07.1234567', ':07.1000000'),
      fc.constantFrom('', '', 'Z', ' UTC', 'GMT', '+02', '-0530', '+05:45', ' -11:00', '+23:59'),
    )
    .map(([d, t, h, m, s, z]) => `${d}${t}${pad(h, 2)}:${pad(m, 2)}${s}${z}`)
export const time = timeOn(day)
/** Beyond these years DuckDB's calendar is asked, whose far future is not that of Node's. */
export const zonedDay = dayIn(1901, 2098)
const hex = fc
  .array(fc.constantFrom(...'0123456789abcdefABCDEF'), { minLength: 32, maxLength: 32 })
  .map((all) => all.join(''))
export const uuid = fc.tuple(hex, fc.constantFrom('plain', 'hyphens', 'braces')).map(([h, form]) => {
  const hyphens = h.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return form === 'plain' ? h : form === 'hyphens' ? hyphens : `{${hyphens}}`
})
export const blob = fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'))
