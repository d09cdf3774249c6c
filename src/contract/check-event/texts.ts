import { putByte, putBytes, putDigits } from './content.ts'
import { latin, outcome, type Reader, trimEnd, trimStart } from './reader.ts'

/** Any text, with its length in bytes in front. */
export const readVarchar: Reader = (bytes, start, end, content) => {
  putDigits(content, end - start)
  putByte(content, 0x3a)
  putBytes(content, bytes, start, end)
  return outcome.value
}

const truths: ReadonlyMap<string, number> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word): [string, number] => [word, 0x74]),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word): [string, number] => [word, 0x66]),
])

/** Booleans, written `t` and `f`. */
export const readBoolean: Reader = (bytes, from, to, content) => {
  const start = trimStart(bytes, from, to)
  const end = trimEnd(bytes, start, to)
  if (start === end) return outcome.nothing
  const truth = end - start > 5 ? undefined : truths.get(latin(bytes, start, end).toLowerCase())
  if (truth === undefined) return outcome.refused
  putByte(content, truth)
  return outcome.value
}

/** The value of a hexadecimal digit; -1. */
function hex(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const low = byte | 0x20
  return low >= 0x61 && low <= 0x66 ? low - 0x57 : -1
}

/** Hexadecimal digits in lower case; 0 for all other bytes. */
const hexDigits = new Uint8Array(256)
for (const digit of '0123456789abcdefABCDEF') hexDigits[digit.charCodeAt(0)] = digit.toLowerCase().charCodeAt(0)
const hyphen = 0x2d

/** UUIDs, written in lower case with hyphens. */
export const readUuid: Reader = (bytes, from, to, content) => {
  let start = trimStart(bytes, from, to)
  let end = trimEnd(bytes, start, to)
  if (start === end) return outcome.nothing
  if (end - start === 38 && bytes[start] === 0x7b && bytes[end - 1] === 0x7d) {
    start++
    end--
  }
  const plain = end - start === 32 && start === trimStart(bytes, from, to)
  if (!plain && end - start !== 36) return outcome.refused
  for (let place = 0, at = start; place < 36; place++) {
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      if (!plain && bytes[at++] !== hyphen) return outcome.refused
      putByte(content, hyphen)
      continue
    }
    const digit = hexDigits[bytes[at++] as number] as number
    if (digit === 0) return outcome.refused
    putByte(content, digit)
  }
  return outcome.value
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const sixBits = new Int8Array(256).fill(-1)
for (let index = 0; index < 64; index++) sixBits[alphabet.charCodeAt(index)] = index
const nibble = '0123456789abcdef'

/** Bytes in base64 or `\x` and hexadecimal digits, written as such digits. */
export const readBlob: Reader = (bytes, from, to, content) => {
  const start = trimStart(bytes, from, to)
  const end = trimEnd(bytes, start, to)
  if (start === end) return outcome.nothing
  const put = (byte: number): void => {
    putByte(content, nibble.charCodeAt(byte >> 4))
    putByte(content, nibble.charCodeAt(byte & 15))
  }
  if (bytes[start] === 0x5c && bytes[start + 1] === 0x78) {
    if ((end - start) % 2 !== 0) return outcome.refused
    for (let at = start + 2; at < end; at += 2) {
      const [high, low] = [hex(bytes[at] as number), hex(bytes[at + 1] as number)]
      if (high < 0 || low < 0) return outcome.refused
      put(high * 16 + low)
    }
    return outcome.value
  }
  if ((end - start) % 4 !== 0) return outcome.refused
  const padding = bytes[end - 1] !== 0x3d ? 0 : bytes[end - 2] !== 0x3d ? 1 : 2
  let held = 0
  let bits = 0
  for (let at = start; at < end - padding; at++) {
    const six = sixBits[bytes[at] as number] as number
    if (six < 0) return outcome.refused
    held = ((held << 6) | six) & 0xfff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    put((held >> bits) & 0xff)
  }
  return outcome.value
}
