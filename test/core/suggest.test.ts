import { expect, test } from 'vitest'
import { suggest } from '../../src/core/suggest.ts'

test('the nearest name is proposed, or all of them', () => {
  expect(suggest('evnets', ['events', 'customers'])).toBe('did you mean `events`?')
  expect(suggest('Events', ['events'])).toBe('did you mean `events`?')
  expect(suggest('orders', ['events', 'customers'])).toBe('there are events, customers')
  expect(suggest('orders', [])).toBe('there are none')
})
