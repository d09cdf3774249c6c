import { child, children, type Node, textOf, textsOf, walk } from './ast.ts'
import type { Parsed } from './parse.ts'
import { type Functions, functions, unnesting } from './trace/functions.ts'
import { isVolatileName, volatileCall } from './volatile.ts'

/** What an expression of one row is made of. */
export const rowClasses = new Set([
  'COLUMN_REF',
  'CONSTANT',
  'PARAMETER',
  'FUNCTION',
  'CAST',
  'CASE',
  'COMPARISON',
  'CONJUNCTION',
  'BETWEEN',
  'OPERATOR',
])

/** Whether a call gives one value for the values of one row, the same each time. */
export function isScalar(node: Node, { scalars, aggregates }: Functions): boolean {
  const called = textOf(node, 'function_name').toLowerCase()
  return scalars.has(called) && !aggregates.has(called) && !unnesting.has(called) && volatileCall(node) === undefined
}

/** Whether a SELECT has none of the clauses that look at other rows than one, but for GROUP BY, ORDER BY and LIMIT. */
export function isPlainSelect(node: Node): boolean {
  return !node['having'] && !node['qualify'] && !node['sample'] && children(child(node, 'cte_map'), 'map').length === 0
}

export function isUngrouped(node: Node): boolean {
  return children(node, 'group_expressions').length === 0 && node['aggregate_handling'] === 'STANDARD_HANDLING'
}

/** Whether each row of a SELECT is made of one row of its one table, or none is: of the rows of two tables it makes the rows of both. */
export async function isRowWise({ statement }: Parsed): Promise<boolean> {
  const node = child(statement, 'node')
  if (node?.['type'] !== 'SELECT_NODE' || !isPlainSelect(node) || !isUngrouped(node)) return false
  const from = child(node, 'from_table')
  if (from?.['type'] !== 'BASE_TABLE' || from['sample'] || children(node, 'modifiers').length > 0) return false
  const known = await functions()
  const expressions = [...children(node, 'select_list'), ...[child(node, 'where_clause') ?? []].flat()]
  return expressions.every((expression) => isOfOneRow(expression, known))
}

function isOfOneRow(expression: Node, known: Functions): boolean {
  for (const [node] of walk(expression)) {
    const kind = node['class']
    if (kind === undefined) continue
    if (!rowClasses.has(String(kind)) && kind !== 'STAR') return false
    if (kind === 'FUNCTION' && !isScalar(node, known)) return false
    if (kind === 'COLUMN_REF' && textsOf(node, 'column_names').some(isVolatileName)) return false
  }
  return true
}
