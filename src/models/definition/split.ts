/** A model's file in two texts with the lines of the file; in that of the SQL columns are the file's too. */
export interface SplitFile {
  /** The inside of the leading block comment, on its lines; without one there is no header. */
  readonly header?: string
  readonly sql: string
  /** Line of a header that has no end. */
  readonly unclosed?: number
}

/** Takes the header off a model's file. Blank lines and `--` comments may stand before it. */
export function splitFile(text: string): SplitFile {
  const start = /^\uFEFF?(?:\s|--[^\n]*(?:\n|$))*/.exec(text)?.[0].length ?? 0
  const plain = text.replace(/^\uFEFF/, ' ')
  if (!plain.startsWith('/*', start)) return { sql: plain }
  const end = plain.indexOf('*/', start + 2)
  if (end < 0) return { sql: plain, unclosed: plain.slice(0, start).split('\n').length }
  return {
    header: `${blank(plain.slice(0, start)).replaceAll(' ', '')}${levelled(plain.slice(start + 2, end))}`,
    sql: `${blank(plain.slice(0, end + 2))}${plain.slice(end + 2)}`,
  }
}

/** What stands beside the comment's beginning is indented as the lines after it are. */
function levelled(header: string): string {
  const [first = '', ...rest] = header.split('\n')
  const indents = rest.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0)
  const indent = indents.length > 0 ? Math.min(...indents) : 0
  return [`${' '.repeat(indent)}${first.replace(/^[ \t]+/, '')}`, ...rest].join('\n')
}

/** The text with its line ends and a space for every other character. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/gu, ' ')
}

const tokens = /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|\/\*|;/g

/** The text of one statement without the semicolons after it: it is put into other statements. */
export function withoutSemicolons(sql: string): string {
  let done = ''
  let from = 0
  tokens.lastIndex = 0
  for (let found = tokens.exec(sql); found; found = tokens.exec(sql)) {
    if (found[0] === '/*') tokens.lastIndex = endOfComment(sql, found.index)
    else if (found[0].startsWith("'") && /(?<!\w)e$/i.test(sql.slice(0, found.index)))
      tokens.lastIndex = endOfEscaped(sql, found.index)
    else if (found[0] === ';') {
      done += `${sql.slice(from, found.index)} `
      from = found.index + 1
    }
  }
  return done + sql.slice(from)
}

/** Block comments nest. */
function endOfComment(sql: string, start: number): number {
  const ends = /\/\*|\*\//g
  ends.lastIndex = start
  let depth = 0
  for (let found = ends.exec(sql); found; found = ends.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return ends.lastIndex
  }
  return sql.length
}

/** `E'…'`: a backslash takes the next character with it. */
function endOfEscaped(sql: string, start: number): number {
  const text = /'(?:[^'\\]|\\[\s\S]|'')*'/y
  text.lastIndex = start
  return text.exec(sql) ? text.lastIndex : start + 1
}
