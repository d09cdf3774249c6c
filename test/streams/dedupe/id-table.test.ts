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
    const found = new Map<number, number>()
    for (let part = 0; part < table.parts; part++)
      table.each(part, (keys, at, content, state) => {
        expect(keys[at + 3]).toBe(content)
        found.set(content, state)
      })
    expect(found).toEqual(map)
    expect(table.size).toBe(map.size)
  })
  fc.assert(property, { numRuns: 50 })
})
