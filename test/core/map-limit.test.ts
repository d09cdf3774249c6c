import { expect, test } from 'vitest'
import { mapLimit } from '../../src/core/map-limit.ts'

test('at most `limit` run at once, and results keep the order of the items', async () => {
  let running = 0
  let most = 0
  const results = await mapLimit([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, ++running)
    for (let turn = 0; turn < item; turn++) await Promise.resolve()
    running--
    return item * 10
  })
  expect(results).toEqual([50, 10, 40, 20, 30])
  expect(most).toBe(2)
})

test('a failure starts nothing more and is thrown when what runs has ended', async () => {
  const started: number[] = []
  const work = mapLimit([1, 2, 3, 4], 2, async (item) => {
    started.push(item)
    await Promise.resolve()
    if (item === 1) throw new Error('first')
  })
  await expect(work).rejects.toThrow('first')
  expect(started).toEqual([1, 2])
})
