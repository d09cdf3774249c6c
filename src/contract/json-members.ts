import { skipSpace, valueEnd } from './json-values.ts'

/** A top-level member of a JSON object: its key, and where its value stands. */
export interface Member {
  readonly key: string
  /** The key's first quote. */
  readonly keyStart: number
  readonly start: number
  readonly end: number
}

/** The members of one object, by brackets, strings and commas alone; undefined where there is none to be cut so. */
export function membersOf(json: Uint8Array): readonly Member[] | undefined {
  const members: Member[] = []
  let at = skipSpace(json, 0)
  if (json[at] !== 0x7b) return undefined
  at = skipSpace(json, at + 1)
  if (json[at] === 0x7d) return members
  for (;;) {
    const keyStart = at
    const keyEnd = json[at] === 0x22 ? valueEnd(json, at) : -1
    if (keyEnd < 0) return undefined
    const colon = skipSpace(json, keyEnd)
    const start = skipSpace(json, colon + 1)
    const end = json[colon] === 0x3a ? valueEnd(json, start) : -1
    const key = end < 0 ? undefined : keyOf(json, keyStart, keyEnd)
    if (key === undefined) return undefined
    members.push({ key, keyStart, start, end })
    at = skipSpace(json, end)
    if (json[at] === 0x7d) return members
    if (json[at] !== 0x2c) return undefined
    at = skipSpace(json, at + 1)
  }
}

function keyOf(json: Uint8Array, start: number, end: number): string | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(json.subarray(start, end))) as string
  } catch {
    return undefined
  }
}

/** The object with these members first, in place of those of the same names; `json` itself where it is no object. */
export function withMembers(json: Buffer, values: ReadonlyMap<string, string>, isSame = sameKey): Buffer {
  const members = membersOf(json)
  if (!members) return json
  const names = [...values.keys()]
  const added = [...values].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  const kept = members
    .filter(({ key }) => !names.some((name) => isSame(name, key)))
    .map(({ keyStart, end }) => json.toString('latin1', keyStart, end))
  // bytes as characters, so that what is no text stays as it is
  return Buffer.from(`{${[...added.map((text) => Buffer.from(text).toString('latin1')), ...kept].join(',')}}`, 'latin1')
}

function sameKey(a: string, b: string): boolean {
  return a === b
}
