/** A table that a project file is to declare: `    name: table({ … }),` and a line break. */
export interface TableText {
  readonly text: string
  /** The functions of the package that it calls. */
  readonly calls: readonly string[]
}

/**
 * A project file with one more table, before those that it has; undefined where the file is written in a way that does not
 * show where tables stand. What comes out is to be loaded before it is believed.
 */
export function withTable(config: string, table: TableText): string | undefined {
  const plain = withoutTexts(config)
  const place = placeOfTables(plain)
  const imports = importsOf(plain)
  if (!place || !imports) return undefined
  const missing = table.calls.filter((name) => !imports.names.includes(name))
  const own = place.isNew ? `\n  tables: {\n${table.text}  },` : `\n${table.text.trimEnd()}`
  const rest = config.slice(place.at)
  const isLine = /^[ \t]*\r?\n/.test(rest)
  const after = isLine ? rest : `\n${place.isNew || /^\s*\}/.test(rest) ? '  ' : '    '}${rest.trimStart()}`
  const body = config.slice(0, place.at) + own + after
  if (missing.length === 0) return body
  const names = [...imports.names, ...missing].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  return `${body.slice(0, imports.start)}{ ${names.join(', ')} }${body.slice(imports.end)}`
}

/** The names that are imported from the package, and where their braces begin and end. */
function importsOf(plain: string) {
  for (const match of plain.matchAll(/^[ \t]*import\s*(\{[^}]*\})\s*from\b/gm)) {
    const start = match.index + match[0].indexOf('{')
    const names = (match[1] as string)
      .slice(1, -1)
      .split(',')
      .map((name) => name.trim())
    if (names.includes('defineProject'))
      return { start, end: start + (match[1] as string).length, names: names.filter((name) => name !== '') }
  }
  return undefined
}

/** Right after the brace that opens `tables`, or, where there are none, the project. */
function placeOfTables(plain: string): { readonly at: number; readonly isNew: boolean } | undefined {
  const project = projectBrace(plain)
  if (project === undefined) return undefined
  let depth = 0
  for (let at = project; at < plain.length; at++) {
    const sign = plain[at]
    if (sign === '{' || sign === '(' || sign === '[') depth++
    else if (sign === '}' || sign === ')' || sign === ']') depth--
    if (depth === 0) break
    const tables = depth === 1 && /^[{,\s]tables\s*:\s*\{/.exec(plain.slice(at, at + 200))
    if (tables) return { at: at + tables[0].length, isNew: false }
    // what is declared otherwise, as `tables: all` or `tables,`, has no place to write to
    if (depth === 1 && /^[{,\s]tables\s*[:,}]/.test(plain.slice(at, at + 200))) return undefined
  }
  return { at: project + 1, isNew: true }
}

/** Where the object begins that `defineProject` is given, or that its function gives. */
function projectBrace(plain: string): number | undefined {
  const call = /\bdefineProject\s*\(\s*/g
  for (let match = call.exec(plain); match; match = call.exec(plain)) {
    const at = match.index + match[0].length
    if (plain[at] === '{') return at
    const arrow = /^(?:async\s+)?\([^)]*\)\s*=>\s*\(\s*\{/.exec(plain.slice(at))
    if (arrow) return at + arrow[0].length - 1
  }
  return undefined
}

/** The file with spaces for what is in comments and texts: of the same length, and no brace of it is in a text. */
function withoutTexts(config: string): string {
  return config.replaceAll(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (text) => text.replaceAll(/[^\n]/g, ' '),
  )
}
