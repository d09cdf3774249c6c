import { createHash, hash } from 'node:crypto'

/**
 * What turns ids into keys and keys into places; made from the secret that is kept with an index. Clients choose UUIDs,
 * so that without a secret they could choose such as all fall on one place.
 */
export interface KeyHash {
  readonly secret: Uint8Array
  /** Two tables for simple tabulation (Zobrist): 16 bytes of a key, 256 values, 32 bits each. */
  readonly tables: Uint32Array
}

const oneTable = 16 * 256

export function keyHash(secret: Uint8Array): KeyHash {
  const bytes = createHash('shake256', { outputLength: 2 * oneTable * 4 })
    .update(secret)
    .digest()
  return { secret, tables: new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)) }
}

/** 32 bits that say where a key stands in a table. `at`: the index of its first word. */
export function placeOf(tables: Uint32Array, keys: Uint32Array, at: number): number {
  return tabulate(tables, 0, keys, at)
}

/** 32 more bits, independent of those. */
export function marksOf(tables: Uint32Array, keys: Uint32Array, at: number): number {
  return tabulate(tables, oneTable, keys, at)
}

function tabulate(tables: Uint32Array, from: number, keys: Uint32Array, at: number): number {
  let result = 0
  for (let word = 0; word < 4; word++) {
    const bits = keys[at + word] as number
    const table = from + word * 1024
    result ^=
      (tables[table + (bits & 255)] as number) ^
      (tables[table + 256 + ((bits >>> 8) & 255)] as number) ^
      (tables[table + 512 + ((bits >>> 16) & 255)] as number) ^
      (tables[table + 768 + (bits >>> 24)] as number)
  }
  return result >>> 0
}

/**
 * Writes the key of an id into four words, the most significant first: a UUID in lower case and with hyphens as it is,
 * of any other text the first 128 bits of SHA-256(secret, text in UTF-8).
 */
export function writeKey({ secret }: KeyHash, id: string, keys: Uint32Array, at: number): void {
  if (writeUuid(id, keys, at)) return
  const digest = hash('sha256', Buffer.concat([secret, Buffer.from(id)]), 'buffer')
  for (let word = 0; word < 4; word++) keys[at + word] = digest.readUInt32BE(4 * word)
}

const hyphen = 0x2d

function writeUuid(id: string, keys: Uint32Array, at: number): boolean {
  if (id.length !== 36) return false
  let bits = 0
  let digits = 0
  for (let place = 0; place < 36; place++) {
    const code = id.charCodeAt(place)
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      if (code !== hyphen) return false
      continue
    }
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
    if (digit < 0) return false
    bits = (bits << 4) | digit
    digits++
    if ((digits & 7) === 0) keys[at + (digits >> 3) - 1] = bits
  }
  return true
}
