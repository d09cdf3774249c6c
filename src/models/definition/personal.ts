import { child, children, type Node, textOf, walk } from '../../sql/ast.ts'
import type { Parsed } from '../../sql/parse.ts'

/**
 * The output columns of a SELECT that may hold personal data, in small letters: those that anything personal flows into,
 * followed by names through subqueries and CTEs. Where names do not tell the way (columns renamed by position, set
 * operations, pivots), all of them. Some columns are named without need, none is missed.
 */
export function personalColumns(
  { statement }: Parsed,
  /** Personal columns of what it reads, in small letters. */
  given: ReadonlySet<string>,
  output: readonly string[],
): ReadonlySet<string> {
  const all = output.map((name) => name.toLowerCase())
  if (given.size === 0) return new Set()
  const nodes = [...walk(statement)].map(([node]) => node)
  if (nodes.some(losesNames)) return new Set(all)
  const tables = new Set(nodes.flatMap(tableNames))
  const personal = new Set(given)
  // a table function names its column itself
  if (nodes.some((node) => node['type'] === 'TABLE_FUNCTION' && isPersonal(node, personal, tables))) return new Set(all)
  const items = nodes.flatMap((node) => (node['type'] === 'SELECT_NODE' ? children(node, 'select_list') : []))
  for (let known = -1; known < personal.size; ) {
    known = personal.size
    for (const item of items) {
      if (item['class'] === 'STAR' || !isPersonal(item, personal, tables)) continue
      const name = nameOf(item)
      if (name === undefined) return new Set(all)
      personal.add(name)
    }
  }
  return new Set(all.filter((name) => personal.has(name)))
}

/** What gives columns names by their position, or by the values of rows. */
function losesNames(node: Node): boolean {
  const renamed = ['column_name_alias', 'aliases', 'rename_list', 'replace_list'].some((key) => {
    const held = node[key]
    return Array.isArray(held)
      ? held.length > 0
      : typeof held === 'object' && held !== null && Object.keys(held).length > 0
  })
  const columns = node['class'] === 'STAR' && (node['columns'] === true || child(node, 'expr') !== undefined)
  return renamed || columns || ['SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'PIVOT'].includes(textOf(node, 'type'))
}

/** What rows can be called: as a value, such a name is the whole row. */
function tableNames(node: Node): readonly string[] {
  if (!['BASE_TABLE', 'SUBQUERY', 'TABLE_FUNCTION'].includes(textOf(node, 'type'))) return []
  return [textOf(node, 'alias') || textOf(node, 'table_name')].filter(Boolean).map((name) => name.toLowerCase())
}

function isPersonal(item: Node, personal: ReadonlySet<string>, tables: ReadonlySet<string>): boolean {
  return [...walk(item)].some(([node]) => {
    if (node['class'] === 'STAR') return true
    if (node['class'] !== 'COLUMN_REF') return false
    const parts = partsOf(node)
    const [first = '', ...rest] = parts
    // `t` is a row, `t.a` a column of it, `s.a` a field of a column
    if (rest.length === 0 && tables.has(first)) return true
    return (tables.has(first) ? rest : parts).some((part) => personal.has(part))
  })
}

function nameOf(item: Node): string | undefined {
  const alias = textOf(item, 'alias')
  if (alias !== '') return alias.toLowerCase()
  return item['class'] === 'COLUMN_REF' ? partsOf(item).at(-1) : undefined
}

function partsOf(node: Node): readonly string[] {
  const names = node['column_names']
  return Array.isArray(names) ? names.map((name) => String(name).toLowerCase()) : []
}
