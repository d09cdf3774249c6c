import { child, children, type Node, textOf, textsOf } from '../ast.ts'
import { bindExpression, type Position, tellsApart } from './bind-expression.ts'
import { bindFrom, type From, termsOf } from './bind-from.ts'
import {
  addRelation,
  asTable,
  type Binder,
  type Environment,
  type Found,
  nothingFound,
  placeIn,
  type Scope,
  unknown,
} from './binder.ts'
import { type Expression, startOf } from './expression.ts'
import type { At, Loss, Relation, Select, Subquery } from './relation.ts'
import { bindStar } from './star.ts'

interface Output {
  readonly name: string
  readonly expression: Expression
  readonly at: At
  /** Holds an aggregate: no key of GROUP BY ALL. */
  readonly aggregates: boolean
}

export function bindSelect(node: Node, outer: Scope | undefined, env: Environment, binder: Binder): Relation {
  const from = bindFrom(child(node, 'from_table') as Node, outer, env, binder)
  const found = nothingFound()
  const aliases = new Map<string, Expression>()
  const scope: Scope = { members: from.members, merged: from.merged, aliases, outer }
  const position: Position = { binder, env, scope, found }
  const outputs = outputsOf(node, from, aliases, position)
  const where = child(node, 'where_clause')
  const terms = where ? termsOf(bindExpression(where, position)) : []
  for (const clause of ['having', 'qualify']) {
    const held = child(node, clause)
    if (held) bindExpression(held, position)
  }
  const distinct = bindModifiers(node, outputs, position)
  const keys = keysOf(node, outputs, position)
  const body: Select = {
    kind: 'select',
    at: placeIn(env, children(node, 'select_list')[0]),
    outputs,
    from: from.joined,
    where: terms,
    grouped: groupedOf(node, keys, found, binder, env),
    windows: found.windows,
    distinctOn: distinct,
    subqueries: found.subqueries.map((each) => tested(each, terms)),
  }
  const names = outputs.map((output) => output.name)
  return addRelation(binder, names, body, from.members.some(({ relation }) => relation.open) && hasStar(node))
}

function hasStar(node: Node): boolean {
  return children(node, 'select_list').some((item) => item['class'] === 'STAR')
}

/** Marks a subquery that is the right side of an IN which every row must fulfil. */
function tested(subquery: Subquery, terms: readonly Expression[]): Subquery {
  const term = terms.find((each) => each['class'] === 'OPAQUE' && each['among'] === subquery.relation.id)
  const test = term && child(term, 'test')
  return test ? { ...subquery, test } : subquery
}

function outputsOf(node: Node, from: From, aliases: Map<string, Expression>, position: Position): Output[] {
  const outputs: Output[] = []
  for (const item of children(node, 'select_list')) {
    if (item['class'] === 'STAR' && item['columns'] !== true) {
      const at = placeIn(position.env, item)
      for (const each of bindStar(item, from, position)) outputs.push({ ...each, at, aggregates: false })
      continue
    }
    const before = position.found.aggregates.length
    const expression = bindExpression(item, position)
    const name = textOf(item, 'alias') || (textsOf(item, 'column_names').at(-1) ?? '')
    const aggregates = position.found.aggregates.length > before
    outputs.push({ name, expression, at: placeIn(position.env, item), aggregates })
    const alias = textOf(item, 'alias').toLowerCase()
    // of two things of one name, which is meant is not asked
    if (alias && aliases.has(alias)) aliases.set(alias, { class: 'OPAQUE', id: -1 - aliases.size })
    else if (alias) aliases.set(alias, expression)
  }
  return outputs
}

