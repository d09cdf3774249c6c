/** Rotations and constants of MD5 (RFC 1321, 3.4). */
const rotations = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const sines = Int32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32))

/**
 * 32 bits of the MD5 of some bytes, its third word, as DuckDB's `md5_number_lower(text) & 4294967295`. It tells contents
 * apart, and protects nothing. The array must have room for 72 bytes more than `length`.
 */
export function md5Word(bytes: Uint8Array, length: number, words: Int32Array): number {
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  const end = ((length + 8) >>> 6) * 64 + 64
  bytes.fill(0, length, end)
  bytes[length] = 0x80
  const bits = length * 8
  for (let place = 0; place < 4; place++) bytes[end - 8 + place] = (bits >>> (8 * place)) & 0xff
  bytes[end - 4] = Math.floor(bits / 2 ** 32) & 0xff
  for (let block = 0; block < end; block += 64) {
    for (let word = 0, at = block; word < 16; word++, at += 4)
      words[word] =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)
    const [a0, b0, c0, d0] = [a, b, c, d]
    for (let step = 0; step < 64; step++) {
      const round = step >> 4
      let mixed: number
      let from: number
      if (round === 0) {
        mixed = d ^ (b & (c ^ d))
        from = step
      } else if (round === 1) {
        mixed = c ^ (d & (b ^ c))
        from = (5 * step + 1) & 15
      } else if (round === 2) {
        mixed = b ^ c ^ d
        from = (3 * step + 5) & 15
      } else {
        mixed = c ^ (b | ~d)
        from = (7 * step) & 15
      }
      const sum = (a + mixed + (sines[step] as number) + (words[from] as number)) | 0
      const by = rotations[round * 4 + (step & 3)] as number
      a = d
      d = c
      c = b
      b = (b + ((sum << by) | (sum >>> (32 - by)))) | 0
    }
    a = (a + a0) | 0
    b = (b + b0) | 0
    c = (c + c0) | 0
    d = (d + d0) | 0
  }
  return c >>> 0
}
