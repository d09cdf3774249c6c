import { type Node, textsOf } from '../ast.ts'
import type { TableReference } from '../names.ts'
import type { TraceSource } from '../trace.ts'
import { type Expression, leaf, opaque, startOf } from './expression.ts'
import type { Functions } from './functions.ts'
import type { At, Body, Loss, Relation, Subquery } from './relation.ts'

/** What binding one model has found so far. */
export interface Binder {
  readonly functions: Functions
  readonly source: (name: string) => TraceSource | undefined
  /** The wanted columns, in words. */
  readonly wanted: string
  /** By their ids. */
  readonly relations: Relation[]
  readonly inputs: Input[]
  /** Where names of tables stand that have been come to. */
  readonly named: Set<Node>
  readonly obstacles: Loss[]
  /** Binds a SELECT or a set operation. */
  readonly query: (node: Node, scope: Scope | undefined, env: Environment) => Relation
}

export interface Input {
  readonly relation: number
  readonly id: string
  readonly name: string
  readonly through: readonly string[]
  readonly reference: TableReference
  readonly at: At
  readonly time: string | undefined
}

/** The text that is being bound, and what its names stand for. */
export interface Environment {
  readonly references: ReadonlyMap<Node, TableReference>
  /** Prefix of the ids of what it names: empty in the model itself. */
  readonly within: string
  readonly through: readonly string[]
  /** Where the view is named in the model; undefined in the model itself. */
  readonly outer: At | undefined
  readonly ctes: ReadonlyMap<string, Relation>
}

/** The columns that an expression can name. */
export interface Scope {
  readonly members: readonly Member[]
  /** Columns of USING and NATURAL, by name in small letters: one for those of several relations. */
  readonly merged: ReadonlyMap<string, Merged>
  /** Names given in the SELECT list: they count where there is no column of the name. */
  readonly aliases: ReadonlyMap<string, Expression>
  readonly outer: Scope | undefined
}

export interface Member {
  readonly name: string
  readonly relation: Relation
}

export interface Merged {
  readonly expression: Expression
  readonly of: ReadonlySet<number>
}

/** What the expressions of one SELECT hold besides plain values. */
export interface Found {
  readonly subqueries: Subquery[]
  readonly windows: { readonly partition: readonly Expression[]; readonly loss: Loss }[]
  readonly aggregates: { readonly at: At; readonly called: string }[]
}

export function nothingFound(): Found {
  return { subqueries: [], windows: [], aggregates: [] }
}

export function addRelation(binder: Binder, columns: readonly string[], body: Body, open = false): Relation {
  const relation = { id: binder.relations.length, columns, open, body }
  binder.relations.push(relation)
  return relation
}

/** The place of a node in the model's text. */
export function placeIn(env: Environment, node: Node | undefined): At {
  return env.outer ?? (node ? startOf(node) : -1)
}

export const asTable = 'make it `kind: table`, which is rebuilt as a whole'

export function refuse(binder: Binder, env: Environment, node: Node | undefined, reason: string, remedy: string): void {
  binder.obstacles.push({ at: placeIn(env, node), reason, remedy })
}

/** A column by name. Names that cannot be told for certain are opaque: never another column by mistake. */
export function resolve(node: Node, scope: Scope | undefined, binder: Binder): Expression | undefined {
  const [first = '', ...rest] = textsOf(node, 'column_names').map((name) => name.toLowerCase())
  const at = startOf(node)
  for (let current = scope; current; current = current.outer) {
    const found = inScope(first, rest, current, at)
    if (found) return found === 'unknown' ? unknown(binder, at) : found
  }
  return undefined
}

export function unknown(binder: Binder, at: number, what = 'a name'): Expression {
  const relation = addRelation(binder, [], { kind: 'rows', reads: [] })
  return opaque(what, at, relation.id)
}

function inScope(first: string, rest: readonly string[], scope: Scope, at: number): Expression | 'unknown' | undefined {
  const named = scope.members.filter((member) => member.name === first)
  if (named.length > 0 && rest.length > 0) {
    const [only, second] = named
    const column = only && !second ? columnOf(only, rest[0] as string, at) : 'unknown'
    if (column) return fieldOf(column, rest.slice(1))
  }
  const merged = scope.merged.get(first)
  if (merged) return fieldOf({ ...merged.expression, query_location: at }, rest)
  const columns = scope.members.flatMap((member): (Expression | 'unknown')[] => {
    const column = columnOf(member, first, at)
    return column === undefined ? [] : [column]
  })
  if (columns.length > 1) return 'unknown'
  if (columns[0]) return fieldOf(columns[0], rest)
  const alias = rest.length === 0 ? scope.aliases.get(first) : undefined
  if (alias) return alias
  // the whole row, or a field of something that is not known
  if (named.length > 0 || scope.aliases.has(first)) return 'unknown'
  return scope.members.some(({ relation }) => relation.open || mayBeMadeUp(first, relation)) ? 'unknown' : undefined
}

/** Whether DuckDB may have given the name to a column without one: `"max(n)"`. */
function mayBeMadeUp(name: string, { columns }: Relation): boolean {
  return columns.includes('') && (name === 'null' || !/^[a-z_][a-z0-9_]*$/.test(name))
}

function columnOf({ relation }: Member, name: string, at: number): Expression | 'unknown' | undefined {
  const found = relation.columns.flatMap((column, index) => (column.toLowerCase() === name ? [index] : []))
  // of two columns of one name DuckDB calls the second otherwise: `a_1`
  const doubled = new Set(relation.columns.map((column) => column.toLowerCase())).size < relation.columns.length
  if (found.length > 1 || (doubled && /_\d+$/.test(name))) return 'unknown'
  return found.length === 1 ? leaf(relation.id, found[0] as number, at) : undefined
}

function fieldOf(column: Expression | 'unknown', fields: readonly string[]): Expression | 'unknown' {
  if (fields.length === 0 || column === 'unknown') return column
  // fields of a struct are not followed
  return { ...opaque(`the field ${fields.join('.')}`, startOf(column), startOf(column)), of: column }
}
