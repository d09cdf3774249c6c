import { child, children, type Node, textOf, walk } from '../../sql/ast.ts'
import type { BoundModel, ModelGraph } from '../model.ts'
import { placesOf } from './occurrences.ts'
import { looksAround } from './reach.ts'

/**
 * The place of the one table that a model reads, where each of its rows gives rows of the model whatever others there are:
 * then rows that come add rows, and change none. undefined for anything that groups, joins, orders, counts or looks
 * around.
 */
export function rowwisePlace(graph: ModelGraph, model: BoundModel): string | undefined {
  const node = child(model.parsed.statement, 'node')
  const from = child(node, 'from_table')
  if (model.kind !== 'incremental' || looksAround(model) || !node || !isPlainSelect(node)) return undefined
  if (textOf(from, 'type') !== 'BASE_TABLE' || child(from, 'sample') || child(from, 'at_clause')) return undefined
  for (const [each] of walk(node)) if (['WINDOW', 'SUBQUERY'].includes(textOf(each, 'class'))) return undefined
  const [place, second] = placesOf(graph, model)
  const own = model.inputs.length === 1 && model.inputs[0] === place?.name
  return place && !second && own ? place.id : undefined
}

function isPlainSelect(node: Node): boolean {
  const clauses = ['having', 'qualify', 'sample']
  const lists = ['modifiers', 'group_expressions', 'group_sets']
  return (
    textOf(node, 'type') === 'SELECT_NODE' &&
    textOf(node, 'aggregate_handling') === 'STANDARD_HANDLING' &&
    clauses.every((clause) => !child(node, clause)) &&
    lists.every((list) => isEmptyList(node[list])) &&
    children(child(node, 'cte_map'), 'map').length === 0
  )
}

function isEmptyList(held: unknown): boolean {
  return Array.isArray(held) && held.length === 0
}
