import { expect, test } from 'vitest'
import { readAhead } from '../../src/core/read-ahead.ts'

async function* told(to: string[], count: number, end?: Error): AsyncGenerator<number> {
  try {
    for (let item = 0; item < count; item++) {
      to.push(`given ${item}`)
      yield item
    }
    if (end) throw end
  } finally {
    to.push('closed')
  }
}

test('the next item is asked for before one is looked at', async () => {
  const events: string[] = []
  for await (const item of readAhead(told(events, 3))) events.push(`seen ${item}`)
  expect(events).toEqual(['given 0', 'given 1', 'seen 0', 'given 2', 'seen 1', 'closed', 'seen 2'])
})

test('an error comes after the items before it', async () => {
  const seen: number[] = []
  const read = async (): Promise<void> => {
    for await (const item of readAhead(told([], 2, new Error('broken')))) seen.push(item)
  }
  await expect(read()).rejects.toThrow('broken')
  expect(seen).toEqual([0, 1])
})

test('who stops early closes the source, whatever its next item was', async () => {
  const events: string[] = []
  for await (const _ of readAhead(told(events, 1, new Error('not looked at')))) break
  expect(events).toEqual(['given 0', 'closed'])
})
