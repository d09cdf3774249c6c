/** The clauses of a SELECT as text. */
export interface Clauses {
  /** What stands before its SELECT: a WITH, or nothing. */
  readonly with: string
  /** Output column → the expression that it is, as far as its name is written. */
  readonly outputs: ReadonlyMap<string, string>
  /** From FROM on, before WHERE. */
  readonly from: string
  readonly where: string | undefined
}

/** Texts, quoted names and comments are passed over whole; brackets are counted; words are looked at. */
const tokens =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[([{]|[)\]}]|,|[A-Za-z_$][\w$]*|::?|\./g

const after = new Set(['group', 'having', 'window', 'qualify', 'order', 'limit', 'offset', 'fetch', 'using'])
const sets = new Set(['union', 'intersect', 'except'])

/**
 * Takes a SELECT, which a parser has accepted, apart at its outermost level; undefined for one that is not of this form:
 * UNION and its like, FROM first, no FROM.
 */
export function clausesOf(text: string): Clauses | undefined {
  const cuts: { word: string; start: number; end: number }[] = []
  const commas: number[] = []
  let depth = 0
  let before = ''
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token.startsWith('--') || token.startsWith('/*')) continue
    if (/^[([{]$/.test(token)) depth++
    else if (/^[)\]}]$/.test(token)) depth--
    else if (depth === 0 && token === ',') commas.push(index)
    else if (depth === 0 && before !== '.') {
      const word = token.toLowerCase()
      if (sets.has(word)) return undefined
      const isClause = word === 'select' || word === 'where' || after.has(word)
      // `a IS DISTINCT FROM b`
      if (isClause || (word === 'from' && before !== 'distinct'))
        cuts.push({ word, start: index, end: index + token.length })
    }
    before = token.toLowerCase()
  }
  const [select, from, ...rest] = cuts
  if (select?.word !== 'select' || from?.word !== 'from') return undefined
  const [next] = rest
  const where = next?.word === 'where' ? next : undefined
  const end = (where ? rest[1] : next)?.start ?? text.length
  const inList = commas.filter((at) => at > select.end && at < from.start)
  const starts = [select.end, ...inList.map((at) => at + 1)]
  const items = starts.map((start, at) => text.slice(start, inList[at] ?? from.start).trim())
  return {
    with: text.slice(0, select.start),
    outputs: new Map(items.flatMap((item) => outputOf(item))),
    from: text.slice(from.start, where?.start ?? end).trim(),
    where: where && text.slice(where.end, end).trim(),
  }
}

const quotedOrPlain = String.raw`(?:"((?:[^"]|"")+)"|([A-Za-z_]\w*))`
const aliased = new RegExp(String.raw`^([\s\S]+?)\s+AS\s+${quotedOrPlain}$`, 'i')
const column = new RegExp(String.raw`^(?:${quotedOrPlain}\s*\.\s*)*${quotedOrPlain}$`)

function outputOf(item: string): readonly (readonly [string, string])[] {
  const text = item.replace(/^DISTINCT\s+(?!ON\b)/i, '')
  const named = aliased.exec(text)
  if (named) return [[nameOf(named[2], named[3]), named[1] as string]]
  const plain = column.exec(text)
  return plain ? [[nameOf(plain[3], plain[4]), text]] : []
}

function nameOf(quoted: string | undefined, plain: string | undefined): string {
  return quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')
}
