import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys, sortIds } from '../../../src/streams/dedupe/sort.ts'

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
