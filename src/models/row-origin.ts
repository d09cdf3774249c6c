import { clausesOf } from '../sql/clauses.ts'
import { replaceTables, tablesOf } from '../sql/names.ts'
import { name, type SqlText, sql } from '../sql/text.ts'
import type { ModelGraph } from './model.ts'
import { rowwisePlace } from './reading/rowwise.ts'

/** The rows of a name, each with columns of the table that it was made from. */
export interface RowOrigin {
  /** No model: a stream, or a table that files feed. */
  readonly table: string
  readonly sql: string
}

/**
 * A SELECT of a name's rows with further columns of the table that they come from, where each is made of one row there;
 * undefined where models join, group or look around. `carried`: the columns, as the list of a SELECT writes them.
 */
export function rowOrigin(
  graph: ModelGraph,
  of: string,
  carried: (table: string) => { readonly names: readonly string[]; readonly list: SqlText } | undefined,
): RowOrigin | undefined {
  const model = graph.byName.get(of)
  if (!model) {
    const columns = carried(of)
    return columns && { table: of, sql: sql`SELECT *, ${columns.list} FROM ${name(of)}`.text }
  }
  if (rowwisePlace(graph, model) === undefined) return undefined
  const [input] = model.inputs
  const inner = input === undefined ? undefined : rowOrigin(graph, input, carried)
  const [reference, ...others] = tablesOf(model.parsed)
  const clauses = clausesOf(model.parsed.text)
  if (!inner || !reference || !clauses || others.length > 0) return undefined
  const alias = hasAlias(reference.node) ? '' : ` AS ${name(reference.parts.at(-1) as string)}`
  const { text } = model.parsed
  const list = clauses.with.length + 'SELECT'.length
  // what stands for all columns has them already
  const added = /(?:^|[,.\s])\*/.test(text.slice(list, reference.start))
    ? ''
    : ` ${(carried(inner.table)?.names ?? []).map((each) => name(each).text).join(', ')},`
  const edits = [
    { start: list, end: list, text: added },
    { start: reference.start, end: reference.end, text: `(${inner.sql}\n)${alias}` },
  ]
  return { table: inner.table, sql: replaceTables(text, edits) }
}

function hasAlias(node: Readonly<Record<string, unknown>>): boolean {
  return typeof node['alias'] === 'string' && node['alias'] !== ''
}
