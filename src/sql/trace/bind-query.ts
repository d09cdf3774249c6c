import { child, children, type Node, textOf, textsOf } from '../ast.ts'
import { bindExpression } from './bind-expression.ts'
import { bindSelect } from './bind-select.ts'
import {
  addRelation,
  asTable,
  type Binder,
  type Environment,
  nothingFound,
  placeIn,
  refuse,
  type Scope,
} from './binder.ts'
import { startOf } from './expression.ts'
import { inputsUnder, type Relation } from './relation.ts'

/** Binds a SELECT or a set operation with its CTEs. */
export function bindQuery(node: Node, scope: Scope | undefined, given: Environment, binder: Binder): Relation {
  const env = withCtes(node, scope, given, binder)
  const relation = bodyOf(node, scope, env, binder)
  if (inputsUnder(relation).size > 0) refuseCuts(node, env, binder)
  return relation
}

function bodyOf(node: Node, scope: Scope | undefined, env: Environment, binder: Binder): Relation {
  switch (node['type']) {
    case 'SELECT_NODE':
      return bindSelect(node, scope, env, binder)
    case 'SET_OPERATION_NODE':
      return bindSetOperation(node, scope, env, binder)
    case 'RECURSIVE_CTE_NODE':
      return bindRecursive(node, scope, env, binder)
    default:
      refuse(binder, env, node, `${textOf(node, 'type')} is not followed`, `write it as a SELECT, or ${asTable}`)
      return addRelation(binder, [], { kind: 'rows', reads: [] }, true)
  }
}

function withCtes(node: Node, scope: Scope | undefined, given: Environment, binder: Binder): Environment {
  let env = given
  for (const entry of children(child(node, 'cte_map'), 'map')) {
    const value = child(entry, 'value')
    const query = child(child(value, 'query'), 'node')
    if (!query) continue
    const name = textOf(entry, 'key').toLowerCase()
    const bound = binder.query(query, scope, env)
    const aliases = textsOf(value, 'aliases')
    const columns = bound.columns.map((column, index) => aliases[index] ?? column)
    const relation = addRelation(binder, columns, { kind: 'same', of: bound }, bound.open)
    // a CTE sees those before it, not itself
    env = { ...env, ctes: new Map([...env.ctes, [name, relation]]) }
  }
  return env
}

function refuseCuts(node: Node, env: Environment, binder: Binder): void {
  for (const modifier of children(node, 'modifiers')) {
    if (!textOf(modifier, 'type').startsWith('LIMIT')) continue
    const count = child(modifier, 'limit') ?? child(modifier, 'offset')
    const word = child(modifier, 'limit') ? 'LIMIT' : 'OFFSET'
    const remedy = `rank rows within each ${binder.wanted} by row_number() and QUALIFY, or ${asTable}`
    refuse(binder, env, count, `${word} keeps other rows when rows elsewhere change`, remedy)
  }
  const sample = child(node, 'sample')
  if (sample) {
    const first = children(node, 'select_list')[0]
    refuse(binder, env, first, 'a sample takes other rows each time', `take all rows, or ${asTable}`)
  }
}

function bindSetOperation(node: Node, scope: Scope | undefined, env: Environment, binder: Binder): Relation {
  const [left, right] = ['left', 'right'].map((side) => binder.query(child(node, side) as Node, scope, env)) as [
    Relation,
    Relation,
  ]
  for (const modifier of children(node, 'modifiers'))
    for (const order of children(modifier, 'orders')) {
      const expression = child(order, 'expression')
      const position = { binder, env, scope, found: nothingFound() }
      if (expression && expression['class'] !== 'STAR') bindExpression(expression, position)
    }
  const at = placeIn(env, node)
  const all = left.columns.map((_, index) => index)
  if (!textOf(node, 'setop_type').endsWith('BY_NAME')) {
    const branches = [left, right].map((relation) => ({ relation, columns: all }))
    return addRelation(binder, left.columns, { kind: 'set operation', at, branches }, left.open)
  }
  const names: string[] = []
  for (const name of [...left.columns, ...right.columns])
    if (!names.some((known) => known.toLowerCase() === name.toLowerCase())) names.push(name)
  const branches = [left, right].map((relation) => ({
    relation,
    columns: names.map((name) => relation.columns.findIndex((each) => each.toLowerCase() === name.toLowerCase())),
  }))
  // names that DuckDB makes up could be the same on both sides, or not
  const open = left.open || right.open || names.includes('')
  if (open) refuse(binder, env, firstOf(node), 'UNION BY NAME needs the names of all columns', 'give each an alias')
  return addRelation(binder, names, { kind: 'set operation', at, branches }, open)
}

function firstOf(node: Node): Node | undefined {
  const left = child(node, 'left')
  return children(left, 'select_list')[0] ?? (left && startOf(left) >= 0 ? left : undefined)
}

/** A recursive CTE over no input is rows like any others (a calendar); over an input it is not followed. */
function bindRecursive(node: Node, scope: Scope | undefined, env: Environment, binder: Binder): Relation {
  const left = binder.query(child(node, 'left') as Node, scope, env)
  const self = addRelation(binder, left.columns, { kind: 'rows', reads: [] }, true)
  const name = textOf(node, 'cte_name').toLowerCase()
  const right = binder.query(child(node, 'right') as Node, scope, {
    ...env,
    ctes: new Map([...env.ctes, [name, self]]),
  })
  const read = new Set([...inputsUnder(left), ...inputsUnder(right)])
  const input = binder.inputs.find(({ relation }) => read.has(relation))
  if (input) {
    const remedy = `read the input outside of it, or ${asTable}`
    binder.obstacles.push({ at: input.at, reason: 'a recursive CTE can go from any row to any other', remedy })
  }
  return addRelation(binder, left.columns, { kind: 'rows', reads: [] }, left.open)
}
