import { type Content, putByte, putBytes } from './content.ts'
import { isNotFinite } from './scan.ts'
import { hexAt } from './scan-string.ts'

/** What follows here reads JSON that has been scanned: nothing is checked again. */

export function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from
  while ((bytes[at] as number) <= 0x20) at++
  return at
}

/** The closing quote of the string whose first byte is at `from`. */
export function closingQuote(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at
}

/** After the value that begins at `from`; the last byte of all is at `end - 1`. */
export function afterValue(bytes: Uint8Array, from: number, end: number): number {
  const first = bytes[from] as number
  if (first === 0x22) return closingQuote(bytes, from + 1) + 1
  if (first !== 0x7b && first !== 0x5b) {
    let at = from + 1
    while (at < end) {
      const byte = bytes[at] as number
      if (byte <= 0x20 || byte === 0x2c || byte === 0x5d || byte === 0x7d) break
      at++
    }
    return at
  }
  let depth = 0
  for (let at = from; ; at++) {
    const byte = bytes[at] as number
    if (byte === 0x22) at = closingQuote(bytes, at + 1)
    else if (byte === 0x7b || byte === 0x5b) depth++
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1
  }
}

/** The items of an array, as the places where they begin and end. */
export function eachItem(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (start: number, end: number) => boolean,
): boolean {
  let at = skipBlank(bytes, start + 1)
  while (bytes[at] !== 0x5d) {
    const after = afterValue(bytes, at, end)
    if (!take(at, after)) return false
    at = skipBlank(bytes, after)
    if (bytes[at] === 0x2c) at = skipBlank(bytes, at + 1)
  }
  return true
}

/** The members of an object: where a key stands between its quotes, and its value. */
export function eachMember(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (keyStart: number, keyEnd: number, start: number, end: number) => boolean,
): boolean {
  let at = skipBlank(bytes, start + 1)
  while (bytes[at] !== 0x7d) {
    const close = closingQuote(bytes, at + 1)
    const value = skipBlank(bytes, skipBlank(bytes, close + 1) + 1)
    const after = afterValue(bytes, value, end)
    if (!take(at + 1, close, value, after)) return false
    at = skipBlank(bytes, after)
    if (bytes[at] === 0x2c) at = skipBlank(bytes, at + 1)
  }
  return true
}

export function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0x5c) return true
  return false
}

const letters: Readonly<Record<number, number>> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 }

/** Calls back with each run of plain bytes and each escaped code point of a string. */
function eachPart(
  bytes: Uint8Array,
  start: number,
  end: number,
  plain: (start: number, end: number) => void,
  escaped: (codePoint: number) => void,
): void {
  let from = start
  for (let at = start; at < end; ) {
    if (bytes[at] !== 0x5c) {
      at++
      continue
    }
    if (at > from) plain(from, at)
    const letter = bytes[at + 1] as number
    if (letter !== 0x75) {
      escaped(letters[letter] ?? letter)
      at += 2
    } else {
      const unit = hexAt({ bytes, end }, at + 2)
      const isHigh = unit >= 0xd800 && unit <= 0xdbff
      escaped(isHigh ? ((unit - 0xd800) << 10) + (hexAt({ bytes, end }, at + 8) - 0xdc00) + 0x10000 : unit)
      at += isHigh ? 12 : 6
    }
    from = at
  }
  if (end > from) plain(from, end)
}

function putCodePoint(content: Content, code: number): void {
  if (code < 0x80) {
    putByte(content, code)
    return
  }
  if (code < 0x800) putByte(content, 0xc0 | (code >> 6))
  else {
    if (code < 0x10000) putByte(content, 0xe0 | (code >> 12))
    else {
      putByte(content, 0xf0 | (code >> 18))
      putByte(content, 0x80 | ((code >> 12) & 0x3f))
    }
    putByte(content, 0x80 | ((code >> 6) & 0x3f))
  }
  putByte(content, 0x80 | (code & 0x3f))
}

/** The text of a string between its quotes, escapes resolved. */
export function putDecoded(content: Content, bytes: Uint8Array, start: number, end: number): void {
  eachPart(
    bytes,
    start,
    end,
    (from, to) => putBytes(content, bytes, from, to),
    (code) => putCodePoint(content, code),
  )
}

const shortEscapes: Readonly<Record<number, number>> = {
  8: 0x62,
  12: 0x66,
  10: 0x6e,
  13: 0x72,
  9: 0x74,
  34: 34,
  92: 92,
}
const hexDigits = '0123456789ABCDEF'

/** A string as DuckDB writes it: nothing is escaped that need not be. */
function putString(content: Content, bytes: Uint8Array, start: number, end: number): void {
  putByte(content, 0x22)
  eachPart(
    bytes,
    start,
    end,
    (from, to) => putBytes(content, bytes, from, to),
    (code) => {
      const short = shortEscapes[code]
      if (short !== undefined) for (const byte of [0x5c, short]) putByte(content, byte)
      else if (code >= 0x20) putCodePoint(content, code)
      else
        for (const byte of [0x5c, 0x75, 0x30, 0x30, 0x30 + (code >> 4), hexDigits.charCodeAt(code & 15)])
          putByte(content, byte)
    },
  )
  putByte(content, 0x22)
}

/** A value without space between its tokens, numbers as they are written, NaN and infinities as null. */
export function putJson(content: Content, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number
    if (byte === 0x22) {
      const close = closingQuote(bytes, at + 1)
      putString(content, bytes, at + 1, close)
      at = close + 1
    } else if (byte <= 0x20) at++
    else {
      const after = byte === 0x2d || byte > 0x2f ? afterToken(bytes, at, end) : at + 1
      const finite = !isNotFinite(bytes, at)
      if (finite) putBytes(content, bytes, at, after)
      else for (const letter of [0x6e, 0x75, 0x6c, 0x6c]) putByte(content, letter)
      at = after
    }
  }
}

function afterToken(bytes: Uint8Array, from: number, end: number): number {
  const first = bytes[from] as number
  if (first === 0x3a || first === 0x5b || first === 0x5d || first === 0x7b || first === 0x7d) return from + 1
  return afterValue(bytes, from, end)
}

/** What stands in a column of text: a string without its quotes, anything else as JSON. */
export function putText(content: Content, bytes: Uint8Array, isString: boolean, start: number, end: number): void {
  if (isString) putDecoded(content, bytes, start + 1, end - 1)
  else putJson(content, bytes, start, end)
}
