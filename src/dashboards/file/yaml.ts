import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

type Path = readonly (string | number)[]

/** YAML that a person wrote, with the places at which its parts stand. */
export interface YamlFile {
  readonly value: unknown
  /** `12:7` of a key or an item; that of the nearest part around it where it is not there. */
  placeOf(path: Path): string
  /** `12:7` of a character of a text. */
  placeInText(path: Path, index: number): string
}

/** What is no YAML, and where. */
export interface YamlFault {
  readonly place: string
  readonly reason: string
}

export function readYaml(text: string): YamlFile | YamlFault {
  const lines = new LineCounter()
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${line}:${col}`
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) return { place: at(fault.pos[0]), reason: fault.message }
  let value: unknown
  try {
    value = document.toJS()
  } catch (error) {
    // an alias without its anchor, or so many of them that they would fill the memory
    if (error instanceof ReferenceError) return { place: '1:1', reason: error.message }
    throw error
  }
  return {
    value,
    placeOf: (path) => at(find(document, path).start),
    placeInText(path, index) {
      const { node, start } = find(document, path)
      return at(isScalar(node) && node.range ? offsetIn(text, node.range, String(node.value), index) : start)
    },
  }
}

/** A part, and where it begins: the key of a map, an item of a list; or where what lies around it begins. */
function find(document: Document.Parsed, path: Path): { readonly node: Node | null; readonly start: number } {
  let node: Node | null = document.contents
  let start = node?.range?.[0] ?? 0
  for (const step of path) {
    if (isAlias(node)) node = (node.resolve(document) as Node | undefined) ?? null
    const [key, inner]: readonly (Node | null)[] = stepInto(node, step)
    if (!key) return { node: null, start }
    start = key.range?.[0] ?? start
    node = inner ?? null
  }
  return { node, start }
}

function stepInto(node: Node | null, step: string | number): readonly (Node | null)[] {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    return pair ? [pair.key as Node, pair.value as Node | null] : []
  }
  const item = isSeq(node) ? ((node.items[Number(step)] as Node | undefined) ?? null) : null
  return [item, item]
}

/**
 * Where a character of a text lies in the file. YAML changes nothing of plain texts and blocks but the space in them, so
 * all else is there in the same order; where quotes have escapes, it is the text's beginning.
 */
function offsetIn(text: string, [from, to]: readonly [number, number, number?], value: string, index: number): number {
  const first = text.charAt(from)
  // the head of a block, `|-` or `>`, is no part of it
  const begin = first === '|' || first === '>' ? text.indexOf('\n', from) + 1 : from + (/["']/.test(first) ? 1 : 0)
  let offset = begin
  for (const character of value.slice(0, index + 1)) {
    if (/\s/.test(character)) continue
    while (offset < to && /\s/.test(text.charAt(offset))) offset++
    if (!text.startsWith(character, offset)) return begin
    offset += character.length
  }
  return Math.max(begin, offset - 1)
}
