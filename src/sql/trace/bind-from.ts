import { byteOf, child, children, type Node, textOf, textsOf } from '../ast.ts'
import { tablesOf } from '../names.ts'
import type { Parsed } from '../parse.ts'
import { bindExpression } from './bind-expression.ts'
import {
  addRelation,
  asTable,
  type Binder,
  type Environment,
  type Member,
  type Merged,
  nothingFound,
  placeIn,
  refuse,
  type Scope,
} from './binder.ts'
import { type Expression, leaf, opaque } from './expression.ts'
import { inputsUnder, type Joined, type Relation, type Subquery } from './relation.ts'
import { typeName } from './value-type.ts'

/** A FROM, and the columns that it shows. */
export interface From {
  readonly joined: Joined | undefined
  readonly members: readonly Member[]
  readonly merged: ReadonlyMap<string, Merged>
}

export const emptyFrom: From = { joined: undefined, members: [], merged: new Map() }

/** Binds a FROM. `outer`: what it may refer to, for what is lateral. */
export function bindFrom(node: Node, outer: Scope | undefined, env: Environment, binder: Binder): From {
  switch (node['type']) {
    case 'EMPTY':
      return emptyFrom
    case 'JOIN':
      return bindJoin(node, outer, env, binder)
    default:
      return bindMember(node, outer, env, binder)
  }
}

function bindMember(node: Node, outer: Scope | undefined, env: Environment, binder: Binder): From {
  const given = relationOf(node, outer, env, binder)
  if (child(node, 'sample') && inputsUnder(given).size > 0)
    refuse(binder, env, node, 'a sample takes other rows each time', `take all rows, or ${asTable}`)
  const renamed = textsOf(node, 'column_name_alias')
  const columns = given.columns.map((column, index) => renamed[index] ?? column)
  const known = given.columns.length > 0 ? columns : renamed
  // each place has columns of its own, also where a CTE is named twice
  const relation = addRelation(binder, known, { kind: 'same', of: given }, given.open)
  const name = (textOf(node, 'alias') || textOf(node, 'table_name')).toLowerCase()
  const at = placeIn(env, byteOf(node) >= 0 ? node : child(node, 'function'))
  return { joined: { kind: 'relation', relation, at }, members: [{ name, relation }], merged: new Map() }
}

function relationOf(node: Node, outer: Scope | undefined, env: Environment, binder: Binder): Relation {
  switch (node['type']) {
    case 'BASE_TABLE':
      return tableOf(node, env, binder)
    case 'SUBQUERY': {
      const query = child(child(node, 'subquery'), 'node')
      if (query) return binder.query(query, outer, env)
      break
    }
    case 'EXPRESSION_LIST': {
      const rows = Array.isArray(node['values']) ? (node['values'] as readonly (readonly Node[])[]) : []
      const reads = readIn(rows.flat(), outer, env, binder)
      return addRelation(
        binder,
        (rows[0] ?? []).map((_, index) => `col${index}`),
        { kind: 'rows', reads },
      )
    }
    case 'TABLE_FUNCTION': {
      const reads = readIn(children(child(node, 'function'), 'children'), outer, env, binder)
      const called = textOf(child(node, 'function'), 'function_name').toLowerCase()
      const single = givesOneColumn.has(called) && textOf(node, 'with_ordinality') !== 'WITH_ORDINALITY'
      return addRelation(binder, single ? [called] : [], { kind: 'rows', reads }, !single)
    }
  }
  const what = textOf(node, 'type').replace('_REF', '')
  refuse(binder, env, node, `${what} is not followed`, `write it as a SELECT, or ${asTable}`)
  return addRelation(binder, [], { kind: 'rows', reads: [] }, true)
}

/** Table functions whose one column has their name. Others may have columns beyond those that an alias names. */
const givesOneColumn = new Set(['range', 'generate_series', 'unnest'])

function readIn(
  expressions: readonly Node[],
  scope: Scope | undefined,
  env: Environment,
  binder: Binder,
): readonly Subquery[] {
  const found = nothingFound()
  for (const each of expressions) bindExpression(each, { binder, env, scope, found })
  return found.subqueries
}

