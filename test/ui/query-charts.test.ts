import { expect, test } from 'vitest'
import { tilesOf } from '../../src/dashboards/dashboard.ts'
import { parseDashboard } from '../../src/dashboards/parse.ts'
import { choicesOf, showOf } from '../../ui/src/pages/query/chart-choice.ts'
import { querySearch } from '../../ui/src/pages/query/search.ts'
import { tileText } from '../../ui/src/pages/query/tile-text.ts'

const day = { name: 'day', type: 'DATE' }
const kind = { name: 'kind', type: 'VARCHAR' }
const n = { name: 'n', type: 'BIGINT' }
const days = [
  ['2026-01-05', 'view', '1'],
  ['2026-01-06', 'cart', '2'],
]
const grouped = 'SELECT kind, count(*) AS n FROM events GROUP BY kind'

test('rows are offered as the charts that they fit, the most telling first', () => {
  const shows = (...given: Parameters<typeof choicesOf>) => choicesOf(...given).map(({ show }) => show)
  expect(shows({ columns: [n], rows: [['7']] })).toEqual(['number'])
  expect(shows({ columns: [day, kind, n], rows: days })).toEqual(['line', 'area', 'bar'])
  expect(choicesOf({ columns: [day, kind, n], rows: days })[0]?.options).toEqual({ x: 'day', y: ['n'], series: 'kind' })
  const kinds = [
    ['view', '1'],
    ['cart', '2'],
  ]
  expect(shows({ columns: [kind, n], rows: kinds })).toEqual(['bar', 'pie'])
  // slices of one name twice would be no shares
  expect(shows({ columns: [kind, n], rows: [...kinds, ['view', '3']] })).toEqual(['bar'])
  const many = Array.from({ length: 200 }, (_, at) => [`k${at}`, '1'])
  expect(shows({ columns: [kind, n], rows: many })).toEqual([])
  expect(shows({ columns: [kind], rows: [['view']] })).toEqual([])
  expect(shows({ columns: [kind, n], rows: [] })).toEqual([])
})

test('what a chart would leave out, or add up with what it is no sum with, is a table at first', () => {
  const sum = { name: 'revenue', type: 'DECIMAL(38,2)' }
  const brand = { name: 'brand', type: 'VARCHAR' }
  const [bars] = choicesOf({ columns: [kind, brand, n, sum], rows: [['view', 'acer', '1', '9.50']] })
  expect(bars).toMatchObject({ show: 'bar', options: { x: 'kind', y: ['n'], series: 'brand' }, isWhole: false })
  expect(showOf(undefined, grouped, bars ? [bars] : [])).toBe('table')
  expect(showOf('bar', grouped, bars ? [bars] : [])).toBe('bar')
  const lines = choicesOf({ columns: [day, n, sum], rows: [...days, ...days].map(([at]) => [at, '1', '2.00']) })
  expect(lines.map(({ show, options }) => [show, options['y']])).toEqual([
    ['line', ['n', 'revenue']],
    ['area', ['n']],
    ['bar', ['n']],
  ])
  expect(showOf(undefined, grouped, lines)).toBe('line')
})

test('what was put together is a chart at first, other rows are rows, and what was chosen stays if it fits', () => {
  const choices = choicesOf({ columns: [kind, n], rows: [['view', '1']] })
  expect(showOf(undefined, grouped, choices)).toBe('bar')
  expect(showOf(undefined, 'SELECT kind, n FROM counts', choices)).toBe('table')
  expect(showOf('pie', grouped, choices)).toBe('pie')
  expect(showOf('table', grouped, choices)).toBe('table')
  expect(showOf('line', grouped, choices)).toBe('bar')
  expect(querySearch({ sql: grouped, show: 'pie' })).toEqual({ sql: grouped, show: 'pie' })
  expect(querySearch({ sql: grouped, show: 'heap' })).toEqual({ sql: grouped })
})

test.each([
  ['a chart', grouped, choicesOf({ columns: [kind, n], rows: [['view', '1']] })[0]],
  ['a table', '\n  SELECT *\n\tFROM events\n\n  WHERE kind = \'on: it\' -- "so"\n;\n', undefined],
  [
    'columns that YAML would read otherwise',
    'SELECT 1',
    choicesOf({
      columns: [
        { name: 'on', type: 'VARCHAR' },
        { name: '1: "x"', type: 'DOUBLE' },
      ],
      rows: [['a', 1]],
    })[0],
  ],
])('what is kept is a tile of a dashboard: %s', (_, sql, choice) => {
  const text = tileText(sql, choice)
  const indented = text.replaceAll(/^(?=.)/gm, '      ')
  const dashboard = parseDashboard('kept', 'kept.yaml', `title: Kept\ntabs:\n  - title: All\n    tiles:\n${indented}`)
  expect(dashboard.fault).toBeUndefined()
  const [tile, more] = tilesOf(dashboard)
  expect(more).toBeUndefined()
  expect(tile?.fault).toBeUndefined()
  expect(tile?.chart).toBe(choice?.show ?? 'table')
  expect(tile?.options).toEqual(choice?.options ?? {})
  const words = (of: string) =>
    of
      .replace(/[\s;]+$/, '')
      .split(/\s+/)
      .filter(Boolean)
  expect(words(tile?.sql ?? '')).toEqual(words(sql))
})
