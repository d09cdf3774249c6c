import { expect, test } from 'vitest'
import { Pace } from '../../src/storage/pace.ts'

test('a disk is quick while one of its last sixteen writes was', () => {
  const pace = new Pace()
  expect(pace.isQuick).toBe(false)
  pace.took(0.4)
  for (let write = 0; write < 15; write++) {
    pace.took(8)
    expect(pace.isQuick).toBe(true)
  }
  pace.took(8)
  expect(pace.isQuick).toBe(false)
  pace.took(1)
  expect(pace.isQuick).toBe(true)
})
