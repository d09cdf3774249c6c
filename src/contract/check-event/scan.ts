import { fail, kinds, type Scan, skipSpace } from './scan-state.ts'
import { scanString, shortened, stringAt } from './scan-string.ts'

/** Brackets within brackets beyond this are refused: what reads an event calls itself for each. */
export const deepest = 100

/** The end of the value that begins at `at`; -1. Its kind is in the scan. */
export function scanValue(scan: Scan, at: number): number {
  if (at >= scan.end) return fail(scan, 'bad_json', at, 'it breaks off where a value is expected')
  const byte = scan.bytes[at] as number
  switch (byte) {
    case 0x22: {
      const close = scanString(scan, at + 1)
      scan.kind = kinds.string
      return close < 0 ? -1 : close + 1
    }
    case 0x7b:
      return scanObject(scan, at)
    case 0x5b:
      return scanArray(scan, at)
    case 0x74:
      scan.kind = kinds.true
      return scanWord(scan, at, 'true')
    case 0x66:
      scan.kind = kinds.false
      return scanWord(scan, at, 'false')
    default:
      if (byte === 0x6e && scan.bytes[at + 1] === 0x75) {
        scan.kind = kinds.null
        return scanWord(scan, at, 'null')
      }
      return scanNumber(scan, at)
  }
}

function scanWord(scan: Scan, at: number, word: string): number {
  for (let index = 0; index < word.length; index++)
    if (at + index >= scan.end || scan.bytes[at + index] !== word.charCodeAt(index)) return unexpected(scan, at)
  return at + word.length
}

function unexpected(scan: Scan, at: number): -1 {
  if (at >= scan.end) return fail(scan, 'bad_json', at, 'it breaks off')
  if (scan.bytes[at] === 0) return fail(scan, 'nul_byte', at, 'the event holds a NUL byte')
  return fail(scan, 'bad_json', at, 'no JSON value begins here')
}

function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && ((bytes[at] as number) ^ 0x30) < 10) at++
  return at
}

function scanNumber(scan: Scan, from: number): number {
  const { bytes, end } = scan
  let at = from
  if (bytes[at] === 0x2d) at++
  const whole = digitsEnd(bytes, at, end)
  if (whole === at) return scanNotFinite(scan, from, at)
  if (bytes[at] === 0x30 && whole > at + 1) return fail(scan, 'bad_json', from, 'a number begins with zeros')
  at = whole
  if (at < end && bytes[at] === 0x2e) {
    const fraction = digitsEnd(bytes, at + 1, end)
    if (fraction === at + 1) return fail(scan, 'bad_json', from, 'a number ends in its point')
    at = fraction
  }
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    const signed = at + 1 < end && (bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d) ? at + 2 : at + 1
    at = digitsEnd(bytes, signed, end)
    if (at === signed) return fail(scan, 'bad_json', from, 'a number ends in its exponent')
  }
  scan.kind = kinds.number
  return at
}

/** As DuckDB reads them: `nan`, `inf`, `infinity` in any case, with a minus or without. */
function scanNotFinite(scan: Scan, from: number, at: number): number {
  const { bytes, end } = scan
  const has = (word: string): boolean => {
    for (let index = 0; index < word.length; index++)
      if (at + index >= end || ((bytes[at + index] as number) | 0x20) !== word.charCodeAt(index)) return false
    return true
  }
  const length = has('nan') || has('inf') ? (has('infinity') ? 8 : 3) : 0
  if (length === 0) return unexpected(scan, from)
  scan.kind = kinds.nan
  scan.notFinite.push(from, at + length)
  return at + length
}

function scanArray(scan: Scan, from: number): number {
  if (++scan.depth > deepest) return fail(scan, 'too_deep', from, `more than ${deepest} brackets within each other`)
  const { bytes } = scan
  let at = skipSpace(scan, from + 1)
  if (at < scan.end && bytes[at] === 0x5d) at++
  else
    for (;;) {
      at = scanValue(scan, at)
      if (at < 0) return -1
      at = skipSpace(scan, at)
      const byte = at < scan.end ? bytes[at] : 0
      at++
      if (byte === 0x5d) break
      if (byte !== 0x2c) return unexpected(scan, at - 1)
      at = skipSpace(scan, at)
    }
  scan.depth--
  scan.kind = kinds.array
  return at
}

