import { expect, test } from 'vitest'
import { ago, bytes, count, counted, rough } from '../../ui/src/data/format.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [123_456, '123 kB'],
  [999_949, '1.0 MB'],
  [1_915_134, '1.9 MB'],
  [7e15, '7.0 PB'],
])('%i bytes are %s', (n, text) => {
  expect(bytes(n)).toBe(text)
})

test.each([
  [-5_000, 'just now'],
  [2_999, 'just now'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_600_000 * 23.9, '23 h ago'],
  [86_400_000 * 3, '3 d ago'],
  [86_400_000 * 800, '2 y ago'],
])('%i ms are %s', (ms, text) => {
  expect(ago(ms)).toBe(text)
})

test('figures have all their digits where they are counted, and three where they are roughly told', () => {
  expect([count(1_234_567), count(2n ** 60n)]).toEqual(['1,234,567', '1,152,921,504,606,846,976'])
  expect([rough(9_999), rough(217_313), rough(1_234_567)]).toEqual(['9,999', '217K', '1.23M'])
  expect([counted(1, 'file'), counted(0, 'file')]).toEqual(['1 file', '0 files'])
})
