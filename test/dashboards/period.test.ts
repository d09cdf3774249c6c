import { expect, test } from 'vitest'
import { parsePeriod, presets, resolvePeriod } from '../../src/dashboards/period.ts'

const zone = 'America/Hermosillo'
const now = Date.parse('2026-11-22T02:33:47Z') // 19:33 of the 21st there

function spans(text: string, at = now, where = zone) {
  const period = parsePeriod(text)
  if (!period) return undefined
  const { span, previous, grain } = resolvePeriod(period, at, where)
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16)
  return [span && [iso(span.startMs), iso(span.endMs)], previous && [iso(previous.startMs), iso(previous.endMs)], grain]
}

test('a span that ends now ends with the minute, and is compared with as much before it', () => {
  expect(spans('last 15 minutes')).toEqual([
    ['2026-11-22T02:19', '2026-11-22T02:34'],
    ['2026-11-22T02:04', '2026-11-22T02:19'],
    'minute',
  ])
})

test('days are those of the zone, and today is compared with as much of yesterday', () => {
  expect(spans('today')).toEqual([
    ['2026-11-21T07:00', '2026-11-22T02:34'],
    ['2026-11-20T07:00', '2026-11-21T02:34'],
    'hour',
  ])
  expect(spans('this week')?.[0]).toEqual(['2026-11-16T07:00', '2026-11-22T02:34'])
  expect(spans('last month')?.slice(0, 2)).toEqual([
    ['2026-10-01T07:00', '2026-11-01T07:00'],
    ['2026-09-01T07:00', '2026-10-01T07:00'],
  ])
})

test('a day on which the clocks change is as long as it is', () => {
  expect(spans('yesterday', Date.parse('2026-03-30T12:00:00Z'), 'Europe/Berlin')?.[0]).toEqual([
    '2026-03-28T23:00',
    '2026-03-29T22:00',
  ])
})

test('a day at the end of a span is in it', () => {
  expect(spans('2026-11-01/2026-11-07')?.slice(0, 2)).toEqual([
    ['2026-11-01T07:00', '2026-11-08T07:00'],
    ['2026-10-25T07:00', '2026-11-01T07:00'],
  ])
  expect(spans('2026-11-01T10:00Z/2026-11-01T11:00Z')?.[0]).toEqual(['2026-11-01T10:00', '2026-11-01T11:00'])
  expect(spans('all time')).toEqual([undefined, undefined, 'day'])
})

test('every preset is a period, and what is none is told from it', () => {
  expect(presets.filter((each) => !parsePeriod(each))).toEqual([])
  for (const text of ['', 'last 0 days', 'last few days', '2026-11-07/2026-11-01', "x' OR TRUE", '2026-11-01'])
    expect(parsePeriod(text), text).toBeUndefined()
})
