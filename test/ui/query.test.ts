import { expect, test } from 'vitest'
import type { TableView } from '../../src/api/tables.ts'
import { ApiError } from '../../ui/src/data/api.ts'
import { offeredTables, offersAnywhere } from '../../ui/src/pages/query/completion.ts'
import { csvOf, ndjsonOf } from '../../ui/src/pages/query/files.ts'
import { type Asked, parseHistory, withAsked } from '../../ui/src/pages/query/history.ts'
import { markedBy, rangeOf } from '../../ui/src/pages/query/mark.ts'
import { elapsedText, positionText } from '../../ui/src/pages/query/position.ts'
import { addressOf, querySearch } from '../../ui/src/pages/query/search.ts'
import { startOf } from '../../ui/src/pages/query/start.ts'
import { orderedRows } from '../../ui/src/parts/exact-order.ts'
import { partInSight, widthOf } from '../../ui/src/parts/window.ts'

const typed = (...types: readonly string[]) => types.map((type, at) => ({ name: `c${at}`, type }))

test('figures are sorted by all their digits, texts as people read them, and NULL stands last either way', () => {
  const figures = ['9007199254740993', null, '-0.10', '9007199254740992', '-0.1000001', '0'].map((each) => [each])
  const sorted = (way: 'up' | 'down') => orderedRows(figures, typed('bigint'), { by: '0', way }).flat()
  expect(sorted('up')).toEqual(['-0.1000001', '-0.10', '0', '9007199254740992', '9007199254740993', null])
  expect(sorted('down')).toEqual(['9007199254740993', '9007199254740992', '0', '-0.10', '-0.1000001', null])
  const texts = [['item 10'], ['item 9'], [null]]
  expect(orderedRows(texts, typed('varchar'), { by: '0', way: 'up' }).flat()).toEqual(['item 9', 'item 10', null])
  expect(orderedRows([['NaN'], [1]], typed('double'), { by: '0', way: 'up' }).flat()).toEqual([1, 'NaN'])
  expect(orderedRows(texts, typed('varchar'), undefined)).toBe(texts)
})

test('no field of a CSV is a formula to a spreadsheet, and figures stay figures', () => {
  const columns = [
    { name: '=name', type: 'varchar' },
    { name: 'n', type: 'bigint' },
  ]
  const rows = [
    ['=HYPERLINK("http://x")', '-9007199254740993'],
    ['+1', null],
    ['@SUM(A1)', '0'],
    ['-2', '1'],
    ['\tx', '2'],
    ['', '3'],
    ['a "b", c', '4'],
    [null, 'Infinity'],
  ]
  expect(csvOf({ columns, rows }).split('\r\n')).toEqual([
    "'=name,n",
    '"\'=HYPERLINK(""http://x"")",-9007199254740993',
    "'+1,",
    "'@SUM(A1),0",
    "'-2,1",
    "'\tx,2",
    '"",3',
    '"a ""b"", c",4',
    ',Infinity',
    '',
  ])
})

test('NDJSON has every digit, and two columns of one name', () => {
  const columns = [
    { name: 'n', type: 'bigint' },
    { name: 'n', type: 'varchar' },
    { name: 'parts', type: 'struct(a bigint)' },
  ]
  const rows = [
    ['9007199254740993', '12', { a: '1' }],
    [null, null, null],
  ]
  expect(ndjsonOf({ columns, rows })).toBe(
    '{"n":9007199254740993,"n_1":"12","parts":{"a":"1"}}\n{"n":null,"n_1":null,"parts":null}\n',
  )
})

test('a history is bounded, knows a question once, and survives whatever a browser has kept', () => {
  const asked = (sql: string): Asked => ({ sql, atMs: 1, end: 'answered', rows: 1, elapsedMs: 2 })
  let history: readonly Asked[] = []
  for (let n = 0; n < 60; n++) history = withAsked(history, asked(`SELECT ${n}`))
  expect([history.length, history[0]?.sql]).toEqual([50, 'SELECT 59'])
  expect(
    withAsked(history, asked(' SELECT 30 '))
      .map(({ sql }) => sql.trim())
      .indexOf('SELECT 30', 1),
  ).toBe(-1)
  expect(withAsked([], asked('x'.repeat(20_001)))).toEqual([])
  expect(parseHistory(JSON.stringify(history))).toEqual(history)
  expect(['', '{', '7', '[1, {"sql": 2}, {"sql": "x", "atMs": 1, "end": "<x>"}]', null].map(parseHistory)).toEqual([
    [],
    [],
    [],
    [],
    [],
  ])
})

