import { marksOf, placeOf } from './key-hash.ts'

/**
 * A blocked Bloom filter (Putze, Sanders, Singler 2007): all bits of a key lie in one block of 64 bytes, one line of a
 * processor's cache. 20 bits and 7 marks a key: about one key in three thousand that is not there seems to be, for which a
 * page is read in vain.
 */
const blockWords = 16
const bitsPerKey = 20
const marks = 7

export function emptyBloom(keys: number): Uint32Array {
  return new Uint32Array(blockWords * Math.max(1, Math.ceil((keys * bitsPerKey) / (32 * blockWords))))
}

export function addToBloom(bloom: Uint32Array, tables: Uint32Array, keys: Uint32Array, at: number): void {
  const block = blockOf(bloom, placeOf(tables, keys, at))
  let bits = marksOf(tables, keys, at)
  for (let mark = 0; mark < marks; mark++) {
    const bit = bits >>> 23
    const word = block + (bit >> 5)
    bloom[word] = (bloom[word] as number) | (1 << (bit & 31))
    bits = next(bits)
  }
}

/** False: the key was never added. */
export function mayBeInBloom(bloom: Uint32Array, place: number, firstMarks: number): boolean {
  const block = blockOf(bloom, place)
  let bits = firstMarks
  for (let mark = 0; mark < marks; mark++) {
    const bit = bits >>> 23
    if (((bloom[block + (bit >> 5)] as number) & (1 << (bit & 31))) === 0) return false
    bits = next(bits)
  }
  return true
}

function blockOf(bloom: Uint32Array, place: number): number {
  return blockWords * Math.floor((place / 2 ** 32) * (bloom.length / blockWords))
}

/** A linear congruential generator (Knuth): its top nine bits are the next mark. */
function next(bits: number): number {
  return (Math.imul(bits, 1664525) + 1013904223) >>> 0
}
