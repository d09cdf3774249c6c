import { expect, test } from 'vitest'
import { Pace } from '../../src/storage/pace.ts'

test('a disk is quick while one of its last sixteen writes was, and until there are so many', () => {
  const pace = new Pace()
  const slow = (writes: number): readonly boolean[] =>
    Array.from({ length: writes }, () => {
      pace.took(8)
      return pace.isQuick
    })
  expect(slow(16)).toEqual([...Array(15).fill(true), false])
  pace.took(1)
  expect(pace.isQuick).toBe(true)
  expect(slow(16)).toEqual([...Array(15).fill(true), false])
})
