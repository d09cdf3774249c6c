import { expect, test } from 'vitest'
import type { Metadata } from '../../../src/lake/actions.ts'
import { durationOf } from '../../../src/lake/log/retention.ts'

const hour = 3_600_000
const of = (text?: string) =>
  durationOf({ configuration: text === undefined ? {} : { key: text } } as Metadata, 'key', 7)

test.each([
  ['interval 30 days', 720 * hour],
  ['interval 1 week', 168 * hour],
  ['INTERVAL 1 Day 12 hours', 36 * hour],
  ['90 minutes', 1.5 * hour],
  ['interval 0 hours', 0],
])('%s', (text, wanted) => {
  expect(of(text)).toBe(wanted)
})

test('what is not set is the default, and what cannot be read keeps everything', () => {
  expect(of()).toBe(7)
  for (const text of ['', 'interval', 'interval 1', '1 month', 'interval 1 day 2', '-1 days', '1.5 days', 'days 1'])
    expect(of(text), text).toBeGreaterThan(90 * 365 * 24 * hour)
})