function tableOf(node: Node, env: Environment, binder: Binder): Relation {
  const parts = ['catalog_name', 'schema_name', 'table_name'].map((key) => textOf(node, key)).filter(Boolean)
  const cte = parts.length === 1 ? env.ctes.get((parts[0] as string).toLowerCase()) : undefined
  if (cte) return cte
  const reference = env.references.get(node)
  binder.named.add(node)
  const name = parts.join('.')
  const found = reference && binder.source(name)
  if (child(node, 'at_clause') || !reference || !found) {
    const why = found ? `another version of ${name}` : `\`${name}\``
    refuse(binder, env, node, `${why} cannot be read here`, 'name a table, a stream, or a model')
    return addRelation(binder, [], { kind: 'rows', reads: [] }, true)
  }
  const id = `${env.within}${reference.start}`
  if (found.kind === 'view') return viewOf(found.name, found.parsed, id, node, env, binder)
  const columns = found.columns.map((column) => column.name)
  const types = found.columns.map((column) => typeName(column.type))
  const relation = addRelation(binder, columns, { kind: 'input', input: found.name, types })
  const { through } = env
  const at = placeIn(env, node)
  binder.inputs.push({ relation: relation.id, id, name: found.name, through, reference, at, time: found.time })
  return relation
}

function viewOf(name: string, parsed: Parsed, id: string, node: Node, env: Environment, binder: Binder): Relation {
  if (env.through.includes(name)) {
    refuse(binder, env, node, `the view ${name} reads itself`, 'take one of the two apart')
    return addRelation(binder, [], { kind: 'rows', reads: [] }, true)
  }
  const through = [...env.through, name]
  return bindText(parsed, { within: `${id}/`, through, outer: placeIn(env, node) }, binder)
}

/** Binds the text of a model or of a view. A table that is named where nothing has looked is an obstacle. */
export function bindText(
  parsed: Parsed,
  given: Pick<Environment, 'within' | 'through' | 'outer'>,
  binder: Binder,
): Relation {
  const references = new Map(tablesOf(parsed).map((reference) => [reference.node, reference]))
  const env: Environment = { ...given, references, ctes: new Map() }
  const relation = binder.query(child(parsed.statement, 'node') as Node, undefined, env)
  for (const { node, parts } of references.values())
    if (!binder.named.has(node))
      refuse(binder, env, node, `${parts.join('.')} is read at a place that is not followed`, asJoin)
  return relation
}

const asJoin = `read it in FROM, or ${asTable}`

const joinTypes = { INNER: 'inner', LEFT: 'left', RIGHT: 'right', FULL: 'full', SEMI: 'semi', ANTI: 'anti' } as const

function bindJoin(node: Node, outer: Scope | undefined, env: Environment, binder: Binder): From {
  const left = bindFrom(child(node, 'left') as Node, outer, env, binder)
  // what stands to the right may name what stands to the left
  const lateral: Scope = { members: left.members, merged: left.merged, aliases: new Map(), outer }
  const right = bindFrom(child(node, 'right') as Node, lateral, env, binder)
  const kind = textOf(node, 'ref_type')
  const type = joinTypes[textOf(node, 'join_type') as keyof typeof joinTypes]
  const known = type && ['REGULAR', 'CROSS', 'NATURAL', 'ASOF', 'POSITIONAL'].includes(kind)
  const at = placeIn(env, node)
  if (!known || kind === 'POSITIONAL')
    refuse(
      binder,
      env,
      node,
      'rows are joined by their places, and tables have no order',
      `join by columns, or ${asTable}`,
    )
  if (kind === 'ASOF' && (type === 'right' || type === 'full'))
    refuse(binder, env, node, 'an ASOF join that keeps the rows of its right side is not followed', asLeft)
  const names = kind === 'NATURAL' ? commonOf(left, right) : textsOf(node, 'using_columns')
  const merged = mergedOf(names, left, right, type ?? 'full')
  const equalities = names.flatMap((name) => {
    const [a, b] = [columnIn(left, name), columnIn(right, name)]
    return a && b ? [{ class: 'COMPARISON', type: 'COMPARE_EQUAL', left: a, right: b, query_location: -1 }] : []
  })
  const condition = child(node, 'condition')
  const found = nothingFound()
  const members = [...left.members, ...right.members]
  const scope: Scope = { members, merged: new Map([...left.merged, ...right.merged]), aliases: new Map(), outer }
  const bound = condition && bindExpression(condition, { binder, env, scope, found })
  // the last condition of an ASOF join is no equality, also where USING writes it as one
  const on = kind === 'ASOF' ? [] : [...equalities, ...termsOf(bound)]
  const rows = addRelation(binder, [], { kind: 'rows', reads: found.subqueries })
  const joinedLeft = withRead(left.joined, rows, at)
  const joined: Joined | undefined =
    joinedLeft && right.joined
      ? {
          kind: 'join',
          type: known && kind !== 'POSITIONAL' ? pairingOf(type, kind) : 'positional',
          at,
          left: joinedLeft,
          right: right.joined,
          on,
        }
      : (joinedLeft ?? right.joined)
  const shown = type === 'semi' || type === 'anti' ? left.members : members
  return { joined, members: shown, merged: type === 'semi' || type === 'anti' ? left.merged : merged }
}

