import { child, children, type Node, textOf, textsOf } from '../ast.ts'
import { isVolatileName, volatileCall } from '../volatile.ts'
import {
  asTable,
  type Binder,
  type Environment,
  type Found,
  placeIn,
  refuse,
  resolve,
  type Scope,
  unknown,
} from './binder.ts'
import { type Expression, isPlain, keyOf, leavesOf, startOf } from './expression.ts'
import { dependsOnOrder, unnesting } from './functions.ts'
import { isList } from './value-type.ts'

/** Where an expression stands. */
export interface Position {
  readonly binder: Binder
  readonly env: Environment
  readonly scope: Scope | undefined
  readonly found: Found
  /** Parameters of lambdas around it. */
  readonly parameters?: ReadonlySet<string>
  /** What comes is sorted then: `list(n ORDER BY n)` is `list_sort(list(n))` to DuckDB's parser. */
  readonly sorted?: boolean
}

const plainOperators = new Set([
  'OPERATOR_NOT',
  'OPERATOR_IS_NULL',
  'OPERATOR_IS_NOT_NULL',
  'OPERATOR_COALESCE',
  'OPERATOR_TRY',
  'COMPARE_IN',
  'COMPARE_NOT_IN',
  'ARRAY_EXTRACT',
  'ARRAY_SLICE',
  'STRUCT_EXTRACT',
  'ARRAY_CONSTRUCTOR',
])

/** Binds the names of an expression, and notes what it holds besides plain values. */
export function bindExpression(node: Node, position: Position): Expression {
  const { binder, env } = position
  switch (node['class']) {
    case 'COLUMN_REF':
      return bindColumn(node, position)
    case 'CONSTANT':
      return node
    case 'FUNCTION':
      return bindFunction(node, position)
    case 'WINDOW':
      return bindWindow(node, position)
    case 'SUBQUERY':
      return bindSubquery(node, position)
    case 'LAMBDA':
      return bindLambda(node, position)
    case 'CAST':
    case 'CASE':
    case 'COMPARISON':
    case 'CONJUNCTION':
    case 'BETWEEN':
      return bindChildren(node, position)
    case 'OPERATOR': {
      const bound = bindChildren(node, position)
      return plainOperators.has(textOf(node, 'type')) ? bound : unknown(binder, startOf(node), 'an operator')
    }
    case 'COLLATE':
      bindChildren(node, position)
      return unknown(binder, startOf(node), 'a collation')
    case 'STAR':
      refuse(binder, env, node, 'columns chosen by a pattern are not followed', 'name the columns')
      return unknown(binder, startOf(node), 'a star')
    default: {
      bindChildren(node, position)
      const what = textOf(node, 'class').toLowerCase().replaceAll('_', ' ')
      refuse(binder, env, node, `this ${what} is not understood here`, `write it otherwise, or ${asTable}`)
      return unknown(binder, startOf(node), what)
    }
  }
}

/** The node with what it holds bound. */
function bindChildren(node: Node, position: Position): Expression {
  const bind = (held: unknown, key = ''): unknown => {
    if (key === 'value' || key === 'cast_type') return held
    if (Array.isArray(held)) return held.map((item) => bind(item))
    if (typeof held !== 'object' || held === null) return held
    const inner = held as Node
    if (inner['class'] !== undefined) return bindExpression(inner, position)
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, bind(each, name)]))
  }
  return Object.fromEntries(Object.entries(node).map(([key, held]) => [key, bind(held, key)]))
}

function bindColumn(node: Node, { binder, env, scope, parameters }: Position): Expression {
  const [name = '', ...rest] = textsOf(node, 'column_names')
  if (parameters?.has(name.toLowerCase())) return unknown(binder, startOf(node), 'a parameter')
  const column = resolve(node, scope, binder)
  if (column) return column
  if (rest.length === 0 && isVolatileName(name)) refuseVolatile(node, name, binder, env)
  return unknown(binder, startOf(node))
}

function refuseVolatile(node: Node, called: string, binder: Binder, env: Environment): void {
  const remedy = `take it from a column of an input, or ${asTable}`
  refuse(binder, env, node, `${called} does not say the same each time`, remedy)
}

function bindFunction(node: Node, position: Position): Expression {
  const { binder, env, found } = position
  const called = textOf(node, 'function_name').toLowerCase()
  const [first, ...rest] = children(node, 'children')
  const sorted = sortingFunctions.has(called) && isListed(first)
  const inner = { ...position, sorted: false }
  const bound = {
    ...bindChildren({ ...node, children: [] }, inner),
    children: [
      ...(first ? [bindExpression(first, { ...inner, sorted })] : []),
      ...rest.map((each) => bindExpression(each, inner)),
    ],
  }
  const at = startOf(node)
  if (volatileCall(node) !== undefined) {
    refuseVolatile(node, `${called}()`, binder, env)
    return unknown(binder, at, `${called}()`)
  }
  if (unnesting.has(called)) {
    if (called === 'unnest' && !givesOneColumn(children(bound, 'children'), binder))
      refuse(
        binder,
        env,
        node,
        'unnest() of what may be a struct gives columns that are not known here',
        `cast it to a list type, or ${asTable}`,
      )
    return unknown(binder, at, `${called}()`)
  }
  if (binder.functions.aggregates.has(called)) {
    if (isOfOuter(bound, position))
      refuse(binder, env, node, `${called}() is over rows of the outer query`, `compute it there, or ${asTable}`)
    const orders = children(child(bound, 'order_bys'), 'orders').filter((order) => tellsApart(order, []))
    if (!position.sorted) refuseUnordered(node, orders, false, position)
    found.aggregates.push({ at: placeIn(env, node), called: shown(called) })
    return unknown(binder, at, `${shown(called)}()`)
  }
  if (binder.functions.scalars.has(called)) return bound
  refuse(binder, env, node, `${called}() is not known`, `write it otherwise, or ${asTable}`)
  return unknown(binder, at, `${called}()`)
}

