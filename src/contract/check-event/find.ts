import { type Layout, normal, type Place } from './columns.ts'
import { eachItem, eachMember } from './json-text.ts'
import type { Members, OtherMember } from './members.ts'
import { kindAt } from './scan.ts'
import { kinds } from './scan-state.ts'
import { stringAt } from './scan-string.ts'

/** Where the value of a column is in the event at hand. */
export interface Found {
  kind: number
  start: number
  end: number
  /** It is a string without escapes; false also where nobody has looked. */
  plain: boolean
  /** The member that is the column's, though no column writes its name so. */
  spelled: OtherMember | undefined
}

export function newFound(): Found {
  return { kind: 0, start: 0, end: 0, plain: false, spelled: undefined }
}

export function find(bytes: Uint8Array, members: Members, place: Place, found: Found): void {
  found.spelled = undefined
  let slot = place.slot
  if (slot < 0 || members.kinds[slot] === kinds.missing) slot = otherSlot(members, place)
  if (slot >= 0) {
    found.kind = members.kinds[slot] as number
    found.start = members.starts[slot] as number
    found.end = members.ends[slot] as number
    found.plain = members.escaped[slot] === 0
  } else if (!takeSpelled(members, place, found)) {
    found.kind = kinds.missing
    return
  }
  if (place.steps.length === 0) return
  found.plain = false
  for (const step of place.steps) if (!stepInto(bytes, step, found)) return
}

function otherSlot(members: Members, place: Place): number {
  for (const other of place.others) if (members.kinds[other] !== kinds.missing) return other
  return -1
}

function takeSpelled(members: Members, { spelled }: Place, found: Found): boolean {
  const member = spelled === undefined ? undefined : members.spelled?.get(spelled)
  if (!member) return false
  found.kind = member.kind
  found.start = member.start
  found.end = member.end
  found.plain = false
  found.spelled = member
  return true
}

/** Goes to one member or item of what was found; false, and nothing found, where there is none. */
function stepInto(bytes: Uint8Array, step: string | number, found: Found): boolean {
  const { kind, start, end } = found
  found.kind = kinds.missing
  const take = (from: number, to: number): false => {
    found.start = from
    found.end = to
    found.kind = kindAt(bytes, from)
    return false
  }
  if (typeof step === 'string' && kind === kinds.object)
    eachMember(bytes, start, end, (keyStart, keyEnd, from, to) =>
      stringAt(bytes, keyStart, keyEnd) === step ? take(from, to) : true,
    )
  let index = 0
  if (typeof step === 'number' && kind === kinds.array)
    eachItem(bytes, start, end, (from, to) => (index++ === step ? take(from, to) : true))
  return found.kind !== kinds.missing
}

/** The first top-level key that no column takes and that holds something. */
export function undeclaredKey(layout: Layout, members: Members): string | undefined {
  const isThere = (slot: number) => slot >= 0 && members.kinds[slot] !== kinds.missing
  const isTaken = (member: OtherMember): boolean => {
    const name = normal(member.key)
    return (
      members.spelled?.get(name) === member &&
      layout.places.some(({ slot, others, spelled }) => spelled === name && ![slot, ...others].some(isThere))
    )
  }
  const other = members.others.find((member) => !isTaken(member))
  let [key, at] = [other?.key, other?.keyStart ?? Number.POSITIVE_INFINITY]
  for (const [slot, name] of layout.slots.entries())
    if (!layout.taken[slot] && (members.kinds[slot] as number) > kinds.nan && (members.keys[slot] as number) < at)
      [key, at] = [name, members.keys[slot] as number]
  return key
}
