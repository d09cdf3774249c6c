import { type Layout, normal } from './columns.ts'
import { duplicate, sameBytes, scanValue } from './scan.ts'
import { fail, kinds, type Scan, skipSpace } from './scan-state.ts'
import { mark, scanString, shortened, stringAt } from './scan-string.ts'

/** A member whose key no column names exactly. */
export interface OtherMember {
  readonly key: string
  /** The key's first quote, and after its last one. */
  readonly keyStart: number
  readonly keyEnd: number
  readonly start: number
  readonly end: number
  readonly kind: number
}

/** The top-level members of the event that was scanned last, by the layout's slots. */
export interface Members {
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** `kinds.missing` where the event has no such member. */
  readonly kinds: Uint8Array
  /** 1 where the value is a string with escapes. */
  readonly escaped: Uint8Array
  /** Where each key's first quote is. */
  readonly keys: Int32Array
  /** Those that no column names exactly and that hold something; kept only where they are a reason to refuse. */
  others: OtherMember[]
  /** By normal form, the first member of each name that columns take in other spellings. */
  spelled: Map<string, OtherMember> | undefined
  /** How many there are in all. */
  count: number
}

export function newMembers({ slots }: Layout): Members {
  return {
    starts: new Int32Array(slots.length),
    ends: new Int32Array(slots.length),
    kinds: new Uint8Array(slots.length),
    escaped: new Uint8Array(slots.length),
    keys: new Int32Array(slots.length),
    others: [],
    spelled: undefined,
    count: 0,
  }
}

/** Scans one object; where it ends, or -1. */
export type MemberScanner = (scan: Scan, from: number, members: Members) => number

/** `spelled`: the normal forms of names that columns take in any spelling. */
export function memberScanner({ slots }: Layout, spelled: ReadonlySet<string>, keepsOthers: boolean): MemberScanner {
  const encoder = new TextEncoder()
  const names = slots.map((slot) => encoder.encode(slot))
  const byName = new Map(slots.map((slot, index) => [slot, index]))
  const byHash = new Map<number, number[]>()
  for (const [index, name] of names.entries()) {
    const hash = hashOf(name, 0, name.length)
    byHash.set(hash, [...(byHash.get(hash) ?? []), index])
  }

  // mostly keys come in the order of the columns; those that JSON writes as they are need no scan
  const inOrder = slots.map((slot) =>
    JSON.stringify(slot) === `"${slot}"` && !slot.startsWith(mark) ? encoder.encode(`"${slot}"`) : undefined,
  )

  const slotAt = (bytes: Uint8Array, start: number, end: number): number => {
    for (const index of byHash.get(hashOf(bytes, start, end)) ?? []) {
      const name = names[index] as Uint8Array
      if (sameBytes(bytes, start, end, name, 0, name.length)) return index
    }
    return -1
  }

  const takeOther = (members: Members, member: OtherMember): void => {
    const name = normal(member.key)
    if (spelled.has(name) && !members.spelled?.has(name)) {
      members.spelled ??= new Map()
      members.spelled.set(name, member)
    }
    if (keepsOthers && member.kind > kinds.nan) members.others.push(member)
  }

  return (scan, from, members) => {
    const { bytes } = scan
    members.kinds.fill(kinds.missing)
    if (members.others.length > 0) members.others = []
    members.spelled = undefined
    members.count = 0
    let seen: Set<string> | undefined
    let next = 0
    let at = skipSpace(scan, from + 1)
    scan.depth = 1
    if (at < scan.end && bytes[at] === 0x7d) return at + 1
    for (;;) {
      if (at >= scan.end || bytes[at] !== 0x22) return expected(scan, at, 'a key')
      const keyStart = at
      const expects = inOrder[next]
      let close = expects ? at + expects.length - 1 : 0
      let slot = expects && close < scan.end && sameBytes(bytes, at, close + 1, expects, 0, expects.length) ? next : -1
      let key: string | undefined
      if (slot < 0) {
        close = scanString(scan, at + 1)
        if (close < 0) return -1
        if (scan.escaped) {
          key = stringAt(bytes, keyStart + 1, close)
          slot = byName.get(key) ?? -1
        } else slot = slotAt(bytes, keyStart + 1, close)
      }
      if (slot < 0) {
        key ??= stringAt(bytes, keyStart + 1, close)
        if (key.startsWith('_') && !spelled.has(normal(key)))
          return fail(
            scan,
            'reserved',
            keyStart,
            `the key \`${shortened(key)}\`: what begins with \`_\` is Millrace’s own`,
          )
        seen ??= new Set()
        if (seen.has(key)) return duplicate(scan, keyStart, key)
        seen.add(key)
      } else if (members.kinds[slot] !== kinds.missing) return duplicate(scan, keyStart, slots[slot] as string)
      at = skipSpace(scan, close + 1)
      if (at >= scan.end || bytes[at] !== 0x3a) return expected(scan, at, 'a colon')
      const start = skipSpace(scan, at + 1)
      const end = scanValue(scan, start)
      if (end < 0) return -1
      members.count++
      if (slot >= 0) {
        members.starts[slot] = start
        members.ends[slot] = end
        members.kinds[slot] = scan.kind
        members.escaped[slot] = scan.escaped ? 1 : 0
        members.keys[slot] = keyStart
        next = slot + 1
      } else takeOther(members, { key: key as string, keyStart, keyEnd: close + 1, start, end, kind: scan.kind })
      at = skipSpace(scan, end)
      const byte = at < scan.end ? bytes[at] : 0
      if (byte === 0x7d) return at + 1
      if (byte !== 0x2c) return expected(scan, at, 'a comma')
      at = skipSpace(scan, at + 1)
    }
  }
}

function expected(scan: Scan, at: number, what: string): -1 {
  const where = at >= scan.end ? 'it breaks off' : `byte ${at} is something else`
  return fail(scan, 'bad_json', at, `${where} where ${what} is expected`)
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
  return hash
}
