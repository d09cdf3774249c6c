/** A raw text, and in it what a reason is about. */
export interface Placed {
  readonly before: string
  readonly place: string
  readonly after: string
}

/** Where the value of a column stands in an event; the whole text is before it where that cannot be told. */
export function placeIn(raw: string, column: string | null): Placed {
  const name = column?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const found = name === undefined ? null : valueAfter(raw, name)
  if (!found) return { before: raw, place: '', after: '' }
  const { start, end } = found
  return { before: raw.slice(0, start), place: raw.slice(start, end), after: raw.slice(end) }
}

function valueAfter(raw: string, name: string) {
  const value = '"(?:[^"\\\\]|\\\\.)*"|\\{[^{}]*\\}|\\[[^\\[\\]]*\\]|[^,}\\]\\s]+'
  const found = new RegExp(`"${name}"\\s*:\\s*(${value})`, 'di').exec(raw)
  const [start, end] = found?.indices?.[1] ?? []
  return start === undefined || end === undefined ? undefined : { start, end }
}
