import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys, sortedSlices, sortIds } from '../../../src/streams/dedupe/sort.ts'

/** Words that are alike often, in a few bits, or in none. */
const word = fc.oneof(fc.constantFrom(0, 1, 0x80000000, 0xffffffff), fc.nat(0xff), fc.nat(0xffffffff))

test('ids are sorted by all bits of their keys, and of equal ones the first is kept', () => {
  const keys = fc.array(fc.tuple(word, word, word, word), { maxLength: 200 })
  const property = fc.property(keys, (all) => {
    const batch = { keys: Uint32Array.from(all.flat()), contents: Uint32Array.from(all, (_, at) => at) }
    const sorted = sortIds(batch)
    const text = (at: number, words: Uint32Array): string => words.subarray(4 * at, 4 * at + 4).join()
    const firsts = new Map(all.map((key, at) => [key.join(), at] as const).toReversed())
    expect(new Map(Array.from(sorted.contents, (content, at) => [text(at, sorted.keys), content]))).toEqual(firsts)
    for (let at = 1; at < sorted.contents.length; at++)
      expect(compareKeys(sorted.keys, 4 * (at - 1), sorted.keys, 4 * at)).toBeLessThan(0)
  })
  fc.assert(property)
})

test('slices of sorted ids are the ids sorted', async () => {
  const count = 30_000
  const keys = Uint32Array.from({ length: 4 * count }, (_, at) =>
    at % 4 === 0 ? 0x018f3a2b : Math.imul(at % (4 * 29_000), 0x9e3779b1),
  )
  const batch = { keys, contents: Uint32Array.from({ length: count }, (_, at) => at) }
  const slices = await Array.fromAsync(sortedSlices(batch))
  expect(slices.length).toBeGreaterThan(4)
  const whole = sortIds(batch)
  expect(whole.contents).toHaveLength(29_000)
  expect(slices.flatMap((slice) => [...slice.contents])).toEqual([...whole.contents])
  expect(slices.flatMap((slice) => [...slice.keys])).toEqual([...whole.keys])
})
