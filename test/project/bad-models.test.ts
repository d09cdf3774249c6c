import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { bound, modelFolder, models } from './model-folder.ts'

async function errorOf(work: Promise<unknown>): Promise<MillraceError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof MillraceError) return thrown
  throw new Error('nothing was refused', { cause: thrown })
}

/** What is wrong, the header's lines (the file begins with `/*`), the SELECT, the error. */
const headers: readonly (readonly [string, string, string, string, string])[] = [
  ['YAML that is none', 'kind: table\ntime: [a', 'MODEL_HEADER_INVALID', 'models/m.sql:4: Flow sequence', ''],
  ['a tab', 'columns:\n\ta: {}', 'MODEL_HEADER_INVALID', 'models/m.sql:3: Tabs are not allowed', ''],
  ['a key twice', 'kind: table\nkind: view', 'MODEL_HEADER_INVALID', 'models/m.sql:3: Map keys must be unique', ''],
  ['prose', 'Revenue by day.', 'MODEL_HEADER_INVALID', 'models/m.sql:2: the comment that a model begins with', ''],
  ['an alias without its anchor', 'time: *nowhere', 'MODEL_HEADER_INVALID', 'models/m.sql:1: Unresolved alias', ''],
  [
    'an unknown key',
    'kind: table\npartitions: [a]',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:3: there is no key `partitions`',
    'did you mean `partition`?',
  ],
  [
    'an unknown kind',
    'description: d\nkind: incremntal',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:3: there is no kind `incremntal`',
    'did you mean `incremental`?',
  ],
  [
    'a kind that is no text',
    'kind: [view]',
    'MODEL_HEADER_INVALID',
    'models/m.sql:2: kind takes view, table, incremental, merge',
    '',
  ],
  [
    'an unknown grain',
    'kind: incremental\ntime: event_time\ngrain: dya',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:4: there is no grain `dya`',
    'did you mean `day`?',
  ],
  [
    'a number for a name',
    'kind: incremental\ntime: 7\ngrain: day',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: time takes the name of an output column',
    '',
  ],
  [
    'a list with a number',
    'kind: merge\nkey:\n  - user_id\n  - 7',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: key takes a list of output columns',
    '',
  ],
  [
    'a note of a column that is none',
    'columns:\n  price: money',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: columns.price: columns takes',
    '',
  ],
  [
    'an unknown note',
    'columns:\n  price:\n    unt: USD',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:4: there is no key `unt`',
    'did you mean `unit`?',
  ],
  [
    'a lookback that is none',
    'kind: incremental\ntime: event_time\ngrain: day\nlookback: yesterday',
    'MODEL_HEADER_INVALID',
    'models/m.sql:5: `yesterday`: lookback takes a length of time',
    '',
  ],
  [
    'a lookback of nothing',
    'kind: incremental\ntime: event_time\ngrain: day\nlookback: 0 days',
    'MODEL_HEADER_INVALID',
    'models/m.sql:5: `0 days`',
    '',
  ],
  [
    'a lookahead of an unknown unit',
    'kind: incremental\ntime: event_time\ngrain: day\nlookahead: 3 fortnights',
    'MODEL_HEADER_INVALID',
    'models/m.sql:5: `3 fortnights`',
    '',
  ],
  [
    'a key of another kind',
    'kind: table\ngrain: day',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: `grain` belongs to kind: incremental, and this is a table',
    '',
  ],
  [
    'a key of another kind in a view by default',
    'partition: [type]',
    'MODEL_HEADER_INVALID',
    'this is a view, which it is without another kind',
    '',
  ],
  [
    'an incremental without time',
    'kind: incremental\ngrain: day',
    'MODEL_HEADER_INVALID',
    'models/m.sql:2: kind: incremental needs `time`',
    '',
  ],
  [
    'an incremental without grain',
    'kind: incremental\ntime: event_time',
    'MODEL_HEADER_INVALID',
    'models/m.sql:2: kind: incremental needs `grain`',
    '',
  ],
  ['a merge without key', 'kind: merge', 'MODEL_HEADER_INVALID', 'models/m.sql:2: kind: merge needs `key`', ''],
  [
    'a check that is none',
    'checks:\n  notnull: [type]',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: there is no check `notnull`: did you mean `not_null`?',
    '',
  ],
  [
    'a check of a column that is none',
    'checks:\n  not_null: [type]\n  accepted:\n    tipe: [view]',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:5: there is no output column `tipe`',
    'did you mean `type`?',
  ],
  [
    'a time that is no column',
    'kind: incremental\ntime: event_tme\ngrain: day',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:3: there is no output column `event_tme`',
    'did you mean `event_time`?',
  ],
  [
    'a time that is none',
    'kind: incremental\ntime: type\ngrain: day',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: `type` is a varchar: time takes a timestamptz or a date',
    '',
  ],
  [
    'a grain that is too fine',
    'kind: incremental\ntime: day\ngrain: hour',
    'MODEL_HEADER_INVALID',
    'models/m.sql:4: `day` is a date, which has no hours',
    '',
  ],
  [
    'a key that cannot be compared',
    'kind: merge\nkey: [type, score]',
    'MODEL_HEADER_INVALID',
    'models/m.sql:3: `score` is a double',
    '',
  ],
  [
    'a key twice in the list',
    'kind: merge\nkey:\n- type\n- type',
    'MODEL_HEADER_INVALID',
    'models/m.sql:5: `type` is there twice',
    '',
  ],
  [
    'a partition that is no column',
    'kind: table\npartition: brand',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:3: there is no output column `brand`',
    'there are event_time, day, type',
  ],
  [
    'a note of no column',
    'columns: { prise: { unit: USD } }',
    'MODEL_UNKNOWN_NAME',
    'models/m.sql:2: there is no output column `prise`',
    '',
  ],
]

