import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { modelFolder } from '../project/model-folder.ts'
import { json, millrace } from './terminal.ts'

const models = {
  'models/purchases.sql': "SELECT event_time, user_id, price FROM events WHERE type = 'purchase'",
  'models/by_user.sql': `/* kind: table */
SELECT user_id, count(*) AS purchases, sum(price) AS revenue, avg(price)::DOUBLE AS mean FROM purchases GROUP BY user_id`,
  'models/best.sql':
    '/* kind: table */ SELECT name, revenue FROM by_user JOIN customers ON id = user_id ORDER BY revenue DESC',
}

const given = `given:
  events:
    - { event_time: 2026-01-05T09:00:00Z, type: purchase, user_id: 1, price: 9.90 }
    - { event_time: 2026-01-05 02:00, type: purchase, user_id: 1, price: '0.10' }
    - { event_time: 2026-01-06T09:00:00Z, type: view, user_id: 2, price: 5 }
`

async function run(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const dir = await modelFolder({ ...models, ...files })
  const done = await millrace(['test', '--project', dir, ...args])
  // nothing was made: neither a lake nor a table
  expect(existsSync(join(dir, 'lake'))).toBe(false)
  return { dir, ...done, results: json(done.stdout) }
}

test('a model gives what its test expects, over given rows and models that are not given', async () => {
  const { status, results } = await run({
    'tests/purchases/keeps_purchases.yaml': `${given}expect:
  - { event_time: 2026-01-05T09:00:00Z, user_id: 1, price: 9.9 }
  - { event_time: 2026-01-05T09:00:00.000Z, user_id: 1, price: 0.10 }
`,
    'tests/by_user/sums.yaml': `${given}expect: [{ user_id: 1, revenue: 10, purchases: 2, mean: 5.0000000000001 }]`,
    'tests/by_user/of_a_view/nothing.yaml': 'given:\nexpect: []\n',
    'tests/best/first.yml': `given:
  by_user: [{ user_id: 1, revenue: 1 }, { user_id: 2, revenue: 5 }, { user_id: 3 }]
  customers: [{ id: 2, name: Zoë }, { id: 1, name: 'null' }]
expect: [{ name: Zoë, revenue: 5.00 }, { name: "null", revenue: 1 }]
`,
  })
  expect(results.map(({ model, test: name, outcome, differences }) => [model, name, outcome, differences])).toEqual([
    ['best', 'first', 'passed', []],
    ['by_user', 'of_a_view/nothing', 'passed', []],
    ['by_user', 'sums', 'passed', []],
    ['purchases', 'keeps_purchases', 'passed', []],
  ])
  expect(status).toBe(0)
})

const differing = `${given}expect:
  - { event_time: 2026-01-05T09:00:00Z, user_id: 1, price: 8.90 }
  - { event_time: 2026-01-05T09:00:00Z, user_id: 1, price: 0.10 }
  - { event_time: 2026-01-07T09:00:00Z, user_id: 3 }
`

test('rows that are missing, too many or others are told row by row, with their lines', async () => {
  const { dir, status, results } = await run({ 'tests/purchases/wrong.yaml': differing })
  expect(status).toBe(1)
  expect(results).toEqual([
    {
      model: 'purchases',
      test: 'wrong',
      file: 'tests/purchases/wrong.yaml',
      outcome: 'failed',
      elapsed_ms: expect.any(Number),
      differences: [
        {
          kind: 'changed',
          line: 7,
          columns: ['price'],
          expected: { event_time: '2026-01-05T09:00:00Z', user_id: 1, price: '8.90' },
          got: { event_time: '2026-01-05T09:00:00Z', user_id: 1, price: '9.90' },
        },
        { kind: 'missing', line: 9, expected: { event_time: '2026-01-07T09:00:00Z', user_id: 3, price: null } },
      ],
    },
  ])
  const shown = await millrace(['test', '--project', dir], { columns: 100 })
  expect(shown.status).toBe(1)
  expect(stripVTControlCharacters(shown.stdout).split('\n')).toEqual([
    '✗ purchases: wrong  tests/purchases/wrong.yaml',
    '          line  event_time            user_id  price',
    '────────  ────  ────────────────────  ───────  ─────',
    'expected     7  2026-01-05T09:00:00Z        1   8.90',
    'got             ·                           ·   9.90',
    'missing      9  2026-01-07T09:00:00Z        3   NULL',
    '',
    '0 passed, 1 failed',
    'Without a test: by_user, best.',
    '',
  ])
})

