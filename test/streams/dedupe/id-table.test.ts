import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdTable } from '../../../src/streams/dedupe/id-table.ts'
import { keyHash } from '../../../src/streams/dedupe/key-hash.ts'

const { tables } = keyHash(new Uint8Array(32))

/** Keys that are alike but for a word, as UUIDs of one moment are. */
function keyOf(number: number): Uint32Array {
  return Uint32Array.of(0x018f0000, number % 7, 0x80000000, number)
}

test('a table of ids is a map, also when many have been taken out again', () => {
  const steps = fc.array(fc.tuple(fc.nat(400), fc.boolean()), { maxLength: 2000, size: 'max' })
  const property = fc.property(steps, (all) => {
    const [table, map] = [new IdTable(tables), new Map<number, number>()]
    for (const [at, [number, put]] of all.entries()) {
      const where = table.find(keyOf(number), 0)
      expect(where >= 0 ? table.state(where) : undefined).toBe(map.get(number))
      if (where < 0 && put) {
        table.insert(keyOf(number), 0, number, at + 1)
        map.set(number, at + 1)
      } else if (where >= 0 && !put) {
        table.remove(where)
        map.delete(number)
      }
    }
    // the state of a key is in its turn of the steps: those up to a bound are read, and taken out
    const contentsUpTo = (bound: number): readonly number[] => {
      const parts = Array.from({ length: table.parts }, (_, part) => table.upTo(part, bound))
      for (const { keys, contents } of parts)
        for (const [at, content] of contents.entries()) expect(keys.slice(4 * at, 4 * at + 4)).toEqual(keyOf(content))
      return parts.flatMap(({ contents }) => [...contents]).toSorted()
    }
    const upTo = (bound: number) => [...map].flatMap(([number, state]) => (state <= bound ? [number] : [])).toSorted()
    expect(contentsUpTo(Number.POSITIVE_INFINITY)).toEqual(upTo(Number.POSITIVE_INFINITY))
    const bound = all.length / 2
    expect(contentsUpTo(bound)).toEqual(upTo(bound))
    for (let part = 0; part < table.parts; part++) table.removeUpTo(part, bound)
    for (const number of upTo(bound)) map.delete(number)
    for (let number = 0; number <= 400; number++) {
      const where = table.find(keyOf(number), 0)
      expect(where >= 0 ? table.state(where) : undefined).toBe(map.get(number))
    }
    expect(table.size).toBe(map.size)
  })
  fc.assert(property, { numRuns: 50 })
})
