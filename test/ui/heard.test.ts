import { expect, test } from 'vitest'
import { heardAlso, movedBetween, nothingHeard, phaseOf, type Told } from '../../ui/src/data/changes/heard.ts'

const advanced = (
  tables: Record<string, number>,
  streams: Record<string, string> = {},
  failing: Record<string, string | null> = {},
): Told => ({
  event: 'advanced',
  data: { tables, streams, failing },
})
const after = (...told: readonly Told[]) =>
  told.reduce((heard, each, second) => heardAlso(heard, each, second * 1000), nothingHeard(0))

test('what has moved is added to what was known; a new connection tells all there is', () => {
  const first = after(advanced({ a: 1, b: 1 }, { a: '5' }))
  const moved = heardAlso(first, advanced({ b: 2 }), 1000)
  expect(moved).toMatchObject({ tables: { a: 1, b: 2 }, streams: { a: '5' }, lastMs: 1000, open: true })
  expect(movedBetween(first, moved)).toEqual(['b'])
  expect(movedBetween(moved, heardAlso(moved, { event: 'alive' }, 2000))).toEqual([])
  expect(movedBetween(moved, heardAlso(moved, advanced({}, { a: '6' }), 2000))).toEqual(['a'])
  const failing = heardAlso(moved, advanced({}, {}, { daily: '2026-01-05T09:00:00.000Z' }), 2000)
  expect(movedBetween(moved, failing)).toEqual(['daily'])
  expect(movedBetween(failing, heardAlso(failing, advanced({}, {}, { daily: null }), 3000))).toEqual(['daily'])

  const lost = heardAlso(moved, { event: 'lost' }, 3000)
  expect(movedBetween(moved, lost)).toEqual([])
  const again = heardAlso(lost, advanced({ b: 2 }), 4000)
  expect(again.tables).toEqual({ b: 2 })
  expect(movedBetween(lost, again)).toBe('all')
})

test('that something is told of runs is news, and moves no table', () => {
  const first = after(advanced({ a: 1 }))
  const told = heardAlso(first, { event: 'runs' }, 1000)
  expect([told.runs, movedBetween(first, told), told.lastMs]).toEqual([first.runs + 1, [], 1000])
})

test('a rate is of the connection that told it', () => {
  const rate = { received: 9, accepted: 9, duplicates: 0, rejected: 0 }
  const told = after(advanced({}), { event: 'rates', data: { streams: { a: rate } } })
  expect(told.rates).toEqual({ a: rate })
  expect(heardAlso(told, { event: 'lost' }, 9000).rates).toEqual({})
})

test('a page is live while the server is heard, and never for longer than ten seconds of silence', () => {
  const begun = nothingHeard(0)
  expect([phaseOf(begun, 2_999), phaseOf(begun, 3_000)]).toEqual(['connecting', 'stale'])
  const live = heardAlso(begun, advanced({}), 1_000)
  expect([phaseOf(live, 1_000), phaseOf(live, 10_999), phaseOf(live, 11_000)]).toEqual(['live', 'live', 'stale'])
  const lost = heardAlso(live, { event: 'lost' }, 2_000)
  expect([phaseOf(lost, 3_999), phaseOf(lost, 4_000)]).toEqual(['reconnecting', 'stale'])
  expect(phaseOf(heardAlso(lost, { event: 'alive' }, 60_000), 60_000)).toBe('live')
})