test('a row too many is extra, and rows of a model that orders them have places', async () => {
  const { results } = await run({
    'tests/by_user/extra.yaml': `${given}expect: []`,
    'tests/best/moved.yaml': `given:
  by_user: [{ user_id: 1, revenue: 1 }, { user_id: 2, revenue: 5 }]
  customers: [{ id: 2, name: b }, { id: 1, name: a }]
expect:
  - { name: a, revenue: 1 }
  - { name: b, revenue: 5 }
`,
  })
  const [moved, extra] = results.map(({ differences }) => differences as Record<string, unknown>[])
  expect(moved).toMatchObject([{ kind: 'moved', line: 5, expected: { name: 'a' }, got: { name: 'b' } }])
  expect(extra).toEqual([{ kind: 'extra', got: { user_id: 1, purchases: 2, revenue: '10.00', mean: 5 } }])
})

test('columns that expect does not name are NULL, or not compared where it is partial', async () => {
  const expected = `${given}expect: [{ user_id: 1, purchases: 2 }]`
  const { results } = await run({
    'tests/by_user/all.yaml': expected,
    'tests/by_user/some.yaml': `partial: true\n${expected}`,
  })
  expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'passed'])
  expect(results[0]?.['differences']).toMatchObject([{ kind: 'changed', columns: ['revenue', 'mean'] }])
})

test('a model that fails over the given rows has failed its test, and the others run', async () => {
  const { status, results } = await run({
    'models/parsed.sql': 'SELECT CAST(type AS BIGINT) AS code FROM events',
    'tests/parsed/fails.yaml': 'given: { events: [{ type: x }] }\nexpect: []',
    'tests/purchases/empty.yaml': 'expect: []',
  })
  expect(status).toBe(1)
  expect(results).toMatchObject([
    { model: 'parsed', outcome: 'failed', code: 'QUERY_FAILED', differences: [] },
    { model: 'purchases', outcome: 'passed' },
  ])
})

test('the clock of a test is its now, in every model that it runs', async () => {
  const { results } = await run({
    'models/recent.sql': "SELECT user_id, current_date AS day FROM events WHERE event_time > now() - INTERVAL '1 day'",
    'models/stored.sql': '/* kind: table */ SELECT user_id, day, today() AS built FROM recent',
    'tests/stored/today.yaml': `now: 2026-01-06T08:59:59Z
given:
  events:
    - { event_time: 2026-01-05T09:00:00Z, user_id: 1 }
    - { event_time: 2026-01-05T08:00:00Z, user_id: 2 }
expect: [{ user_id: 1, day: 2026-01-06, built: 2026-01-06 }]
`,
  })
  expect(results).toMatchObject([{ outcome: 'passed' }])
})

test('nested values, JSON and what partitions add are written as YAML', async () => {
  const { results } = await run({
    'models/nested.sql': "SELECT _day AS day, tags, extra, extra->>'a' AS a FROM logs",
    'tests/nested/all.yaml': `given:
  logs: &rows
    - { id: 1, event_time: 2026-01-06T05:00:00Z, tags: [x, ~, '7'], extra: { a: 1.50, b: [true, null, "2"] } }
    - { id: 2, extra: '{"a": 12345678901234567890}' }
expect:
  - { day: 2026-01-05, tags: [x, null, 7], extra: { b: [true, ~, '2'], a: 1.50 }, a: '1.5' }
  - { extra: { a: 12345678901234567890 }, a: 12345678901234567890 }
`,
  })
  expect(results).toMatchObject([{ outcome: 'passed', differences: [] }])
})

test('tests are chosen by their models', async () => {
  const files = { 'tests/purchases/none.yaml': 'expect: []', 'tests/best/none.yaml': 'expect: []' }
  const of = async (select: string) => (await run(files, '--select', select)).results.map(({ model }) => model)
  expect(await of('best')).toEqual(['best'])
  expect(await of('+best')).toEqual(['best', 'purchases'])
  expect(await of('events+')).toEqual(['best', 'purchases'])
})