/** An ASOF join pairs each row with the nearest of all rows of the other side: without some of them, with another. */
function pairingOf(
  type: (typeof joinTypes)[keyof typeof joinTypes],
  kind: string,
): (Joined & { kind: 'join' })['type'] {
  if (kind !== 'ASOF') return type
  return type === 'inner' ? 'asof' : type === 'right' || type === 'full' ? 'positional' : type
}

const asLeft = `write it as ASOF LEFT JOIN, or ${asTable}`

/** What the subqueries of an ON read stands beside the join: it is read whole, for each pair of rows. */
function withRead(joined: Joined | undefined, rows: Relation, at: number): Joined | undefined {
  if (!joined || rows.body.kind !== 'rows' || rows.body.reads.length === 0) return joined
  return { kind: 'join', type: 'inner', at, left: joined, right: { kind: 'relation', relation: rows, at }, on: [] }
}

function commonOf(left: From, right: From): string[] {
  const all = (from: From) => from.members.flatMap(({ relation }) => relation.columns)
  const there = new Set(all(right).map((name) => name.toLowerCase()))
  return [...new Set(all(left).map((name) => name.toLowerCase()))].filter((name) => there.has(name))
}

function columnIn(from: From, name: string): Expression | undefined {
  const lower = name.toLowerCase()
  const merged = from.merged.get(lower)
  if (merged) return merged.expression
  const found = from.members.flatMap(({ relation }) =>
    relation.columns.flatMap((column, index) => (column.toLowerCase() === lower ? [leaf(relation.id, index)] : [])),
  )
  return found.length === 1 ? found[0] : undefined
}

function mergedOf(
  names: readonly string[],
  left: From,
  right: From,
  type: (typeof joinTypes)[keyof typeof joinTypes],
): ReadonlyMap<string, Merged> {
  const merged = new Map([...left.merged, ...right.merged])
  for (const name of names) {
    const lower = name.toLowerCase()
    const [a, b] = [columnIn(left, name), columnIn(right, name)]
    const expression = type === 'right' ? b : type === 'full' ? undefined : a
    const of = new Set(
      [left, right].flatMap((from) => [
        ...(from.merged.get(lower)?.of ?? []),
        ...from.members.flatMap(({ relation }) =>
          relation.columns.some((column) => column.toLowerCase() === lower) ? [relation.id] : [],
        ),
      ]),
    )
    merged.set(lower, { expression: expression ?? opaque('both sides of a FULL JOIN', -1, [...of][0] ?? 0), of })
  }
  return merged
}

/** The terms of an AND. */
export function termsOf(condition: Expression | undefined): readonly Expression[] {
  if (!condition) return []
  return condition['type'] === 'CONJUNCTION_AND' ? children(condition, 'children').flatMap(termsOf) : [condition]
}
