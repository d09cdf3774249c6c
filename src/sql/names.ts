import { byteOf, type Node, textOf, walk } from './ast.ts'
import type { Parsed } from './parse.ts'
import { indexOfByte, type Place, placeOfByte } from './place.ts'

/** A table that a query reads, where it is named. A name that a CTE in scope has given is none. */
export interface TableReference {
  /** Catalog, schema and table, as far as they are written. */
  readonly parts: readonly string[]
  /** Where the name stands in the text, for `slice`. */
  readonly start: number
  readonly end: number
  readonly place: Place
  readonly node: Node
}

/** Every table that the query names, in the order of the text. */
export function tablesOf({ text, statement }: Parsed): TableReference[] {
  const found: TableReference[] = []
  for (const [node, ctes] of walk(statement)) {
    if (node['type'] !== 'BASE_TABLE') continue
    const parts = ['catalog_name', 'schema_name', 'table_name'].map((key) => textOf(node, key)).filter(Boolean)
    if (parts.length === 1 && ctes.has((parts[0] as string).toLowerCase())) continue
    const start = indexOfByte(text, Math.max(byteOf(node), 0))
    found.push({ parts, start, end: endOfName(text, start), place: placeOfByte(text, byteOf(node)), node })
  }
  return found.sort((a, b) => a.start - b.start)
}

const part = String.raw`(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}_][\p{L}\p{N}_$]*)`
const name = new RegExp(String.raw`${part}(?:\s*\.\s*${part})*`, 'uy')

function endOfName(text: string, start: number): number {
  name.lastIndex = start
  return start + (name.exec(text)?.[0].length ?? 0)
}

/** Another text for a span. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with some of its references written otherwise; everything else stays as it is. Edits in order. */
export function replaceTables(text: string, edits: readonly Edit[]): string {
  return edits.reduceRight((done, edit) => done.slice(0, edit.start) + edit.text + done.slice(edit.end), text)
}

/** Where something at `index` of the replaced text stood before; within a replaced name, that name's start. */
export function indexBefore(edits: readonly Edit[], index: number): number {
  let grown = 0
  for (const { start, end, text } of edits) {
    if (index < start + grown) break
    if (index < start + grown + text.length) return start
    grown += text.length - (end - start)
  }
  return index - grown
}