/** What is wrong, the file, its text, the code, the message, a part of the hint. */
const bad: readonly (readonly [string, string, string, string, string, string])[] = [
  [
    'YAML that is none',
    'by_user/t.yaml',
    'given: {}\nexpect: [a',
    'TEST_INVALID',
    'tests/by_user/t.yaml:2: Flow sequence',
    '',
  ],
  [
    'no expect',
    'by_user/t.yaml',
    given,
    'TEST_INVALID',
    'tests/by_user/t.yaml:1: the test has no `expect`',
    'model.md',
  ],
  ['nothing in it', 'by_user/t.yaml', '', 'TEST_INVALID', 'tests/by_user/t.yaml:1: the test has no `expect`', ''],
  ['prose', 'by_user/t.yaml', 'it adds up', 'TEST_INVALID', 'a test has the keys', ''],
  [
    'an unknown key',
    'by_user/t.yaml',
    'givn: {}\nexpect: []',
    'TEST_UNKNOWN_NAME',
    'tests/by_user/t.yaml:1: there is no key `givn`',
    'did you mean `given`?',
  ],
  [
    'rows that are none',
    'by_user/t.yaml',
    'given:\n  events:\n    - 7\nexpect: []',
    'TEST_INVALID',
    'tests/by_user/t.yaml:3: given.events.0: given takes',
    '',
  ],
  [
    'partial that is no boolean',
    'by_user/t.yaml',
    'partial: some\nexpect: []',
    'TEST_INVALID',
    'tests/by_user/t.yaml:1: partial takes true or false',
    '',
  ],
  [
    'an unknown model',
    'by_usr/t.yaml',
    'expect: []',
    'TEST_UNKNOWN_NAME',
    'tests/by_usr/t.yaml: there is no model `by_usr`',
    'did you mean `by_user`?',
  ],
  [
    'no folder of a model',
    't.yaml',
    'expect: []',
    'TEST_INVALID',
    'tests/t.yaml: a test lies in the folder of its model',
    '',
  ],
  [
    'no test in the folder',
    'by_user/notes.txt',
    'later',
    'TEST_NONE',
    'tests/by_user holds no test',
    'tests/<model>/<case>.yaml',
  ],
  [
    'an unknown input',
    'by_user/t.yaml',
    'given:\n  evnts: []\nexpect: []',
    'TEST_UNKNOWN_NAME',
    'tests/by_user/t.yaml:2: there is no input of by_user here `evnts`',
    'did you mean `events`?',
  ],
  [
    'an input of a model that is given',
    'by_user/t.yaml',
    'given:\n  purchases: []\n  events: []\nexpect: []',
    'TEST_UNKNOWN_NAME',
    'tests/by_user/t.yaml:3: ',
    'there are purchases',
  ],
  [
    'an unknown column',
    'by_user/t.yaml',
    'given:\n  events:\n    - user_id: 1\n      prise: 2\nexpect: []',
    'TEST_UNKNOWN_NAME',
    'tests/by_user/t.yaml:4: there is no column of events `prise`',
    'did you mean `price`?',
  ],
  [
    'an unknown expected column',
    'by_user/t.yaml',
    'expect:\n  - { user_id: 1,\n      revnue: 2 }',
    'TEST_UNKNOWN_NAME',
    'tests/by_user/t.yaml:3: there is no column of expect `revnue`',
    'did you mean `revenue`?',
  ],
  [
    'a value that does not fit',
    'by_user/t.yaml',
    'given:\n  events:\n    - price: 1\n    - { user_id: 1,\n        price: 1.005 }\nexpect: []',
    'TEST_INVALID',
    'tests/by_user/t.yaml:5: events: price: ',
    '',
  ],
  [
    'an expected value that does not fit',
    'by_user/t.yaml',
    'expect:\n  - purchases: many',
    'TEST_INVALID',
    'tests/by_user/t.yaml:2: expect: purchases: ',
    '',
  ],
  [
    'a column that is made',
    'nested/t.yaml',
    'given:\n  logs:\n    - _day: 2026-01-05\nexpect: []',
    'TEST_INVALID',
    'tests/nested/t.yaml:3: `_day` of logs is made from its time',
    '',
  ],
  [
    'a now that is no time',
    'by_user/t.yaml',
    'now: noon\nexpect: []',
    'TEST_INVALID',
    'tests/by_user/t.yaml:1: now: now: ',
    '',
  ],
  [
    'no now for a model that asks for it',
    'asks/t.yaml',
    'expect: []',
    'TEST_INVALID',
    'tests/asks/t.yaml:1: asks asks for the time (current_timestamp)',
    '',
  ],
]

test.each(bad)('a test with %s cannot be run, and says so', async (_, path, text, code, message, hint) => {
  const { status, stderr, stdout } = await run({
    'models/asks.sql': 'SELECT type, current_timestamp AS asked FROM events',
    'models/nested.sql': 'SELECT tags FROM logs',
    [`tests/${path}`]: text,
  })
  const error = JSON.parse(stderr) as { code: string; message: string; hint: string }
  expect([error.code, error.message, stdout]).toEqual([code, expect.stringContaining(message), ''])
  expect(error.hint).toContain(hint)
  expect(status).toBe(code === 'TEST_NONE' ? 1 : 2)
})

test('no test at all is told, and so is a selection without one', async () => {
  expect(JSON.parse((await run({})).stderr)).toMatchObject({ code: 'TEST_NONE', message: 'there is no test' })
  const { stderr } = await run({ 'tests/purchases/none.yaml': 'expect: []' }, '--select', 'best')
  expect(JSON.parse(stderr)).toMatchObject({ code: 'TEST_NONE', message: 'there is no test of best' })
})
