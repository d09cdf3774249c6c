/**
 * 32 bits of the MD5 (RFC 1321) of some bytes, its third word, as DuckDB's `md5_number_lower(text) & 4294967295`. It tells
 * contents apart, and protects nothing. The array must have room for 72 bytes more than `length`, and `words` be of the same
 * memory. Every event goes through it, and as loops it takes twice the time: its steps are written out.
 */
export function md5Word(bytes: Uint8Array, length: number, words: Int32Array): number {
  const end = pad(bytes, length, words)
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  for (let word = 0; word < end; word += 16) {
    const x0 = words[word + 0] as number
    const x1 = words[word + 1] as number
    const x2 = words[word + 2] as number
    const x3 = words[word + 3] as number
    const x4 = words[word + 4] as number
    const x5 = words[word + 5] as number
    const x6 = words[word + 6] as number
    const x7 = words[word + 7] as number
    const x8 = words[word + 8] as number
    const x9 = words[word + 9] as number
    const x10 = words[word + 10] as number
    const x11 = words[word + 11] as number
    const x12 = words[word + 12] as number
    const x13 = words[word + 13] as number
    const x14 = words[word + 14] as number
    const x15 = words[word + 15] as number
    const [a0, b0, c0, d0] = [a, b, c, d]
    // round 1
    a = (b + turn(a + (d ^ (b & (c ^ d))) + x0 + 0xd76aa478, 7)) | 0
    d = (a + turn(d + (c ^ (a & (b ^ c))) + x1 + 0xe8c7b756, 12)) | 0
    c = (d + turn(c + (b ^ (d & (a ^ b))) + x2 + 0x242070db, 17)) | 0
    b = (c + turn(b + (a ^ (c & (d ^ a))) + x3 + 0xc1bdceee, 22)) | 0
    a = (b + turn(a + (d ^ (b & (c ^ d))) + x4 + 0xf57c0faf, 7)) | 0
    d = (a + turn(d + (c ^ (a & (b ^ c))) + x5 + 0x4787c62a, 12)) | 0
    c = (d + turn(c + (b ^ (d & (a ^ b))) + x6 + 0xa8304613, 17)) | 0
    b = (c + turn(b + (a ^ (c & (d ^ a))) + x7 + 0xfd469501, 22)) | 0
    a = (b + turn(a + (d ^ (b & (c ^ d))) + x8 + 0x698098d8, 7)) | 0
    d = (a + turn(d + (c ^ (a & (b ^ c))) + x9 + 0x8b44f7af, 12)) | 0
    c = (d + turn(c + (b ^ (d & (a ^ b))) + x10 + 0xffff5bb1, 17)) | 0
    b = (c + turn(b + (a ^ (c & (d ^ a))) + x11 + 0x895cd7be, 22)) | 0
    a = (b + turn(a + (d ^ (b & (c ^ d))) + x12 + 0x6b901122, 7)) | 0
    d = (a + turn(d + (c ^ (a & (b ^ c))) + x13 + 0xfd987193, 12)) | 0
    c = (d + turn(c + (b ^ (d & (a ^ b))) + x14 + 0xa679438e, 17)) | 0
    b = (c + turn(b + (a ^ (c & (d ^ a))) + x15 + 0x49b40821, 22)) | 0
    // round 2
    a = (b + turn(a + (c ^ (d & (b ^ c))) + x1 + 0xf61e2562, 5)) | 0
    d = (a + turn(d + (b ^ (c & (a ^ b))) + x6 + 0xc040b340, 9)) | 0
    c = (d + turn(c + (a ^ (b & (d ^ a))) + x11 + 0x265e5a51, 14)) | 0
    b = (c + turn(b + (d ^ (a & (c ^ d))) + x0 + 0xe9b6c7aa, 20)) | 0
    a = (b + turn(a + (c ^ (d & (b ^ c))) + x5 + 0xd62f105d, 5)) | 0
    d = (a + turn(d + (b ^ (c & (a ^ b))) + x10 + 0x02441453, 9)) | 0
    c = (d + turn(c + (a ^ (b & (d ^ a))) + x15 + 0xd8a1e681, 14)) | 0
    b = (c + turn(b + (d ^ (a & (c ^ d))) + x4 + 0xe7d3fbc8, 20)) | 0
    a = (b + turn(a + (c ^ (d & (b ^ c))) + x9 + 0x21e1cde6, 5)) | 0
    d = (a + turn(d + (b ^ (c & (a ^ b))) + x14 + 0xc33707d6, 9)) | 0
    c = (d + turn(c + (a ^ (b & (d ^ a))) + x3 + 0xf4d50d87, 14)) | 0
    b = (c + turn(b + (d ^ (a & (c ^ d))) + x8 + 0x455a14ed, 20)) | 0
    a = (b + turn(a + (c ^ (d & (b ^ c))) + x13 + 0xa9e3e905, 5)) | 0
    d = (a + turn(d + (b ^ (c & (a ^ b))) + x2 + 0xfcefa3f8, 9)) | 0
    c = (d + turn(c + (a ^ (b & (d ^ a))) + x7 + 0x676f02d9, 14)) | 0
    b = (c + turn(b + (d ^ (a & (c ^ d))) + x12 + 0x8d2a4c8a, 20)) | 0
    // round 3
    a = (b + turn(a + (b ^ c ^ d) + x5 + 0xfffa3942, 4)) | 0
    d = (a + turn(d + (a ^ b ^ c) + x8 + 0x8771f681, 11)) | 0
    c = (d + turn(c + (d ^ a ^ b) + x11 + 0x6d9d6122, 16)) | 0
    b = (c + turn(b + (c ^ d ^ a) + x14 + 0xfde5380c, 23)) | 0
    a = (b + turn(a + (b ^ c ^ d) + x1 + 0xa4beea44, 4)) | 0
    d = (a + turn(d + (a ^ b ^ c) + x4 + 0x4bdecfa9, 11)) | 0
    c = (d + turn(c + (d ^ a ^ b) + x7 + 0xf6bb4b60, 16)) | 0
    b = (c + turn(b + (c ^ d ^ a) + x10 + 0xbebfbc70, 23)) | 0
    a = (b + turn(a + (b ^ c ^ d) + x13 + 0x289b7ec6, 4)) | 0
    d = (a + turn(d + (a ^ b ^ c) + x0 + 0xeaa127fa, 11)) | 0
    c = (d + turn(c + (d ^ a ^ b) + x3 + 0xd4ef3085, 16)) | 0
    b = (c + turn(b + (c ^ d ^ a) + x6 + 0x04881d05, 23)) | 0
    a = (b + turn(a + (b ^ c ^ d) + x9 + 0xd9d4d039, 4)) | 0
    d = (a + turn(d + (a ^ b ^ c) + x12 + 0xe6db99e5, 11)) | 0
    c = (d + turn(c + (d ^ a ^ b) + x15 + 0x1fa27cf8, 16)) | 0
    b = (c + turn(b + (c ^ d ^ a) + x2 + 0xc4ac5665, 23)) | 0
    // round 4
    a = (b + turn(a + (c ^ (b | ~d)) + x0 + 0xf4292244, 6)) | 0
    d = (a + turn(d + (b ^ (a | ~c)) + x7 + 0x432aff97, 10)) | 0
    c = (d + turn(c + (a ^ (d | ~b)) + x14 + 0xab9423a7, 15)) | 0
    b = (c + turn(b + (d ^ (c | ~a)) + x5 + 0xfc93a039, 21)) | 0
    a = (b + turn(a + (c ^ (b | ~d)) + x12 + 0x655b59c3, 6)) | 0
    d = (a + turn(d + (b ^ (a | ~c)) + x3 + 0x8f0ccc92, 10)) | 0
    c = (d + turn(c + (a ^ (d | ~b)) + x10 + 0xffeff47d, 15)) | 0
    b = (c + turn(b + (d ^ (c | ~a)) + x1 + 0x85845dd1, 21)) | 0
    a = (b + turn(a + (c ^ (b | ~d)) + x8 + 0x6fa87e4f, 6)) | 0
    d = (a + turn(d + (b ^ (a | ~c)) + x15 + 0xfe2ce6e0, 10)) | 0
    c = (d + turn(c + (a ^ (d | ~b)) + x6 + 0xa3014314, 15)) | 0
    b = (c + turn(b + (d ^ (c | ~a)) + x13 + 0x4e0811a1, 21)) | 0
    a = (b + turn(a + (c ^ (b | ~d)) + x4 + 0xf7537e82, 6)) | 0
    d = (a + turn(d + (b ^ (a | ~c)) + x11 + 0xbd3af235, 10)) | 0
    c = (d + turn(c + (a ^ (d | ~b)) + x2 + 0x2ad7d2bb, 15)) | 0
    b = (c + turn(b + (d ^ (c | ~a)) + x9 + 0xeb86d391, 21)) | 0
    a = (a + a0) | 0
    b = (b + b0) | 0
    c = (c + c0) | 0
    d = (d + d0) | 0
  }
  return c >>> 0
}

/** Turns the low 32 bits of a sum to the left. So small that V8 puts it in its caller, however many calls there are. */
function turn(sum: number, by: number): number {
  return (sum << by) | (sum >>> (32 - by))
}

/** A one bit, zeros, and the length in bits, up to a whole block; the words until there. */
function pad(bytes: Uint8Array, length: number, words: Int32Array): number {
  const end = ((length + 8) >>> 6) * 64 + 64
  bytes[length] = 0x80
  for (let at = length + 1; at < end; at++) bytes[at] = 0
  words[end / 4 - 2] = length << 3
  words[end / 4 - 1] = length >>> 29
  return end / 4
}
