import { fail, type Scan } from './scan-state.ts'

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
  for (;;) {
    while (at < end && special[bytes[at] as number] === 0) at++
    if (at >= end) return fail(scan, 'bad_json', from - 1, 'a string does not end')
    const byte = bytes[at] as number
    if (byte === 0x22) return at
    if (byte === 0x5c) {
      scan.escaped = true
      at = scanEscape(scan, at)
      if (at < 0) return -1
    } else if (byte >= 0x80) {
      at = scanWide(scan, at)
      if (at < 0) return -1
    } else if (byte === 0) return fail(scan, 'nul_byte', at, 'the event holds a NUL byte')
    else return fail(scan, 'bad_json', at, 'a control character stands in a string')
  }
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
export const mark = 'millrace-number-'

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

export function shortened(text: string): string {
  const characters = text.length > 100 ? [...text] : []
  return characters.length > 100 ? `${characters.slice(0, 80).join('')}…` : text
}
