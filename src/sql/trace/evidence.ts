import { child } from '../ast.ts'
import { asInstant, type Grain, sameBucket, tellsBucket } from './bucket.ts'
import { type Expression, isFunctionOf, isPlain, keyOf, leavesOf, substitute } from './expression.ts'
import type { Relation } from './relation.ts'
import { isExact, typeOf } from './value-type.ts'

/** What equalities are judged with. */
export interface Judge {
  readonly relations: readonly Relation[]
  /** Conditions are on the interval of the wanted time; undefined: on the wanted values themselves. */
  readonly grain: Grain | undefined
  /** Equalities tell the very values alone, and not that two times lie in one interval. */
  readonly exact?: boolean
}

/** For each wanted column, expressions that have its value (or its interval) in every row that matters. */
export type Known = readonly (readonly Expression[])[]

const mostExpressions = 40

/** Adds what follows from terms that every row fulfils: `a.t = b.t` lets each stand for the other. */
export function follow(known: Known, terms: readonly Expression[], judge: Judge): Known {
  const equalities = terms.flatMap((term) => equalityOf(term, judge))
  if (equalities.length === 0) return known
  return known.map((expressions) => {
    const found = new Map(expressions.map((expression) => [keyOf(expression), expression]))
    for (const expression of found.values())
      for (const [from, to] of equalities) {
        if (found.size >= mostExpressions) break
        const other = substitute(expression, keyOf(from), to)
        found.set(keyOf(other), other)
        if (!judge.grain || judge.exact || !sameBucket(from, expression, judge.grain, judge.relations)) continue
        const instant = asInstant(to, judge.grain, judge.relations)
        found.set(keyOf(instant), instant)
      }
    return [...found.values()]
  })
}

/** Both directions of an equality of plain values of one type whose equal values are the same. */
function equalityOf(term: Expression, { relations }: Judge): readonly (readonly [Expression, Expression])[] {
  if (!['COMPARE_EQUAL', 'COMPARE_NOT_DISTINCT_FROM'].includes(String(term['type']))) return []
  const [left, right] = [child(term, 'left'), child(term, 'right')]
  if (!left || !right || !isPlain(left) || !isPlain(right)) return []
  if (leavesOf(left).length === 0 || leavesOf(right).length === 0) return []
  const type = typeOf(left, relations)
  if (!isExact(type) || typeOf(right, relations) !== type) return []
  return [
    [left, right],
    [right, left],
  ]
}

/** Whether rows with the same keys have the same wanted values (or lie in one interval). */
export function areTold(known: Known, keys: readonly Expression[], { relations, grain }: Judge): boolean {
  return known.every((expressions) =>
    expressions.some(
      (expression) =>
        isFunctionOf(expression, keys, (key) => isExact(typeOf(key, relations))) ||
        (grain !== undefined && keys.some((key) => tellsBucket(key, expression, grain, relations))),
    ),
  )
}

/** The expressions that no column of these relations stands in. */
export function without(known: Known, relations: readonly Relation[]): Known {
  const ids = new Set(relations.map((relation) => relation.id))
  return known.map((expressions) =>
    expressions.filter((expression) => leavesOf(expression).every((leaf) => !ids.has(leaf.relation))),
  )
}

/** The first expression over the columns of one relation alone, for each wanted column. */
export function over(known: Known, relation: Relation): readonly Expression[] | undefined {
  const found = known.flatMap((expressions) => {
    const own = expressions.find((expression) => {
      const leaves = leavesOf(expression)
      return leaves.length > 0 && leaves.every((each) => each.relation === relation.id)
    })
    return own ? [own] : []
  })
  return found.length === known.length ? found : undefined
}
