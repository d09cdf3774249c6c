import { expect, test } from 'vitest'
import { Turns } from '../../src/core/turns.ts'

test('work is done in the order of the calls, and a failure is its caller’s alone', async () => {
  const turns = new Turns()
  const done: number[] = []
  const slow = Promise.withResolvers<void>()
  const first = turns.run(async () => {
    await slow.promise
    done.push(1)
    throw new Error('first')
  })
  const second = turns.run(async () => done.push(2))
  const ended = turns.ended().then(() => done.push(3))
  slow.resolve()
  await expect(first).rejects.toThrow('first')
  expect(await second).toBe(2)
  await ended
  expect(done).toEqual([1, 2, 3])
})
