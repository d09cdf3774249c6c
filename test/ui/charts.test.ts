import { expect, test } from 'vitest'
import type { TileView } from '../../src/api/dashboards.ts'
import { enlarged } from '../../ui/src/charts/enlarged.ts'
import { found } from '../../ui/src/charts/found.ts'
import { markOf } from '../../ui/src/charts/marked.ts'

const columns = [
  { name: 'hour', type: 'timestamptz' },
  { name: 'kind', type: 'varchar' },
  { name: 'n', type: 'bigint' },
]
const rows = [
  ['2026-01-05T16:00:00Z', 'view', '3'],
  ['2026-01-05T16:00:00Z', null, '2'],
  ['2026-01-05T17:00:00Z', 'view', '1'],
]
const data = { columns, rows }
type Marked = Pick<TileView, 'chart' | 'options' | 'marks'>
const zone = 'America/Hermosillo'

test('what is pressed in a line is the row of its time and its series, whichever zone the axis tells', () => {
  const line: Marked = { chart: 'line', options: { x: 'hour', y: ['n'], series: 'kind' }, marks: ['hour', 'kind'] }
  const at = (hour: number) => Date.UTC(2026, 0, 5, hour)
  expect(markOf(line, data, { seriesName: 'view', value: [at(10), 1] }, zone)).toEqual({
    hour: rows[2]?.[0],
    kind: 'view',
  })
  expect(markOf(line, data, { seriesName: '(none)', value: [at(9), 2] }, zone)).toEqual({
    hour: rows[0]?.[0],
    kind: null,
  })
  expect(markOf(line, data, { seriesName: 'cart', value: [at(9), 2] }, zone)).toBe(undefined)
})

test('bars that lie have their place second, and those of several columns a series with a comma', () => {
  const bar: Marked = { chart: 'bar', options: { horizontal: true }, marks: ['kind'] }
  expect(markOf(bar, data, { seriesName: 'N', value: [3, 'view'] }, zone)).toEqual({ kind: 'view' })
  const two: Marked = { chart: 'bar', options: { y: ['n', 'm'] }, marks: ['n', 'kind'] }
  expect(markOf(two, data, { seriesName: 'view, N', value: ['1', 7] }, zone)).toEqual({ n: '1', kind: 'view' })
})

test('a rectangle of a treemap is its path as far as it goes, a slice its name; the rest is no mark', () => {
  const tree: Marked = { chart: 'treemap', options: {}, marks: ['kind', 'n'] }
  expect(markOf(tree, data, { path: ['view'] }, zone)).toEqual({ kind: 'view' })
  expect(markOf(tree, data, { path: ['view', '1'] }, zone)).toEqual({ kind: 'view', n: '1' })
  expect(markOf(tree, data, { path: [] }, zone)).toBe(undefined)
  const pie: Marked = { chart: 'pie', options: {}, marks: ['kind'] }
  expect(markOf(pie, data, { name: '(none)' }, zone)).toEqual({ kind: null })
  expect(markOf(pie, data, { name: '3 others' }, zone)).toBe(undefined)
})

test('on a wall lengths grow, and data, shares and counts stay', () => {
  const option = {
    grid: { top: 32, left: 4 },
    legend: { top: 0, textStyle: { fontSize: 12 } },
    series: [{ type: 'pie', radius: ['46%', '74%'], data: [{ value: 7, length: 5 }], label: { fontSize: 12 } }],
    yAxis: { splitNumber: 4, axisLabel: { width: 110 } },
  }
  expect(enlarged(option, 1)).toBe(option)
  expect(enlarged(option, 1.5)).toEqual({
    grid: { top: 48, left: 4 },
    legend: { top: 0, textStyle: { fontSize: 18 } },
    series: [{ type: 'pie', radius: ['46%', '74%'], data: [{ value: 7, length: 5 }], label: { fontSize: 18 } }],
    yAxis: { splitNumber: 4, axisLabel: { width: 165 } },
  })
})

test('rows of a table are found by every word, in any of their columns, and keep their place', () => {
  const shown = {
    texts: [
      ['Ann', '$3.00'],
      ['Bob', '$30.00'],
    ],
    values: [
      ['Ann', 3],
      ['Bob', 30],
    ],
  }
  expect(found(shown, '$30 bob').map(({ at }) => at)).toEqual([1])
  expect(found(shown, ' ').map(({ values }) => values[1])).toEqual([3, 30])
  expect(found(shown, 'carl')).toEqual([])
})
