import type { Expression } from './expression.ts'

/** A place in the model's text, by byte. */
export type At = number

/** Why nothing is told below some point: what an obstacle will say of an input that it cuts off. */
export interface Loss {
  readonly at: At
  readonly reason: string
  readonly remedy: string
}

/** One relation of a query: each table, join side and SELECT is one of its own. */
export interface Relation {
  readonly id: number
  /** Names of the columns, as written; '' where DuckDB makes one up. */
  readonly columns: readonly string[]
  /** There are further columns whose names are not known here. */
  readonly open: boolean
  readonly body: Body
}

export type Body =
  | { readonly kind: 'input'; readonly input: string; readonly types: readonly string[] }
  | { readonly kind: 'same'; readonly of: Relation }
  | Select
  | {
      readonly kind: 'set operation'
      readonly at: At
      /** For each branch, the column of it that stands in each place, or -1 where it gives NULL. */
      readonly branches: readonly { readonly relation: Relation; readonly columns: readonly number[] }[]
    }
  /** Rows of no table; what `reads` is read whole. */
  | { readonly kind: 'rows'; readonly reads: readonly Subquery[] }

export interface Select {
  readonly kind: 'select'
  readonly at: At
  readonly outputs: readonly { readonly expression: Expression; readonly at: At }[]
  readonly from: Joined | undefined
  /** Terms of the WHERE: each holds for every row that goes on. */
  readonly where: readonly Expression[]
  /**
   * Keys of the GROUP BY that are in every grouping set; undefined without any grouping. The `partial` ones are not: what
   * is one of them, or holds one, is NULL in the groups of some sets.
   */
  readonly grouped:
    | { readonly keys: readonly Expression[]; readonly partial: readonly Expression[]; readonly loss: Loss }
    | undefined
  readonly windows: readonly { readonly partition: readonly Expression[]; readonly loss: Loss }[]
  readonly distinctOn: { readonly keys: readonly Expression[]; readonly loss: Loss } | undefined
  /** Evaluated for each row of the FROM, or group of them, so that what holds of these holds in it. */
  readonly subqueries: readonly Subquery[]
}

/** A SELECT within an expression. `test`: in `WHERE test IN (SELECT …)`, as a term of its own. */
export interface Subquery {
  readonly relation: Relation
  readonly at: At
  readonly test?: Expression
}

export type Joined =
  | { readonly kind: 'relation'; readonly relation: Relation; readonly at: At }
  | {
      readonly kind: 'join'
      readonly type: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'asof' | 'positional'
      readonly at: At
      readonly left: Joined
      readonly right: Joined
      /** Terms of the ON that hold for every matching pair; none for an ASOF join. */
      readonly on: readonly Expression[]
    }

/** The ids of the inputs that a relation reads, whichever way: a CTE that it names is bound elsewhere. */
export function inputsUnder(
  relation: Relation,
  found: Set<number> = new Set(),
  seen: Set<number> = new Set(),
): Set<number> {
  if (seen.has(relation.id)) return found
  seen.add(relation.id)
  const { body } = relation
  if (body.kind === 'input') found.add(relation.id)
  for (const each of readBy(body)) inputsUnder(each, found, seen)
  return found
}

function readBy(body: Body): readonly Relation[] {
  switch (body.kind) {
    case 'input':
      return []
    case 'same':
      return [body.of]
    case 'rows':
      return body.reads.map((each) => each.relation)
    case 'set operation':
      return body.branches.map((branch) => branch.relation)
    case 'select':
      return [...membersOf(body.from), ...body.subqueries.map((each) => each.relation)]
  }
}

/** Terms that every row of a FROM fulfils: the ON of its inner joins. */
export function factsOf(joined: Joined | undefined): readonly Expression[] {
  if (joined?.kind !== 'join') return []
  const left = ['inner', 'left', 'semi', 'anti', 'asof'].includes(joined.type) ? factsOf(joined.left) : []
  const right = ['inner', 'right'].includes(joined.type) ? factsOf(joined.right) : []
  return [...left, ...right, ...(joined.type === 'inner' ? joined.on : [])]
}

/** The relations of a FROM. */
export function membersOf(joined: Joined | undefined): Relation[] {
  if (!joined) return []
  return joined.kind === 'relation' ? [joined.relation] : [...membersOf(joined.left), ...membersOf(joined.right)]
}
