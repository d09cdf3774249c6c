import { expect, test } from 'vitest'
import { type Period, parsePeriod, presets, resolvePeriod, startOf } from '../../src/dashboards/period.ts'

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

test('a period that goes on is of whole hours, days or months, the one that is now the last of them', () => {
  expect(spans('last 24 hours')).toEqual([
    ['2026-11-21T03:00', '2026-11-22T02:34'],
    ['2026-11-20T03:00', '2026-11-21T02:34'],
    'hour',
  ])
  expect(spans('last 7 days')).toEqual([
    ['2026-11-15T07:00', '2026-11-22T02:34'],
    ['2026-11-08T07:00', '2026-11-15T02:34'],
    'hour',
  ])
  expect(spans('last 30 days')?.[0]).toEqual(['2026-10-23T07:00', '2026-11-22T02:34'])
  expect(spans('last 4 weeks')?.[0]).toEqual(['2026-10-25T07:00', '2026-11-22T02:34'])
  expect(spans('last 12 months')?.slice(0, 2)).toEqual([
    ['2025-12-01T07:00', '2026-11-22T02:34'],
    ['2024-12-01T07:00', '2025-11-22T02:34'],
  ])
  // one of a unit is of the finer steps: not what happens to be over of it
  expect(spans('last hour')?.[0]).toEqual(['2026-11-22T01:34', '2026-11-22T02:34'])
  expect(spans('last 1 day')?.[0]).toEqual(['2026-11-21T03:00', '2026-11-22T02:34'])
  expect(spans('last 1 month')?.[0]).toEqual(['2026-10-22T07:00', '2026-11-22T02:34'])
  expect(spans('last 1 year')?.[0]).toEqual(['2025-12-01T07:00', '2026-11-22T02:34'])
})

test('no step of the grain of a period that goes on is cut at its start, at any time of a year with changes of the clocks', () => {
  const periods = [
    'last hour',
    'last 7 hours',
    'last 24 hours',
    'last 200 hours',
    'last day',
    'last 2 days',
    'last 9 days',
  ]
  for (const where of ['Europe/Berlin', 'Asia/Kolkata', zone]) {
    for (const text of [...periods, 'last 2 weeks', 'last 3 months', 'last 3 years', 'last 90 minutes']) {
      for (let at = Date.parse('2026-01-01T00:00:00Z'); at < Date.parse('2027-01-01T00:00:00Z'); at += 61 * 7_919_000) {
        const { span, previous, grain } = resolvePeriod(parsePeriod(text) as Period, at, where)
        if (!span || !previous) throw new Error('it has a span')
        expect(startOf(span.startMs, grain, where), `${text} at ${new Date(at).toISOString()}`).toBe(span.startMs)
        expect(previous.endMs - previous.startMs).toBeLessThanOrEqual(span.endMs - span.startMs)
        expect(previous.endMs).toBeLessThanOrEqual(span.startMs)
      }
    }
  }
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