test.each(headers)('a header with %s is refused at its line', async (_, header, code, message, hint) => {
  const select = 'SELECT event_time, CAST(event_time AS DATE) AS day, type, score FROM events'
  const error = await errorOf(models({ 'models/m.sql': `/*\n${header}\n*/\n${select}` }))
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)])
  expect(error.message).toMatch(/^models\/m\.sql:\d+: /)
  expect(error.hint).toContain(hint)
})

/** What is wrong, the file, the code, the beginning of the message, a part of the hint. */
const texts: readonly (readonly [string, string, string, string, string])[] = [
  [
    'a syntax error',
    '/* kind: table */\nSELECT type FORM events',
    'MODEL_SQL_INVALID',
    'models/m.sql:2:18: syntax error',
    '',
  ],
  [
    'no statement',
    '/* kind: table */\n',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:1: there is no statement',
    'write one SELECT',
  ],
  [
    'a second statement',
    'SELECT type FROM events;\nSELECT 2 AS b',
    'MODEL_SQL_INVALID',
    'models/m.sql:2:8: a second statement',
    'a model is one SELECT',
  ],
  [
    'no SELECT',
    '/* kind: table */\nDROP TABLE events',
    'MODEL_SQL_INVALID',
    'models/m.sql:2:1: DROP is not a SELECT',
    'a model is one SELECT',
  ],
  ['a file', "SELECT *\nFROM 'a.csv'", 'MODEL_SQL_INVALID', 'models/m.sql:2:6: ', 'a model is one SELECT'],
  [
    'a function that reads files',
    "SELECT * FROM read_csv('a.csv')",
    'MODEL_SQL_INVALID',
    'models/m.sql:1:15: read_csv(…)',
    '',
  ],
  [
    'an unknown table',
    '/* kind: table\n*/ SELECT type,\n  price FROM evnts',
    'MODEL_SQL_INVALID',
    'models/m.sql:3:14: there is no stream, table or model `evnts`',
    'did you mean `events`?',
  ],
  [
    'a table of another schema',
    'SELECT type FROM main.events',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:18: there is no stream, table or model `main.events`',
    '',
  ],
  [
    'an unknown column',
    '/*\nkind: table\n*/\nSELECT\n  é, prize\nFROM events, (SELECT 1 AS é)',
    'MODEL_SQL_INVALID',
    'models/m.sql:5:6: there is no column `prize`',
    'did you mean `price`?',
  ],
  [
    'an unknown column of a table',
    'SELECT e.prize FROM events AS e',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:8: there is no column `prize`',
    'did you mean `price`?',
  ],
  [
    'an unknown alias',
    'SELECT f.price FROM events AS e',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:8: Referenced table "f" not found',
    '',
  ],
  [
    'an ambiguous column',
    'SELECT name\nFROM customers a, customers b',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:8: Ambiguous reference to column name "name"',
    '',
  ],
  [
    'an unknown function',
    'SELECT sun(price) AS s FROM events',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:8: Scalar Function with name sun does not exist',
    '"sum"',
  ],
  [
    'types that clash',
    'SELECT type + born AS x FROM events, customers',
    'MODEL_SQL_INVALID',
    'models/m.sql:1:13: ',
    '',
  ],
  [
    'an output without a name',
    'SELECT type,\n  count(*)\nFROM events GROUP BY 1',
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:2:3: the output column `count_star()` has no name',
    'AS name',
  ],
  [
    'a literal without a name',
    'SELECT 1',
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:1:8: the output column `1` has no name',
    'AS name',
  ],
  [
    'a name that tables cannot hold',
    'SELECT type AS "a b" FROM events',
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:1:8: the output column `a b` has no name that a table can hold',
    '',
  ],
  [
    'two outputs of one name',
    'SELECT type,\n  user_id AS Type FROM events',
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:2:3: two output columns are called `Type`',
    '',
  ],
  [
    'two outputs of one name by a star',
    'SELECT 1 AS x, e.*, price FROM events e',
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:1:21: two output columns are called `price`',
    '',
  ],
  [
    'a name of Millrace’s own',
    '/* kind: table */ SELECT * FROM events',
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:1:26: `_file`',
    'EXCLUDE (_file)',
  ],
  [
    'a time without a zone',
    "SELECT type, event_time AT TIME ZONE 'UTC' AS t FROM events",
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:1:14: column `t` is a timestamp without a zone',
    "AT TIME ZONE 'UTC'",
  ],
  [
    'a type that tables do not have',
    "SELECT type,\nINTERVAL '1 day' AS i FROM events",
    'MODEL_OUTPUT_INVALID',
    'models/m.sql:2:10: column `i` is of type interval',
    'write bigint',
  ],
  [
    'partitions alone',
    '/* kind: table\npartition: [type]\n*/ SELECT type FROM events',
    'MODEL_HEADER_INVALID',
    'models/m.sql:2: every output column is a partition',
    '',
  ],
  [
    'a comment without an end',
    '\n/* kind: table\nSELECT 1 AS a',
    'MODEL_HEADER_INVALID',
    'models/m.sql:2: the comment that begins here has no end',
    '',
  ],
]