function scanObject(scan: Scan, from: number): number {
  if (++scan.depth > deepest) return fail(scan, 'too_deep', from, `more than ${deepest} brackets within each other`)
  const { bytes } = scan
  const first = scan.keyCount
  let many: Set<string> | undefined
  let at = skipSpace(scan, from + 1)
  if (at < scan.end && bytes[at] === 0x7d) at++
  else
    for (;;) {
      if (at >= scan.end || bytes[at] !== 0x22) return unexpected(scan, at)
      const close = scanString(scan, at + 1)
      if (close < 0) return -1
      if (scan.escaped || scan.keyCount - first >= 96) {
        many ??= keysSince(scan, first)
        const key = stringAt(bytes, at + 1, close)
        if (many.has(key)) return duplicate(scan, at, key)
        many.add(key)
      } else if (isTwice(scan, first, at + 1, close, many)) return duplicate(scan, at, stringAt(bytes, at + 1, close))
      at = skipSpace(scan, close + 1)
      if (at >= scan.end || bytes[at] !== 0x3a) return unexpected(scan, at)
      at = scanValue(scan, skipSpace(scan, at + 1))
      if (at < 0) return -1
      at = skipSpace(scan, at)
      const byte = at < scan.end ? bytes[at] : 0
      at++
      if (byte === 0x7d) break
      if (byte !== 0x2c) return unexpected(scan, at - 1)
      at = skipSpace(scan, at)
    }
  scan.keyCount = first
  scan.depth--
  scan.kind = kinds.object
  return at
}

export function duplicate(scan: Scan, at: number, key: string): -1 {
  return fail(scan, 'duplicate_key', at, `the JSON object has the key \`${shortened(key)}\` twice`)
}

/** The keys of the innermost object, of which the scan has kept the places. */
function keysSince({ keys, keyCount, bytes }: Scan, first: number): Set<string> {
  const found = new Set<string>()
  for (let index = first; index < keyCount; index += 3)
    found.add(stringAt(bytes, keys[index + 1] as number, keys[index + 2] as number))
  return found
}

/** Keeps a key without escapes; true when the object has it already. */
function isTwice(scan: Scan, first: number, start: number, end: number, many: Set<string> | undefined): boolean {
  const { bytes } = scan
  if (many) {
    const key = stringAt(bytes, start, end)
    if (many.has(key)) return true
    many.add(key)
    return false
  }
  let hash = end - start
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
  for (let index = first; index < scan.keyCount; index += 3)
    if (
      scan.keys[index] === hash &&
      sameBytes(bytes, start, end, bytes, scan.keys[index + 1] as number, scan.keys[index + 2] as number)
    )
      return true
  if (scan.keyCount + 3 > scan.keys.length) {
    const wider = new Int32Array(scan.keys.length * 2)
    wider.set(scan.keys)
    scan.keys = wider
  }
  scan.keys[scan.keyCount++] = hash
  scan.keys[scan.keyCount++] = start
  scan.keys[scan.keyCount++] = end
  return false
}

export function sameBytes(a: Uint8Array, start: number, end: number, b: Uint8Array, from: number, to: number): boolean {
  if (end - start !== to - from) return false
  for (let at = start, other = from; at < end; at++, other++) if (a[at] !== b[other]) return false
  return true
}

/** What the value is that begins here, in JSON that has been scanned. */
export function kindAt(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 0x22:
      return kinds.string
    case 0x7b:
      return kinds.object
    case 0x5b:
      return kinds.array
    case 0x74:
      return kinds.true
    case 0x66:
      return kinds.false
    default:
      if (bytes[at] === 0x6e && bytes[at + 1] === 0x75) return kinds.null
      return isNotFinite(bytes, at) ? kinds.nan : kinds.number
  }
}

/** True for a bare NaN or infinity at this place. */
export function isNotFinite(bytes: Uint8Array, from: number): boolean {
  const at = bytes[from] === 0x2d ? from + 1 : from
  const letter = (bytes[at] as number) | 0x20
  return letter === 0x69 || (letter === 0x6e && ((bytes[at + 1] as number) | 0x20) === 0x61)
}
