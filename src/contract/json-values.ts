/** Where the value at `from` ends, by brackets and strings alone; -1 when it does not. */
export function valueEnd(body: Uint8Array, from: number): number {
  const { length } = body
  let depth = 0
  let at = from
  for (; at < length; at++) {
    const byte = body[at] as number
    if (byte === 0x22) {
      at = stringEnd(body, at + 1)
      if (at < 0) return -1
      if (depth === 0) return at + 1
    } else if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at > from ? at : -1
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (byte === 0x2c || isSpace(byte))) return at > from ? at : -1
  }
  return depth === 0 && at > from ? at : -1
}

/** The closing quote of the string whose first byte is at `from`; -1. */
function stringEnd(body: Uint8Array, from: number): number {
  for (let at = from; at < body.length; at++) {
    const byte = body[at]
    if (byte === 0x22) return at
    if (byte === 0x5c) at++
  }
  return -1
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

export function skipSpace(body: Uint8Array, from: number, end = body.length): number {
  let at = from
  while (at < end && isSpace(body[at] as number)) at++
  return at
}

export function afterByteOrderMark(body: Uint8Array): number {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
}

/** A member of an object: its key as text, and where it and its value stand. */
export interface JsonMember {
  readonly key: string
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

/**
 * The members of the object whose bracket is at `from`, by brackets and strings alone, and where it ends: what is in the
 * values is looked at by nobody. Undefined for what is no object.
 */
export function membersOf(
  body: Uint8Array,
  from: number,
): { readonly members: readonly JsonMember[]; readonly end: number } | undefined {
  if (body[from] !== 0x7b) return undefined
  const members: JsonMember[] = []
  let at = skipSpace(body, from + 1)
  if (body[at] === 0x7d) return { members, end: at + 1 }
  for (;;) {
    const start = at
    const quote = body[at] === 0x22 ? stringEnd(body, at + 1) : -1
    const key = quote < 0 ? undefined : keyText(body, start, quote + 1)
    at = skipSpace(body, quote + 1)
    if (key === undefined || body[at] !== 0x3a) return undefined
    const valueStart = skipSpace(body, at + 1)
    const end = valueEnd(body, valueStart)
    if (end < 0) return undefined
    members.push({ key, start, valueStart, end })
    at = skipSpace(body, end)
    if (body[at] === 0x7d) return { members, end: at + 1 }
    if (body[at] !== 0x2c) return undefined
    at = skipSpace(body, at + 1)
  }
}

function keyText(body: Uint8Array, start: number, end: number): string | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(body.subarray(start, end))) as string
  } catch {
    // an escape or a control character that no JSON has
    return undefined
  }
}