test.each(texts)('a model with %s is refused at its place', async (_, text, code, message, hint) => {
  const error = await errorOf(models({ 'models/m.sql': text }))
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)])
  expect(error.hint).toContain(hint)
})

test('the line is shown as it stands in the file, with a caret under the place', async () => {
  const error = await errorOf(models({ 'models/m.sql': '/* kind: table */ SELECT prize\r\nFROM events' }))
  expect(error.message.split('\n').slice(1)).toEqual([`${' '.repeat(18)}SELECT prize`, `${' '.repeat(25)}^`])
})

test('models that read each other are refused with the whole circle', async () => {
  const error = await errorOf(
    models({
      'models/a.sql': 'SELECT * FROM b',
      'models/b.sql': 'SELECT x.*\nFROM events, C AS x',
      'models/c.sql': 'SELECT * FROM b',
    }),
  )
  expect([error.code, error.fields['path'], error.fields['place']]).toEqual([
    'MODEL_CYCLE',
    'b → c → b',
    'models/c.sql:1:15',
  ])
  const own = await errorOf(models({ 'models/a.sql': 'SELECT * FROM a' }))
  expect(own.fields['path']).toBe('a → a')
})

/** What is wrong, the header, the SELECT, the message, a part of the hint. */
const untraced: readonly (readonly [string, string, string, string, string])[] = [
  [
    'a limit',
    'kind: incremental\ntime: event_time\ngrain: day',
    'SELECT event_time, price\nFROM events\nLIMIT 10',
    'models/m.sql:',
    'kind: table',
  ],
  [
    'the clock',
    'kind: incremental\ntime: event_time\ngrain: day',
    'SELECT event_time, price\nFROM events\nWHERE event_time < now()',
    'models/m.sql:8:20: this cannot be computed interval by interval: ',
    'kind: table',
  ],
  [
    'a running total',
    'kind: incremental\ntime: event_time\ngrain: day',
    'SELECT event_time,\n  sum(price) OVER (ORDER BY event_time) AS total\nFROM events',
    'models/m.sql:7:',
    '',
  ],
  [
    'a key that is worked out of all rows',
    'kind: merge\nkey: [n]',
    'SELECT count(*) AS n\nFROM events',
    'key by key',
    '',
  ],
]

