import { textOf } from '../ast.ts'
import { areTold, follow, type Judge, type Known, over, without } from './evidence.ts'
import { type Expression, isPlain, keyOf, leaf, leavesOf, rewrite, substitute } from './expression.ts'
import {
  type At,
  factsOf,
  type Joined,
  type Loss,
  membersOf,
  type Relation,
  type Select,
  type Subquery,
} from './relation.ts'
import { isExact, typeOf } from './value-type.ts'

/** The wanted columns as expressions over a relation's columns, or why nothing of them is known there. */
export type Want = { readonly told: readonly Expression[] } | { readonly loss: Loss }

export interface Push extends Judge {
  readonly wanted: string
  /** What a model is computed by: an interval, a key. */
  readonly part: 'interval' | 'key'
  /** Where the query gives the wanted columns. */
  readonly at: At
  readonly count: number
  /** Windows may reach over the border of an interval: what they need is declared. */
  readonly unbounded: boolean
  /** By relation, what is known of it: each time that it is come to. */
  readonly reached: Map<number, Want[]>
  readonly done: Set<string>
}

/**
 * Pushes a condition on the wanted columns down from a relation. The invariant: whatever the condition, the relation over
 * restricted inputs has the same rows that fulfil it as the relation over all rows. `known`: expressions over the relations
 * around a lateral or correlated one that fulfil it too, for each time that this one is evaluated.
 */
export function push(relation: Relation, want: Want, known: Known, to: Push): void {
  const { body } = relation
  const key = `${relation.id} ${'told' in want ? want.told.map(keyOf).join() : want.loss.at} ${known.map((each) => each.map(keyOf)).join(';')}`
  if (to.done.has(key)) return
  to.done.add(key)
  switch (body.kind) {
    case 'input':
      to.reached.set(relation.id, [...(to.reached.get(relation.id) ?? []), want])
      return
    case 'same':
      push(
        body.of,
        moved(want, relation, (column) => leaf(body.of.id, column)),
        known,
        to,
      )
      return
    case 'rows':
      for (const each of body.reads) push(each.relation, { loss: wholeLoss(each, to) }, none(to), to)
      return
    case 'set operation':
      for (const branch of body.branches) {
        const own = moved(want, relation, (column) => {
          const at = branch.columns[column] ?? -1
          return at < 0 ? nullConstant : leaf(branch.relation.id, at)
        })
        push(branch.relation, sameTypes(relation, want, to) ? own : { loss: typesLoss(body.at, to) }, known, to)
      }
      return
    case 'select':
      pushSelect(relation, body, want, known, to)
  }
}

const nullConstant: Expression = {
  class: 'CONSTANT',
  type: 'VALUE_CONSTANT',
  alias: '',
  query_location: -1,
  value: { type: { id: 'NULL', type_info: null }, is_null: true },
}

function none({ count }: Push): Known {
  return Array.from({ length: count }, () => [])
}

function moved(want: Want, relation: Relation, column: (index: number) => Expression): Want {
  if ('loss' in want) return want
  return {
    told: want.told.map((expression) =>
      rewrite(expression, (node) =>
        node['class'] === 'BOUND' && node['relation'] === relation.id ? column(Number(node['column'])) : undefined,
      ),
    ),
  }
}

/** Branches of different types are cast to a common one, and a cast is part of the value. */
function sameTypes(relation: Relation, want: Want, { relations }: Push): boolean {
  const { body } = relation
  if (body.kind !== 'set operation' || 'loss' in want) return true
  return want.told.flatMap(leavesOf).every((each) => {
    const types = body.branches.map((branch) => {
      const column = branch.columns[each.column] ?? -1
      return column < 0 ? 'NULL' : (typeOf(leaf(branch.relation.id, column), relations) ?? 'unknown')
    })
    const known = new Set(types.filter((type) => type !== 'NULL'))
    return known.size === 1 && !known.has('unknown')
  })
}

function pushSelect(relation: Relation, body: Select, want: Want, outer: Known, to: Push): void {
  const own = moved(want, relation, (column) => body.outputs[column]?.expression ?? nullConstant)
  const facts = [...body.where, ...factsOf(body.from)]
  const known =
    'told' in own
      ? follow(
          outer.map((each, index) => [own.told[index] as Expression, ...each]),
          facts,
          to,
        )
      : outer
  const loss = 'loss' in own ? own.loss : lossIn(body, own.told, relation, want, known, to)
  const kept = loss ? follow(outer, facts, to) : known
  if (body.from) pushJoined(body.from, kept, loss, to)
  for (const subquery of body.subqueries) {
    const asked = testedBy(subquery, kept, to)
    push(subquery.relation, asked ?? { loss: loss ?? wholeLoss(subquery, to) }, kept, to)
  }
}

/** What keeps a SELECT from letting the condition through; undefined where nothing does. */
function lossIn(
  body: Select,
  told: readonly Expression[],
  relation: Relation,
  want: Want,
  known: Known,
  to: Push,
): Loss | undefined {
  for (const [index, expression] of told.entries()) {
    if (isPlain(expression) && leavesOf(expression).length > 0) continue
    const output =
      'told' in want
        ? leavesOf(want.told[index] as Expression).find((each) => each.relation === relation.id)
        : undefined
    const at = body.outputs[output?.column ?? -1]?.at ?? body.at
    const made = madeBy(expression)
    const reason =
      made === undefined
        ? `${to.wanted} is a constant here`
        : `${to.wanted} is made by ${made}, and not told by any one row`
    return {
      at,
      reason,
      remedy: 'take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole',
    }
  }
  if (!to.unbounded) for (const window of body.windows) if (!areTold(known, window.partition, to)) return window.loss
  for (const keys of [body.grouped, body.distinctOn]) if (keys && !areTold(known, keys.keys, to)) return keys.loss
  if (body.grouped && isInSomeSets(body.grouped.partial, told, body)) return setsLoss(body.grouped.loss.at, to)
  return undefined
}