/** `unnest` of a struct, or with `recursive`, gives a column for each field. */
function givesOneColumn([list, ...rest]: readonly Expression[], { functions, relations }: Binder): boolean {
  return list !== undefined && rest.length === 0 && isList(list, functions.lists, relations)
}

const sortingFunctions = new Set(['list_sort', 'list_reverse_sort', 'array_sort', 'array_reverse_sort'])

function isListed(node: Node | undefined): boolean {
  return ['list', 'array_agg'].includes(textOf(node, 'function_name').toLowerCase())
}

/** An aggregate of nothing but outer columns is one of the outer query, which it makes a grouped one. */
function isOfOuter(bound: Expression, { scope }: Position): boolean {
  const leaves = leavesOf(bound)
  const own = new Set(scope?.members.map(({ relation }) => relation.id))
  const unclear = leaves.length === 0 && children(bound, 'children').some((each) => !isPlain(each))
  return scope?.outer !== undefined && !leaves.some((each) => own.has(each.relation)) && (leaves.length > 0 || unclear)
}

function shown(called: string): string {
  return called === 'count_star' ? 'count' : called
}

/** A frame of so many rows before and after: any rows, where they have no order. */
function countsRows(node: Node): boolean {
  return ['start', 'end'].some((key) => textOf(node, key).endsWith('_ROWS'))
}

function refuseUnordered(node: Node, orders: readonly Node[], window: boolean, { binder, env }: Position): void {
  const called = textOf(node, 'function_name').toLowerCase()
  if (orders.length > 0 || !(dependsOnOrder(called, window) || (window && countsRows(node)))) return
  const how = window
    ? 'give its OVER an ORDER BY that tells its rows apart'
    : ['approx_quantile', 'approx_top_k'].includes(called)
      ? 'use one that is exact'
      : `give it an order of its own, \`${called}(… ORDER BY …)\`${called.startsWith('any') || called === 'arbitrary' ? ', or use min() or max()' : ''}`
  refuse(binder, env, node, `${called}() depends on the order in which rows happen to come`, `${how}, or ${asTable}`)
}

/** Whether rows with the same keys are put into an order by it: not by one of the keys, not by a constant. */
export function tellsApart(order: Node, keys: readonly Expression[]): boolean {
  const by = child(order, 'expression')
  if (!by) return false
  const known = new Set(keys.map(keyOf))
  return !known.has(keyOf(by)) && !(isPlain(by) && leavesOf(by).length === 0)
}

function bindWindow(node: Node, position: Position): Expression {
  const { binder, env, found } = position
  const called = shown(textOf(node, 'function_name').toLowerCase())
  const partition = children(node, 'partitions').map((each) => bindExpression(each, position))
  const bound = bindChildren({ ...node, partitions: [] }, position)
  if (volatileCall({ ...node, class: 'FUNCTION' }) !== undefined) refuseVolatile(node, `${called}()`, binder, env)
  const orders = [...children(bound, 'orders'), ...children(bound, 'arg_orders')]
  refuseUnordered(
    node,
    orders.filter((order) => tellsApart(order, partition)),
    true,
    position,
  )
  found.windows.push({
    partition,
    loss: {
      at: placeIn(env, node),
      reason: `the window of ${called}() holds rows of more than one ${binder.wanted}`,
      remedy: `put ${binder.wanted} into its PARTITION BY, declare \`lookback:\`, or ${asTable}`,
    },
  })
  return unknown(binder, startOf(node), `${called}() OVER`)
}

function bindSubquery(node: Node, position: Position): Expression {
  const { binder, env, scope, found } = position
  const tested = child(node, 'child')
  const test = tested && bindExpression(tested, position)
  const query = child(child(node, 'subquery'), 'node')
  if (query) {
    const relation = binder.query(query, scope, env)
    found.subqueries.push({ relation, at: placeIn(env, node) })
    const isIn = textOf(node, 'subquery_type') === 'ANY' && textOf(node, 'comparison_type') === 'COMPARE_EQUAL'
    return { ...unknown(binder, startOf(node), 'a subquery'), ...(isIn && { test, among: relation.id }) }
  }
  return unknown(binder, startOf(node), 'a subquery')
}

/** A lambda; or `json -> path`, which DuckDB's parser cannot tell from one. */
function bindLambda(node: Node, position: Position): Expression {
  const lhs = child(node, 'lhs')
  const names = [lhs, ...children(lhs, 'children')].flatMap((each) => textsOf(each, 'column_names').slice(0, 1))
  const parameters = new Set([...(position.parameters ?? []), ...names.map((name) => name.toLowerCase())])
  const body = child(node, 'expr')
  if (lhs && lhs['class'] !== 'COLUMN_REF') bindExpression(lhs, { ...position, parameters })
  if (body) bindExpression(body, { ...position, parameters })
  return unknown(position.binder, startOf(node), 'a lambda')
}