test.each(untraced)('a model that cannot be computed in parts is refused at its place: %s', async (_, ...given) => {
  const [header, select, message, hint] = given
  const error = await errorOf(models({ 'models/m.sql': `/*\n${header}\n*/\n${select}` }))
  expect([error.code, error.message]).toEqual(['MODEL_NOT_TRACED', expect.stringContaining(message)])
  expect(error.hint).toContain(hint)
})

test('a name is that of one thing', async () => {
  const stream = await errorOf(models({ 'models/sub/events.sql': 'SELECT 1 AS a' }))
  expect([stream.code, stream.message]).toEqual([
    'MODEL_NAME_TAKEN',
    'models/sub/events.sql: a stream has the name `events` already',
  ])
  const external = await errorOf(models({ 'models/prices.sql': 'SELECT 1 AS a' }))
  expect(external.message).toContain('an external table has the name')
  const model = await errorOf(models({ 'models/a.sql': 'SELECT 1 AS a', 'models/x/a.sql': 'SELECT 1 AS a' }))
  expect(model.message).toBe('models/x/a.sql: models/a.sql has the name `a` already')
})

const files: readonly (readonly [string, string, string | Uint8Array, string])[] = [
  [
    'a name with capitals',
    'models/ByDay.sql',
    'SELECT 1 AS a',
    'models/ByDay.sql: `ByDay`: a name is lower-case letters',
  ],
  ['a reserved name', 'models/millrace.sql', 'SELECT 1 AS a', '`millrace` is reserved'],
  ['the word of a selection', 'models/changed.sql', 'SELECT 1 AS a', '`changed` is a word of --select'],
  ['bytes that are no UTF-8', 'models/m.sql', Buffer.from([0x53, 0xff]), 'models/m.sql: it is not UTF-8'],
  ['too many bytes', 'models/m.sql', ' '.repeat(1_000_001), 'it has 1000001 bytes'],
  ['too many folders', `models/${'d/'.repeat(17)}m.sql`, 'SELECT 1 AS a', 'more than 16 deep'],
]

test.each(files)('a file with %s is refused', async (_, path, text, message) => {
  const error = await errorOf(models({ [path]: text }))
  expect([error.code, error.message]).toEqual(['MODEL_FILE_REFUSED', expect.stringContaining(message)])
})

test('links that lead out of the project, nowhere, or in a circle are refused; others are followed', async () => {
  const outside = await modelFolder({ 'm.sql': 'SELECT 1 AS a' })
  const linked = async (target: string, path: string) => {
    const dir = await modelFolder({ 'shared/m.sql': 'SELECT 1 AS a' })
    mkdirSync(join(dir, 'models'), { recursive: true })
    symlinkSync(target, join(dir, path))
    return dir
  }
  const refused = async (target: string, path: string) => (await errorOf(bound(await linked(target, path)))).message
  expect(await refused(join(outside, 'm.sql'), 'models/m.sql')).toContain('leads out of the project')
  expect(await refused(outside, 'models/all')).toContain('leads out of the project')
  expect(await refused('nowhere.sql', 'models/m.sql')).toContain('leads nowhere')
  expect(await refused('m.sql', 'models/m.sql')).toContain('leads nowhere')
  expect(await refused('.', 'models/again')).toContain('lead back into themselves')
  const { order } = await bound(await linked('../shared', 'models/shared'))
  expect(order.map(({ file }) => file)).toEqual(['models/shared/m.sql'])
})

test('too many files are refused', async () => {
  const dir = await modelFolder({})
  mkdirSync(join(dir, 'models'))
  for (let n = 0; n <= 2000; n++) writeFileSync(join(dir, `models/m${n}.sql`), 'SELECT 1 AS a')
  expect((await errorOf(bound(dir))).message).toBe('models: it holds more than 2000 files')
})

test('an external table that is not there is told where it is read, and only there', async () => {
  expect((await models({ 'models/a.sql': 'SELECT 1 AS a' })).order).toHaveLength(1)
  const error = await errorOf(models({ 'models/a.sql': 'SELECT * FROM prices' }))
  expect(error.code).toBe('EXTERNAL_NOT_FOUND')
})
