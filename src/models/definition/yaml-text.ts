import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** YAML that a person wrote, with the lines on which its parts stand. */
export interface YamlText {
  readonly document: Document.Parsed
  /** Plain data; integers are bigint. */
  readonly value: unknown
  /** The line of a part, from 1; that of the nearest part around it where it is not there. */
  readonly lineOf: (path: readonly string[]) => number
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
  const lineOf = (path: readonly string[]) => lines.linePos(offsetOf(document, path)).line
  return { document, value: plainOf(document, fail), lineOf }
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

/** Where a part begins: a key of a map, an item of a list. */
function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let held: unknown = document.contents
  let offset = startOf(document.contents)
  for (const step of path) {
    if (isAlias(held)) held = held.resolve(document)
    if (isMap(held)) {
      const pair = held.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      if (!pair) break
      offset = startOf(pair.key as Node)
      held = pair.value
    } else if (isSeq(held)) {
      const item = held.items[Number(step)]
      if (item === undefined) break
      offset = startOf(item as Node)
      held = item
    } else break
  }
  return offset
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0
}
