import { expect, test } from 'vitest'
import { BloomBuilder, mayBeInBloom } from '../../../src/streams/dedupe/bloom.ts'
import { keyHash, marksOf, placeOf } from '../../../src/streams/dedupe/key-hash.ts'

test('a filter of 2.5 bytes an id knows all that it was given, and takes one in a thousand others for one of them at most', () => {
  const { tables } = keyHash(new Uint8Array(32))
  const count = 50_000
  // alike but for their last words, as UUIDs of one moment are
  const keyOf = (number: number): Uint32Array => Uint32Array.of(0x018f3a2b, 0x12347000, 0x80000000, number)
  const builder = new BloomBuilder(tables, count)
  for (let at = 0; at < count; at++) builder.add(keyOf(at), 0)
  const bloom = builder.finish()
  expect(bloom.byteLength / count).toBeCloseTo(2.5, 2)
  const holds = (key: Uint32Array): boolean => mayBeInBloom(bloom, placeOf(tables, key, 0), marksOf(tables, key, 0))
  let found = 0
  for (let at = 0; at < 2 * count; at++) if (holds(keyOf(at))) found++
  for (let at = 0; at < count; at++) expect(holds(keyOf(at))).toBe(true)
  expect((found - count) / count).toBeLessThan(0.001)
})
