import { expect, test } from 'vitest'
import type { FilterView } from '../../src/api/dashboards.ts'
import { freshnessOf, movedOn, positionText } from '../../ui/src/pages/dashboards/freshness.ts'
import { foldedOf, rowsOf } from '../../ui/src/pages/dashboards/layout.ts'
import { listWords, offered } from '../../ui/src/pages/dashboards/offered.ts'
import { boundsOf, periodSteps, periodWords } from '../../ui/src/pages/dashboards/period-words.ts'
import { askedFilters, filterSearch, withFilter } from '../../ui/src/pages/dashboards/search.ts'

const filters: FilterView[] = [
  { type: 'period', name: 'period', title: 'Period', column: 'at', default: 'last 24 hours', presets: [] },
  { type: 'list', name: 'kind', title: 'Kind', column: 'kind', multiple: true, default: [] },
]

test('filters are read from the address as words, and what the dashboard does not know is not asked', () => {
  const search = filterSearch({ period: 'last 7 days', kind: ['view', 7, { no: 1 }], year: 2026, odd: {}, none: null })
  expect(search).toEqual({ period: 'last 7 days', kind: ['view', '7'], year: '2026' })
  expect(askedFilters({ filters }, search)).toEqual({ period: 'last 7 days', kind: ['view', '7'] })
  // a list of one may stand there as a word; a period is never a list
  expect(askedFilters({ filters }, { kind: 'view', period: ['today'] })).toEqual({ kind: ['view'] })
})

test('a filter that is set back is no more in the address, and the others stay', () => {
  const search = withFilter({ period: 'today' }, 'kind', ['cart'])
  expect(search).toEqual({ period: 'today', kind: ['cart'] })
  expect(withFilter(search, 'period', undefined)).toEqual({ kind: ['cart'] })
})

test('tiles are counted in rows as the browser sets them: the next that fits, and never back', () => {
  const tile = (width: number, height: number) => ({ chart: 'line', width, height })
  expect(rowsOf([])).toBe(0)
  expect(rowsOf([tile(3, 2), tile(3, 2), tile(6, 2)])).toBe(2)
  expect(rowsOf([tile(8, 4), tile(4, 2), tile(4, 2)])).toBe(4)
  expect(rowsOf([tile(8, 4), tile(4, 2), tile(12, 3)])).toBe(7)
  expect(rowsOf([tile(12, 1), tile(12, 1)])).toBe(2)
})

test('on a phone numbers stand in pairs, the first of an odd count alone', () => {
  const of = (...charts: readonly string[]) =>
    foldedOf(charts.map((chart) => ({ chart: chart.replace('broken ', ''), isBroken: chart.startsWith('broken') })))
  expect(of('number', 'number', 'line', 'number')).toEqual([1, 1, 2, 2])
  expect(of('number', 'number', 'number', 'pie')).toEqual([2, 1, 1, 2])
  expect(of('number', 'number', 'broken number', 'number')).toEqual([1, 1, 2, 2])
})

const heard = { tables: { events: 9, daily: 4 }, streams: { events: '12345678901234567890' } }

test('what is behind is told from offsets with all their digits, and from versions of what is no stream', () => {
  const at = (offset: string, version = 4) => ({ versions: { events: 1, daily: version }, offsets: { events: offset } })
  const reads = ['daily', 'events']
  expect(movedOn(at('12345678901234567889'), heard, reads)).toEqual(['events'])
  expect(movedOn(at('12345678901234567890'), heard, reads)).toEqual([])
  expect(movedOn(at('12345678901234567890', 3), heard, reads)).toEqual(['daily'])
  expect(movedOn(at('1', 3), heard, [])).toEqual([])
  expect(positionText(at('7'), reads)).toBe('events version 1\ndaily version 4\nevents up to offset 7')
})

test('nothing is called fresh that may not be: not behind what was heard, and not while nothing is heard', () => {
  const at = { phase: 'live', lastMs: 99_000, askedMs: 50_000, isBehind: false, nowMs: 100_000 } as const
  expect(freshnessOf(at)).toEqual({ text: 'now', tone: 'fresh' })
  expect(freshnessOf({ ...at, isBehind: true })).toEqual({ text: '50 s ago', tone: 'aging' })
  expect(freshnessOf({ ...at, isBehind: true, askedMs: 99_000 })).toEqual({ text: 'now', tone: 'fresh' })
  expect(freshnessOf({ ...at, phase: 'reconnecting' }).tone).toBe('aging')
  expect(freshnessOf({ ...at, phase: 'connecting', askedMs: 99_000 })).toEqual({ text: 'a moment ago', tone: 'aging' })
  const lost = freshnessOf({ ...at, phase: 'stale' })
  expect(lost.tone).toBe('lost')
  expect(lost.text).toMatch(/^last seen \d\d:\d\d:39$/)
  expect(freshnessOf({ ...at, phase: 'stale', isBehind: true }).text).toMatch(/:50$/)
})

test('a list offers what was chosen even where no row has it any more, and finds by every word', () => {
  const values = [
    { value: 'smart phones', rows: '3' },
    { value: 'phones', rows: '2' },
  ]
  expect(offered(values, ['gone'], '').map(({ value }) => value)).toEqual(['gone', 'smart phones', 'phones'])
  expect(offered(values, [], 'PHONE smart').map(({ value }) => value)).toEqual(['smart phones'])
  expect([[], ['a'], [''], ['a', 'b', 'c']].map(listWords)).toEqual(['All', 'a', '(empty)', 'a +2'])
})

test('a period is read in words, and its bounds by a field for times', () => {
  expect(periodWords('last 7 days')).toBe('Last 7 days')
  expect(['last 24 hours', 'last 7 days', 'last 12 months'].map(periodSteps)).toEqual([
    'This hour and the 23 before',
    'Today and the 6 before',
    'This month and the 11 before',
  ])
  expect(['last hour', 'last 6 hours', 'last 15 minutes', 'today', 'all time'].map(periodSteps)).toEqual(
    Array(5).fill(undefined),
  )
  expect(periodWords('2026-01-05T09:00/2026-01-06T10:30')).toBe('2026-01-05 09:00 – 2026-01-06 10:30')
  expect(boundsOf('2026-01-05/2026-01-06 10:30')).toEqual(['2026-01-05T00:00', '2026-01-06T10:30'])
  expect(boundsOf('today')).toEqual(['', ''])
})
