import { expect, test } from 'vitest'
import { commitQueue } from '../../src/lake/queue.ts'

test('one at a time and in order a table, upkeep last, tables beside each other', async () => {
  const queue = commitQueue()
  const seen: string[] = []
  const release: (() => void)[] = []
  const step = (name: string) => async () => {
    seen.push(`${name}+`)
    await new Promise<void>((resolve) => release.push(resolve))
    seen.push(`${name}-`)
    return name
  }
  const all = [
    queue.run('t', step('first')),
    queue.run('t', step('optimize'), 'upkeep'),
    queue.run('t', step('second')),
    queue.run('u', step('other')),
    queue.run('t', step('third')),
  ]
  for (let turn = 0; turn < 5; turn++) {
    while (release.length === 0) await Promise.resolve()
    release.shift()?.()
    for (let wait = 0; wait < 20; wait++) await Promise.resolve()
  }
  expect((await Promise.all(all)).join()).toBe('first,optimize,second,other,third')
  expect(seen.filter((step) => !step.startsWith('other'))).toEqual([
    'first+',
    'first-',
    'second+',
    'second-',
    'third+',
    'third-',
    'optimize+',
    'optimize-',
  ])
  expect(seen.indexOf('other+')).toBe(1)
})

test('a failure lets the next one in', async () => {
  const queue = commitQueue()
  const failing = queue.run('t', () => Promise.reject(new Error('no')))
  const next = queue.run('t', async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
