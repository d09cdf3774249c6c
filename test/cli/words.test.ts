import { expect, test } from 'vitest'
import { duration, share, size, time, whole } from '../../src/cli/words.ts'

test('a time without a zone is UTC', () => {
  for (const text of ['2026-11-20T12:00:00Z', '2026-11-20 12:00', '2026-11-20T13:00:00+01:00'])
    expect(time(text)).toBe(Date.UTC(2026, 10, 20, 12))
  expect(time('2026-11-20')).toBe(Date.UTC(2026, 10, 20))
})

test('durations are written as people write them', () => {
  expect(['30 minutes', '12h', '7 days', '2w', '1.5 d'].map(duration)).toEqual([
    1_800_000, 43_200_000, 604_800_000, 1_209_600_000, 129_600_000,
  ])
})

test('a size has a unit, or is of bytes', () => {
  expect(['0', '12', '1.5 KB', '500MB', '2 GiB'].map(size)).toEqual([0, 12, 1536, 524_288_000, 2 ** 31])
})

test('a share is a percentage or a number up to 1', () => {
  expect(['10%', '0.1', '0', '100%'].map(share)).toEqual([0.1, 0.1, 0, 1])
})

test.each([
  [time, '20 Nov 2026'],
  [time, '12:00'],
  [whole, '-1'],
  [whole, '1.5'],
  [duration, '7'],
  [duration, 'a week'],
  [size, 'much'],
  [size, '-1'],
  [share, '10'],
  [share, ''],
])('%o refuses %s', (read, text) => {
  expect(() => read(text)).toThrow('write a')
})
