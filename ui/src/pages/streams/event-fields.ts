/** A field of an event as it is read in a line. */
export interface EventField {
  readonly name: string
  readonly text: string
}

/** The fields of an event that hold something, those that are asked for first; none where it is no object. */
export function eventFields(json: string, first: readonly (string | null)[] = []): readonly EventField[] {
  const event = parsed(json)
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return []
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  return Object.entries(event)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => ({ name, text: typeof value === 'object' ? JSON.stringify(value) : String(value) }))
    .toSorted((a, b) => rank(a.name) - rank(b.name))
}

/** JSON with a field a line; what is none stays as it is. */
export function spread(json: string): string {
  // digits beyond a double’s are the sender’s: JSON that holds some is not written anew
  if (/\d{16}/.test(json)) return json
  const event = parsed(json)
  return event === undefined ? json : JSON.stringify(event, null, 2)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
