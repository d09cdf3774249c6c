/** Brackets within brackets beyond this are refused: what reads an event calls itself for each. */
export const deepest = 100

/** Why bytes are not one JSON value that Millrace takes. */
export type ScanFault = 'bad_json' | 'duplicate_key' | 'nul_byte' | 'reserved' | 'too_deep'

/** What a value is, by its first byte. */
export const kinds = {
  missing: 0,
  null: 1,
  nan: 2,
  true: 3,
  false: 4,
  number: 5,
  string: 6,
  object: 7,
  array: 8,
} as const

/**
 * A JSON text (RFC 8259) on its way through the scanner, which looks at each byte once. Beyond the grammar, NaN and
 * infinities are passed and noted, as DuckDB reads them; a key twice in one object and half a surrogate pair are faults.
 */
export interface Scan {
  bytes: Uint8Array
  /** Nothing is read at or after it. */
  end: number
  fault: ScanFault | undefined
  faultAt: number
  message: string
  /** CR, LF or TAB stand between tokens. */
  breaks: boolean
  /** Where bare NaN and infinities begin and end, in turn. */
  notFinite: number[]
  /** The last string has escapes. */
  escaped: boolean
  /** The kind of the last value. */
  kind: number
  depth: number
  /** Hashes and places of the keys of the objects that are open, the outermost first. */
  keys: Int32Array
  keyCount: number
}

export function newScan(): Scan {
  return {
    bytes: new Uint8Array(0),
    end: 0,
    fault: undefined,
    faultAt: 0,
    message: '',
    breaks: false,
    notFinite: [],
    escaped: false,
    kind: 0,
    depth: 0,
    keys: new Int32Array(192),
    keyCount: 0,
  }
}

export function startScan(scan: Scan, bytes: Uint8Array, end: number): void {
  scan.bytes = bytes
  scan.end = end
  scan.fault = undefined
  scan.breaks = false
  if (scan.notFinite.length > 0) scan.notFinite = []
  scan.depth = 0
  scan.keyCount = 0
}

export function fail(scan: Scan, fault: ScanFault, at: number, message: string): -1 {
  scan.fault = fault
  scan.faultAt = at
  scan.message = message
  return -1
}

/** After spaces and line ends. */
export function skipSpace(scan: Scan, from: number): number {
  const { bytes, end } = scan
  let at = from
  while (at < end) {
    const byte = bytes[at] as number
    if (byte > 0x20) break
    if (byte === 0x0a || byte === 0x0d || byte === 0x09) scan.breaks = true
    else if (byte !== 0x20) break
    at++
  }
  return at
}

/** Bytes of a string that say nothing of their own: 0; all that end or bend it: 1. */
const special = new Uint8Array(256).fill(1, 0, 0x20).fill(1, 0x80)
special[0x22] = 1
special[0x5c] = 1

/** The place of the closing quote of the string whose first byte is at `from`; -1. */
export function scanString(scan: Scan, from: number): number {
  const { bytes, end } = scan
  scan.escaped = false
  let at = from
  if (bytes[at] === 0x6d || bytes[at] === 0x5c) {
    if (isMark(scan, from)) return fail(scan, 'reserved', from, 'a text begins with a mark that is Millrace’s own')
  }
  while (at < end) {
    const byte = bytes[at] as number
    if (special[byte] === 0) at++
    else if (byte === 0x22) return at
    else if (byte === 0x5c) {
      scan.escaped = true
      at = scanEscape(scan, at)
      if (at < 0) return -1
    } else if (byte >= 0x80) {
      at = scanWide(scan, at)
      if (at < 0) return -1
    } else if (byte === 0) return fail(scan, 'nul_byte', at, 'the event holds a NUL byte')
    else return fail(scan, 'bad_json', at, 'a control character stands in a string')
  }
  return fail(scan, 'bad_json', from - 1, 'a string does not end')
}

function scanEscape(scan: Scan, at: number): number {
  const { bytes, end } = scan
  const letter = at + 1 < end ? (bytes[at + 1] as number) : 0
  switch (letter) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2
    case 0x75: {
      const unit = hexAt(scan, at + 2)
      if (unit < 0) break
      if (unit === 0) return fail(scan, 'nul_byte', at, 'the event holds a NUL, as \\u0000')
      if (unit < 0xd800 || unit > 0xdfff) return at + 6
      const pair = bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75 ? hexAt(scan, at + 8) : -1
      if (unit < 0xdc00 && pair >= 0xdc00 && pair <= 0xdfff) return at + 12
      return fail(scan, 'bad_json', at, 'half a character')
    }
    default:
  }
  return fail(scan, 'bad_json', at, 'an escape that JSON does not have')
}

/** The number of four hexadecimal digits; -1. */
export function hexAt({ bytes, end }: { readonly bytes: Uint8Array; readonly end: number }, at: number): number {
  if (at + 4 > end) return -1
  let unit = 0
  for (let place = at; place < at + 4; place++) {
    const byte = bytes[place] as number
    const low = byte | 0x20
    if (byte >= 0x30 && byte <= 0x39) unit = unit * 16 + byte - 0x30
    else if (low >= 0x61 && low <= 0x66) unit = unit * 16 + low - 0x57
    else return -1
  }
  return unit
}

/** After a character of two bytes or more (RFC 3629). */
function scanWide(scan: Scan, at: number): number {
  const { bytes, end } = scan
  const first = bytes[at] as number
  const second = at + 1 < end ? (bytes[at + 1] as number) : 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  let good = first >= 0xc2 && first <= 0xf4 && second >= low && second <= high && at + length <= end
  for (let next = 2; next < length; next++) good = good && ((bytes[at + next] as number) & 0xc0) === 0x80
  return good ? at + length : fail(scan, 'bad_json', at, 'bytes that are no UTF-8')
}

/** The first words of the mark that `check-sql` puts in front of numbers; see forms/json-text.ts. */
const mark = 'millrace-number-'

function isMark(scan: Scan, from: number): boolean {
  const { bytes, end } = scan
  let at = from
  for (let index = 0; index < mark.length; index++) {
    if (at >= end) return false
    let unit = bytes[at] as number
    if (unit === 0x5c && bytes[at + 1] === 0x75) {
      unit = hexAt(scan, at + 2)
      at += 6
    } else at++
    if (unit !== mark.charCodeAt(index)) return false
  }
  return true
}

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

export function shortened(text: string): string {
  const characters = text.length > 100 ? [...text] : []
  return characters.length > 100 ? `${characters.slice(0, 80).join('')}…` : text
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

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text of a string between its quotes, escapes resolved. The string has been scanned. */
export function stringAt(bytes: Uint8Array, start: number, end: number): string {
  const text = textAt(bytes, start, end)
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text
}

/** Bytes of UTF-8 as text. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
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
