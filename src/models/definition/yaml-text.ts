import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** YAML that a person wrote, with the lines on which its parts stand. */
export interface YamlText {
  readonly document: Document.Parsed
  /** Plain data; integers are bigint. */
  readonly value: unknown
  /** The line of a part, from 1; that of the nearest part around it where it is not there. */
  readonly lineOf: (path: readonly string[]) => number
  readonly nodeAt: (path: readonly string[]) => Node | undefined
}

/** Reads one YAML document. `fail` is told the line and what is wrong there, and throws. */
export function readYaml(text: string, fail: (line: number, reason: string) => never): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    intAsBigInt: true,
  })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) fail(lines.linePos(fault.pos[0]).line, fault.message)
  const lineOf = (path: readonly string[]) => lines.linePos(find(document, path).offset).line
  return { document, value: plainOf(document, fail), lineOf, nodeAt: (path) => find(document, path).node }
}

function plainOf(document: Document.Parsed, fail: (line: number, reason: string) => never): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // an alias without its anchor, or so many of them that they would fill the memory
    if (error instanceof ReferenceError) return fail(1, error.message)
    throw error
  }
}

/** A part and where it begins: a key of a map, an item of a list. Without the part, where what lies around it begins. */
function find(
  document: Document.Parsed,
  path: readonly string[],
): { readonly offset: number; readonly node: Node | undefined } {
  let held: Node | null | undefined = document.contents
  let offset = startOf(held)
  for (const step of path) {
    if (isAlias(held)) held = held.resolve(document)
    const [start, inner] = partOf(held, step)
    if (start === undefined) return { offset, node: undefined }
    offset = startOf(start)
    held = inner
  }
  return { offset, node: held ?? undefined }
}

/** Where a part stands, and what it is. */
function partOf(held: unknown, step: string): readonly [Node?, (Node | null)?] {
  if (isMap(held)) {
    const pair = held.items.find(({ key }) => isScalar(key) && String(key.value) === step)
    return pair ? [pair.key as Node, pair.value as Node | null] : []
  }
  const item = isSeq(held) ? (held.items[Number(step)] as Node | undefined) : undefined
  return item ? [item, item] : []
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0
}