/** ORDER BY, which changes nothing, and DISTINCT ON. */
function bindModifiers(node: Node, outputs: readonly Output[], position: Position): Select['distinctOn'] {
  let distinct: Select['distinctOn']
  const { binder, env } = position
  const orders = children(node, 'modifiers')
    .flatMap((modifier) => children(modifier, 'orders'))
    .flatMap((order) => {
      const expression = child(order, 'expression')
      if (!expression) return []
      return [{ expression: expression['class'] === 'STAR' ? expression : namedOf(expression, outputs, position) }]
    })
  for (const modifier of children(node, 'modifiers')) {
    const targets = children(modifier, 'distinct_on_targets')
    const [first] = targets
    if (!first) continue
    const at = placeIn(env, first)
    const keys = targets.map((target) => namedOf(target, outputs, position))
    if (!orders.some((order) => tellsApart(order, keys))) {
      const remedy = `give it an ORDER BY that tells its rows apart, or ${asTable}`
      binder.obstacles.push({ at, reason: 'DISTINCT ON keeps whichever row happens to come first', remedy })
    }
    const reason = `DISTINCT ON keeps one row for several ${binder.wanted}`
    const remedy = `put ${binder.wanted} into it, make it \`kind: merge\` with its columns as key, or ${asTable}`
    distinct = { keys, loss: { at, reason, remedy } }
  }
  return distinct
}

/** In ORDER BY and DISTINCT ON alone an alias comes before a column. */
function namedOf(target: Node, outputs: readonly Output[], position: Position): Expression {
  const ordinal = ordinalOf(target)
  if (ordinal !== undefined) return outputs[ordinal - 1]?.expression ?? target
  const [name, ...rest] = textsOf(target, 'column_names')
  const [named, second] = outputs.filter(
    (output) => rest.length === 0 && output.name.toLowerCase() === name?.toLowerCase(),
  )
  // of two outputs of one name, which is meant is not asked
  if (second) return unknown(position.binder, startOf(target))
  return named?.expression ?? bindExpression(target, position)
}

function ordinalOf(node: Node): number | undefined {
  const value = node['class'] === 'CONSTANT' ? child(node, 'value') : undefined
  const held = value?.['value']
  const whole = ['INTEGER', 'BIGINT'].includes(textOf(child(value, 'type'), 'id'))
  return whole && (typeof held === 'number' || typeof held === 'bigint') ? Number(held) : undefined
}

type Keys = Pick<NonNullable<Select['grouped']>, 'keys' | 'partial'>

/** The keys of the GROUP BY that are in every grouping set, and the others. */
function keysOf(node: Node, outputs: readonly Output[], position: Position): Keys {
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES')
    return { keys: outputs.flatMap((output) => (output.aggregates ? [] : [output.expression])), partial: [] }
  const keys = children(node, 'group_expressions').map((item): readonly Expression[] => {
    const ordinal = ordinalOf(item)
    if (ordinal !== undefined) return [outputs[ordinal - 1]?.expression ?? item]
    const bound = bindExpression(item, position)
    // (a, b) is one key of two values
    return textOf(item, 'function_name') === 'row' ? [bound, ...children(bound, 'children')] : [bound]
  })
  const sets = Array.isArray(node['group_sets']) ? (node['group_sets'] as readonly (readonly unknown[])[]) : []
  const inAll = (index: number) => sets.every((set) => set.map(Number).includes(index))
  return {
    keys: keys.flatMap((key, index) => (inAll(index) ? key : [])),
    partial: keys.flatMap((key, index) => (inAll(index) ? [] : key)),
  }
}

function groupedOf(node: Node, keys: Keys, found: Found, binder: Binder, env: Environment): Select['grouped'] {
  const [aggregate] = found.aggregates
  const sets = Array.isArray(node['group_sets']) ? node['group_sets'].length : 0
  const items = children(node, 'group_expressions')
  const all = node['aggregate_handling'] === 'FORCE_AGGREGATES'
  if (!aggregate && !all && sets === 0 && items.length === 0 && !child(node, 'having')) return undefined
  const [first] = items
  const { wanted } = binder
  const kinds = `make it \`kind: merge\` with the columns it groups by as key, or ${asTable}`
  if (first || all) {
    const one = sets > 1 ? 'a group of its GROUPING SETS' : 'a group'
    const at = placeIn(env, first ?? children(node, 'select_list')[0])
    return {
      ...keys,
      loss: lossOf(at, `${one} holds rows of more than one ${wanted}`, `group by ${wanted} too, ${kinds}`),
    }
  }
  const at = aggregate?.at ?? placeIn(env, children(node, 'select_list')[0])
  const what = aggregate ? `${aggregate.called}()` : 'HAVING'
  return { ...keys, loss: lossOf(at, `${what} is over all rows`, `group by ${wanted}, or ${asTable}`) }
}

function lossOf(at: At, reason: string, remedy: string): Loss {
  return { at, reason, remedy }
}
