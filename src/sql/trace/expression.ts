import { byteOf, child, type Node, textOf } from '../ast.ts'

/**
 * An expression whose names are bound: DuckDB's tree with a leaf `BOUND` for each column and `OPAQUE` for all that is no
 * plain function of one row. Its other classes are those of `plainClasses`.
 */
export type Expression = Node

const plainClasses = new Set([
  'BOUND',
  'CONSTANT',
  'FUNCTION',
  'CAST',
  'CASE',
  'COMPARISON',
  'CONJUNCTION',
  'BETWEEN',
  'OPERATOR',
])

/** The column of a relation. */
export function leaf(relation: number, column: number, at = -1): Expression {
  return { class: 'BOUND', relation, column, query_location: at, alias: '' }
}

/** An expression of which nothing is known; no two are the same. */
export function opaque(what: string, at: number, id: number): Expression {
  return { class: 'OPAQUE', what, id, query_location: at, alias: '' }
}

/** The expression with some of its nodes replaced; `replace` gives undefined where it should be looked into. */
export function rewrite(expression: Expression, replace: (node: Node) => Expression | undefined): Expression {
  const replaced = replace(expression)
  if (replaced) return replaced
  return Object.fromEntries(
    Object.entries(expression).map(([key, held]) => [key, key === 'value' ? held : rewriteHeld(held, replace)]),
  )
}

function rewriteHeld(held: unknown, replace: (node: Node) => Expression | undefined): unknown {
  if (Array.isArray(held)) return held.map((item) => rewriteHeld(item, replace))
  return typeof held === 'object' && held !== null ? rewrite(held as Node, replace) : held
}

/** Its columns, each as often as it stands there. */
export function leavesOf(expression: Expression): { readonly relation: number; readonly column: number }[] {
  const found: { relation: number; column: number }[] = []
  rewrite(expression, (node) => {
    if (node['class'] !== 'BOUND') return undefined
    found.push({ relation: Number(node['relation']), column: Number(node['column']) })
    return node
  })
  return found
}

/** True when it gives one value for a row, the same each time, and all of it is understood. */
export function isPlain(expression: Expression): boolean {
  return holds(expression, (node) => plainClasses.has(String(node['class'])))
}

function holds(held: unknown, test: (node: Node) => boolean): boolean {
  if (Array.isArray(held)) return held.every((item) => holds(item, test))
  if (typeof held !== 'object' || held === null) return true
  const node = held as Node
  if (node['class'] !== undefined && !test(node)) return false
  return Object.entries(node).every(([key, each]) => key === 'value' || holds(each, test))
}

/** The same text for expressions that are the same. Names within (`{a: 1}`) count, the name of the whole does not. */
export function keyOf(expression: Expression): string {
  return JSON.stringify({ ...expression, alias: '' }, (key, held: unknown) => {
    if (key === 'query_location') return undefined
    return typeof held === 'bigint' ? { bigint: String(held) } : held
  })
}

/** With one expression put in place of another wherever it stands. */
export function substitute(expression: Expression, from: string, to: Expression): Expression {
  return rewrite(expression, (node) => (node['class'] !== undefined && keyOf(node) === from ? to : undefined))
}

/**
 * Whether the expression can be told from the keys alone. Within a larger expression a key counts only if `exact` says that
 * its equal values are the same value.
 */
export function isFunctionOf(
  expression: Expression,
  keys: readonly Expression[],
  exact: (key: Expression) => boolean,
): boolean {
  const whole = new Set(keys.map(keyOf))
  const inner = new Set(keys.filter(exact).map(keyOf))
  if (!isPlain(expression)) return false
  if (whole.has(keyOf(expression))) return true
  let told = true
  rewrite(expression, (node) => {
    if (node['class'] === undefined) return undefined
    if (inner.has(keyOf(node))) return node
    if (node['class'] === 'BOUND') told = false
    return undefined
  })
  return told
}

/** The constant text of an argument, in small letters. */
export function constantText(node: Node | undefined): string | undefined {
  if (node?.['class'] !== 'CONSTANT') return undefined
  const value = child(node, 'value')
  return textOf(child(value, 'type'), 'id') === 'VARCHAR' ? textOf(value, 'value') : undefined
}

/** Where an expression begins, as far as DuckDB tells. */
export function startOf(expression: Node): number {
  let first = byteOf(expression)
  rewrite(expression, (node) => {
    const at = byteOf(node)
    if (at >= 0 && (first < 0 || at < first)) first = at
    return undefined
  })
  return first
}
