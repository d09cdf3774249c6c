/** The constants of MD5's steps (RFC 1321, 3.4). */
const sines = Int32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32))

/**
 * 32 bits of the MD5 of some bytes, its third word, as DuckDB's `md5_number_lower(text) & 4294967295`. It tells contents
 * apart, and protects nothing. The array must have room for 72 bytes more than `length`. Four steps a turn, their
 * rotations written out: it is called for every event.
 */
export function md5Word(bytes: Uint8Array, length: number, words: Int32Array): number {
  const end = pad(bytes, length)
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  for (let block = 0; block < end; block += 64) {
    for (let word = 0, at = block; word < 16; word++, at += 4)
      words[word] =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)
    const [a0, b0, c0, d0] = [a, b, c, d]
    for (let step = 0; step < 16; step += 4) {
      a = turn(a + (d ^ (b & (c ^ d))) + term(words, step, step), 7, b)
      d = turn(d + (c ^ (a & (b ^ c))) + term(words, step + 1, step + 1), 12, a)
      c = turn(c + (b ^ (d & (a ^ b))) + term(words, step + 2, step + 2), 17, d)
      b = turn(b + (a ^ (c & (d ^ a))) + term(words, step + 3, step + 3), 22, c)
    }
    for (let step = 16; step < 32; step += 4) {
      a = turn(a + (c ^ (d & (b ^ c))) + term(words, 5 * step + 1, step), 5, b)
      d = turn(d + (b ^ (c & (a ^ b))) + term(words, 5 * step + 6, step + 1), 9, a)
      c = turn(c + (a ^ (b & (d ^ a))) + term(words, 5 * step + 11, step + 2), 14, d)
      b = turn(b + (d ^ (a & (c ^ d))) + term(words, 5 * step + 16, step + 3), 20, c)
    }
    for (let step = 32; step < 48; step += 4) {
      a = turn(a + (b ^ c ^ d) + term(words, 3 * step + 5, step), 4, b)
      d = turn(d + (a ^ b ^ c) + term(words, 3 * step + 8, step + 1), 11, a)
      c = turn(c + (d ^ a ^ b) + term(words, 3 * step + 11, step + 2), 16, d)
      b = turn(b + (c ^ d ^ a) + term(words, 3 * step + 14, step + 3), 23, c)
    }
    for (let step = 48; step < 64; step += 4) {
      a = turn(a + (c ^ (b | ~d)) + term(words, 7 * step, step), 6, b)
      d = turn(d + (b ^ (a | ~c)) + term(words, 7 * step + 7, step + 1), 10, a)
      c = turn(c + (a ^ (d | ~b)) + term(words, 7 * step + 14, step + 2), 15, d)
      b = turn(b + (d ^ (c | ~a)) + term(words, 7 * step + 21, step + 3), 21, c)
    }
    a = (a + a0) | 0
    b = (b + b0) | 0
    c = (c + c0) | 0
    d = (d + d0) | 0
  }
  return c >>> 0
}

function turn(sum: number, by: number, onto: number): number {
  const low = sum | 0
  return (onto + ((low << by) | (low >>> (32 - by)))) | 0
}

function term(words: Int32Array, word: number, step: number): number {
  return ((words[word & 15] as number) + (sines[step] as number)) | 0
}

/** A one bit, zeros, and the length in bits, up to a whole block; where that ends. */
function pad(bytes: Uint8Array, length: number): number {
  const end = ((length + 8) >>> 6) * 64 + 64
  bytes[length] = 0x80
  for (let at = length + 1; at < end; at++) bytes[at] = 0
  let bits = length * 8
  for (let at = end - 8; bits > 0; at++) {
    bytes[at] = bits & 0xff
    bits = Math.floor(bits / 256)
  }
  return end
}
