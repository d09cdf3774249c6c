import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { unitText } from '../../src/cli/output/values.ts'
import { Output } from '../../src/cli/output.ts'
import { MillraceError } from '../../src/core/errors.ts'
import { captured } from './terminal.ts'

function outputTo(columns?: number) {
  const [out, err] = [captured(columns), captured(columns)]
  const output = new Output({ stdout: out.stream, stderr: err.stream })
  return { output, out: () => stripVTControlCharacters(out.text()), err: () => stripVTControlCharacters(err.text()) }
}

test('on a terminal numbers stand on the right with all their digits, and NULL is told from nothing', async () => {
  const { output, out } = outputTo(80)
  const count = await output.table(
    [{ name: 'brand' }, { name: 'rows', type: 'bigint' }, { name: 'revenue', type: 'decimal(12,2)' }],
    [
      ['apple', 9223372036854775807n, '739.80'],
      ['', 5n, null],
    ],
  )
  expect(count).toBe(2)
  expect(out()).toBe(
    [
      'brand                 rows  revenue',
      '─────  ───────────────────  ───────',
      'apple  9223372036854775807   739.80',
      '                         5     NULL',
      '',
    ].join('\n'),
  )
})

test('wide characters take two cells, combining marks none, and a cut text ends in …', async () => {
  const { output, out } = outputTo(24)
  await output.table(
    [{ name: 'name' }, { name: 'city' }],
    [
      ['李小龙', 'Hermosillo'],
      ['Zoe\u0308', '東京都千代田区丸の内'],
    ],
  )
  expect(out().split('\n')).toEqual([
    'name    city',
    '──────  ────────────────',
    '李小龙  Hermosillo',
    'Zoe\u0308     東京都千代田区…',
    '',
  ])
})

test('columns for which there is no room are named below the table', async () => {
  const { output, out } = outputTo(30)
  await output.table(
    ['first', 'second', 'third', 'fourth'].map((name) => ({ name })),
    [['a'.repeat(20), 'b'.repeat(20), 'c'.repeat(20), 'd'.repeat(20)]],
  )
  expect(out()).toContain('… 1 more column: fourth (--json shows all)')
  for (const line of out().split('\n').slice(0, 3)) expect(line.length).toBeLessThanOrEqual(30)
})

test('nor can it from a sentence, an error, its hint or a note, whose lines stay lines', async () => {
  const [out, err] = [captured(80), captured(80)]
  const output = new Output({ stdout: out.stream, stderr: err.stream })
  const evil = 'a\u001b]0;title\u0007b\u009b2J\nc'
  await output.say(evil)
  await output.title(evil)
  output.warn(evil)
  output.error(new MillraceError('USAGE', { reason: evil, hint: evil }))
  await output.table([{ name: 'x'.repeat(60) }, { name: `hidden${evil}${'y'.repeat(60)}` }], [])
  const text = `${out.text()}${err.text()}`
  for (const control of ['\u001b]', '\u0007', '\u009b']) expect(text).not.toContain(control)
  expect(text.split('a\\u001b]0;title\\u0007b\\u009b2J').length - 1).toBe(6)
  expect(err.text()).toContain('\\u009b2J\nc')
})

test('data cannot steer the terminal: control characters become visible', async () => {
  const { output, out } = outputTo(80)
  await output.table([{ name: 'text' }], [['a\u001b[31mred\u0007\nb\u202e']])
  expect(out()).toContain('a\\u001b[31mred\\u0007\\nb\\u202e')
})

test('in a pipe each row is one line of JSON, exact', async () => {
  const { output, out } = outputTo()
  await output.table(
    [{ name: 'id', type: 'bigint' }, { name: 'a"b' }, { name: 'bytes' }, { name: 'at', title: 'when', unit: 'ms' }],
    [[9223372036854775807n, ['x', null], new Uint8Array([255]), 12]],
  )
  expect(out()).toBe('{"id":9223372036854775807,"a\\"b":["x",null],"bytes":"/w==","at":12}\n')
})

test('sentences are for people, records for both', async () => {
  const piped = outputTo()
  await piped.output.say('Hello')
  await piped.output.record({ rows: 1200, size_bytes: 1500, last: undefined }, { size_bytes: 'bytes' })
  expect(piped.out()).toBe('{"rows":1200,"size_bytes":1500}\n')
  const terminal = outputTo(80)
  await terminal.output.record({ rows: 1200, size_bytes: 1500 }, { size_bytes: 'bytes', rows: 'count' })
  expect(terminal.out()).toBe('rows        1,200\nsize bytes  1.5 kB\n')
})

test('an error says what, what to do and its code; as JSON in a pipe', () => {
  const error = new MillraceError('PROJECT_NOT_FOUND', { dir: '/tmp/x' })
  const terminal = outputTo(80)
  expect(terminal.output.error(error)).toBe(1)
  expect(terminal.err()).toBe(
    'error: no millrace.config.ts in /tmp/x or above\n' +
      'hint:  run `millrace init`, or give --project DIR\n' +
      'code:  PROJECT_NOT_FOUND\n',
  )
  const piped = outputTo()
  piped.output.error(error)
  expect(JSON.parse(piped.err())).toEqual({
    code: 'PROJECT_NOT_FOUND',
    message: 'no millrace.config.ts in /tmp/x or above',
    hint: 'run `millrace init`, or give --project DIR',
  })
})

test('what is no MillraceError is reported as a fault of Millrace', () => {
  const { output, err } = outputTo()
  expect(output.error(new TypeError('x is not a function'))).toBe(1)
  expect(JSON.parse(err())).toMatchObject({ code: 'INTERNAL', message: 'TypeError: x is not a function' })
})

test.each([
  [999.6, '1.0 s'],
  [9_990, '10 s'],
  [59_700, '1 min 0 s'],
  [179_900, '3 min 0 s'],
  [3_725_000, '1 h 2 min'],
])('%d ms are %s', (ms, text) => {
  expect(unitText(ms, 'ms')).toBe(text)
})
