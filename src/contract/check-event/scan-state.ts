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