/** Whether a grouping set can make NULL of what is wanted, or of what windows and subqueries compare with it. */
function isInSomeSets(partial: readonly Expression[], told: readonly Expression[], body: Select): boolean {
  const beside = body.windows.length > 0 || body.subqueries.length > 0
  return partial.some((key) => {
    const columns = new Set(leavesOf(key).map(({ relation, column }) => `${relation}.${column}`))
    return told.some((expression) =>
      beside
        ? leavesOf(expression).some(({ relation, column }) => columns.has(`${relation}.${column}`))
        : keyOf(substitute(expression, keyOf(key), nullConstant)) !== keyOf(expression),
    )
  })
}

function madeBy(expression: Expression): string | undefined {
  let made: string | undefined
  rewrite(expression, (node) => {
    if (node['class'] === 'OPAQUE') made ??= textOf(node, 'what') || 'something that is not followed'
    return undefined
  })
  return made
}

/** `WHERE test IN (SELECT column …)`: rows that matter have their equal in it. */
function testedBy({ test, relation }: Subquery, known: Known, { relations }: Push): Want | undefined {
  if (!test || !isPlain(test) || relation.columns.length !== 1) return undefined
  const column = leaf(relation.id, 0)
  const type = typeOf(test, relations)
  if (!isExact(type) || typeOf(column, relations) !== type) return undefined
  const same = known.every((expressions) => expressions.some((expression) => keyOf(expression) === keyOf(test)))
  return same ? { told: known.map(() => column) } : undefined
}

function pushJoined(joined: Joined, known: Known, loss: Loss | undefined, to: Push): void {
  if (joined.kind === 'relation') {
    const told = over(known, joined.relation)
    push(joined.relation, told ? { told } : { loss: loss ?? apartLoss(joined.at, to) }, known, to)
    return
  }
  const { left, right, type } = joined
  switch (type) {
    case 'inner':
      pushJoined(left, known, loss, to)
      pushJoined(right, known, loss, to)
      return
    case 'left':
    case 'semi':
    case 'anti':
    case 'asof':
      pushKept(left, right, joined, known, loss, to)
      return
    case 'right':
      pushKept(right, left, joined, known, loss, to)
      return
    default: {
      const reason = type === 'full' ? 'a FULL JOIN keeps the rows of both sides' : 'rows are joined by their places'
      const remedy = 'join from one side (LEFT JOIN), or make it `kind: table`, which is rebuilt as a whole'
      const lost = { at: joined.at, reason: `${reason}, so no side tells ${to.wanted}`, remedy }
      pushJoined(left, none(to), loss ?? lost, to)
      pushJoined(right, none(to), loss ?? lost, to)
    }
  }
}

/** An outer, semi or anti join: all rows of `kept` stay, and those of `other` matter by the ON alone. */
function pushKept(
  kept: Joined,
  other: Joined,
  { at, on, type }: Joined & { kind: 'join' },
  known: Known,
  loss: Loss | undefined,
  to: Push,
): void {
  const fromKept = without(known, membersOf(other))
  const missing = !loss && fromKept.some((each) => each.length === 0)
  const side = type === 'asof' ? 'of the ASOF join whose nearest row is taken' : 'of the outer join that may be missing'
  const reason = `${to.wanted} comes from the side ${side}`
  const remedy = 'take it from the side whose rows all stay, or make it `kind: table`, which is rebuilt as a whole'
  const lost = loss ?? (missing ? { at, reason, remedy } : undefined)
  pushJoined(kept, known, lost, to)
  pushJoined(other, follow(fromKept, [...on, ...factsOf(other)], to), lost, to)
}

function apartLoss(at: number, { wanted, part }: Push): Loss {
  return {
    at,
    reason: `nothing ties {input} to ${wanted}, and all of it would be read for each ${part}`,
    remedy: `join it by the same expression on both sides, declare \`lookback:\`, or make it \`kind: table\`, which is rebuilt as a whole`,
  }
}

function wholeLoss({ at }: Subquery, { wanted, part }: Push): Loss {
  return {
    at,
    reason: `nothing ties the subquery to ${wanted}, and all of {input} would be read for each ${part}`,
    remedy: `compare it in its WHERE with that of the outer query, declare \`lookback:\`, or make it \`kind: table\`, which is rebuilt as a whole`,
  }
}

function setsLoss(at: number, { wanted }: Push): Loss {
  return {
    at,
    reason: `a key that only some GROUPING SETS have can make NULL of ${wanted}`,
    remedy: `have ${wanted} once, in all of them, or make it \`kind: table\`, which is rebuilt as a whole`,
  }
}

function typesLoss(at: number, { wanted }: Push): Loss {
  return {
    at,
    reason: `${wanted} has another type in each branch, or one that cannot be told`,
    remedy: 'cast it to the same type in each branch',
  }
}
