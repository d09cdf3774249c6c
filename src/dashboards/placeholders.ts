/** A `$name` or `$name.part` in a tile's SQL. */
export interface Placeholder {
  readonly name: string
  readonly part?: string
  readonly start: number
  readonly end: number
}

/** Texts, quoted names, comments and dollar quotes, in which a `$` is a character like another; then the placeholders. */
const tokens =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|\$([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?/g

/** The placeholders of a text, in its order. */
export function namesIn(sql: string): readonly Placeholder[] {
  return [...sql.matchAll(tokens)].flatMap(({ 0: text, 2: name, 3: part, index }) =>
    name === undefined ? [] : [{ name, ...(part !== undefined && { part }), start: index, end: index + text.length }],
  )
}
