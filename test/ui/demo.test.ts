import { expect, test } from 'vitest'
import { newestPurchase } from '../../ui/src/pages/demo/came.ts'
import { delayText, middleDelay } from '../../ui/src/pages/demo/delays.ts'

test('the delay is that of the event in the middle of those that are new', () => {
  const event = (offset: string, ms: number) => ({ offset, received_at: new Date(ms).toISOString(), event: '{}' })
  const told = { events: [event('1', 0), event('2', 9_700), event('3', 9_800), event('4', 9_990)], next: '5' }
  expect(middleDelay(told, 2n, 10_000)).toBe(200)
  expect(middleDelay(told, 5n, 10_000)).toBeUndefined()
  // clocks that differ make nothing negative
  expect(middleDelay(told, 4n, 9_000)).toBe(0)
  expect([delayText(8.4), delayText(420), delayText(2100)]).toEqual(['8 ms', '0.4 s', '2.1 s'])
})

test('a purchase of whoever looks is known by its session, whoever sent it, and is told once', () => {
  const event = (offset: string, own: object) => ({ offset, received_at: '', event: JSON.stringify(own) })
  const events = [
    event('3', { event_id: 'A-1', user_session: 'you' }),
    event('4', { event_id: 'b', user_session: 'other', brand: 'you' }),
  ]
  expect(newestPurchase({ events: events.slice(0, 1) }, 0n)).toEqual({ stream: 'events', id: 'a-1', offset: '3' })
  expect(newestPurchase({ events }, 4n)).toBeUndefined()
})
