import { expect, test } from 'vitest'
import { refusal } from '../../src/contract/check-event/reasons.ts'
import { columnOf } from './harness.ts'

test.each([
  ['2026-02-30T10:00:00Z', 'is a date or time that does not exist'],
  ['2026-13-45 10:00:00', 'is a date or time that does not exist'],
  ['2020-03-08 02:30:00', 'does not exist in America/New_York, whose clocks skip it'],
])('of an event’s time %s it is said that it %s', (text, reason) => {
  expect(refusal(columnOf('at', 'timestamptz'), text, 'America/New_York')).toBe(`'${text}' ${reason} (timestamptz)`)
})