test('what is wrong is marked at its word, counted in characters, as long as the text is the one that was refused', () => {
  expect(rangeOf('SELECT\n  prise FROM t', { line: 2, column: 3 })).toEqual({ from: 9, to: 14 })
  expect(rangeOf("SELECT '🦆', prise", { line: 1, column: 13 })).toEqual({ from: 13, to: 18 })
  expect(rangeOf('SELECT (', { line: 1, column: 9 })).toEqual({ from: 7, to: 8 })
  expect(rangeOf('', { line: 3, column: 9 })).toEqual({ from: 0, to: 0 })
  const error = new ApiError(400, {
    code: 'SQL_INVALID',
    message: 'line 1, column 8: there is no `prise`\nSELECT prise\n       ^',
    hint: '',
    place: { line: 1, column: 8 },
  })
  const run = { state: 'refused', sql: 'SELECT prise', error }
  expect(markedBy(run, 'SELECT prise')).toEqual({
    place: { line: 1, column: 8 },
    message: 'there is no `prise`',
  })
  expect(markedBy(run, 'SELECT price')).toBe(undefined)
  expect(markedBy({ ...run, state: 'running' }, 'SELECT prise')).toBe(undefined)
})

test('names are offered as they have to be written', () => {
  const column = (name: string, pii = false) => ({ name, type: 'varchar', nullable: true, pii })
  const tables = [
    { name: 'events', kind: 'stream', columns: [column('id'), column('Odd "name"', true)] },
    { name: 'other', kind: 'table', columns: [column('never')] },
  ] as unknown as readonly TableView[]
  expect(offeredTables(tables)['events']).toEqual({
    self: { label: 'events', type: 'class', detail: 'stream' },
    children: [
      { label: 'id', type: 'property', detail: 'varchar' },
      { label: 'Odd "name"', type: 'property', detail: 'varchar, personal', apply: '"Odd ""name"""' },
    ],
  })
  const anywhere = offersAnywhere('SELECT i FROM EVENTS', tables).map(({ label }) => label)
  expect(anywhere).toEqual(expect.arrayContaining(['id', 'Odd "name"', 'sum']))
  expect(anywhere).not.toContain('never')
})

test('only rows in sight are drawn, and a column is as wide as what it holds, within reason', () => {
  expect(partInSight({ scrollTop: 0, clientHeight: 300 }, 30, 10_000)).toEqual({ from: 0, to: 30 })
  expect(partInSight({ scrollTop: 30_000, clientHeight: 300 }, 30, 10_000)).toEqual({ from: 980, to: 1030 })
  expect(partInSight({ scrollTop: 30_000, clientHeight: 300 }, 30, 3)).toEqual({ from: 2, to: 3 })
  expect([widthOf(['id', 'bigint'], ['1']), widthOf(['x'], ['y'.repeat(500)])]).toEqual([11, 47])
})

test('an address holds a question that others can read; one that is too long stays here', () => {
  expect(querySearch({ sql: 'SELECT 1' })).toEqual({ sql: 'SELECT 1' })
  expect([querySearch({ sql: 7 }), querySearch({ sql: ' ' }), querySearch({})]).toEqual([{}, {}, {}])
  expect([addressOf('SELECT 1'), addressOf('é'.repeat(1001))]).toEqual([{ sql: 'SELECT 1' }, {}])
})

test('the page begins with the link, else the last question, else one that can be asked', () => {
  const tables = [{ name: 'events', kind: 'stream' as const, columns: [] as TableView['columns'] }]
  const start = (linked?: string, last?: string) => startOf({ linked, last, tables })
  expect([start('SELECT 1', 'SELECT 2'), start(undefined, 'SELECT 2'), start()]).toEqual(['SELECT 1', 'SELECT 2', ''])
  const columns = [{ name: 'id', type: 'varchar', nullable: true, pii: false }]
  expect(startOf({ linked: undefined, last: undefined, tables: [{ name: 'e', kind: 'stream', columns }] })).toBe(
    'SELECT id\nFROM e\nLIMIT 100',
  )
})

test('an answer says how long it took and what it was read from', () => {
  expect([elapsedText(3.4), elapsedText(1234)]).toEqual(['3 ms', '1.23 s'])
  expect(positionText({ versions: { b: 3, a: 1200 }, offsets: { b: 17n }, behind: {} })).toBe(
    'a version 1,200 · b version 3, all before offset 17',
  )
})
