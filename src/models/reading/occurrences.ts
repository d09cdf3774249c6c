import { MillraceError } from '../../core/errors.ts'
import type { Relation } from '../../engines/relation.ts'
import { type Filter, filtersOf } from '../../sql/filters.ts'
import { queryOver } from '../../sql/restrict.ts'
import type { Occurrence } from '../../sql/trace.ts'
import type { BoundModel, ModelGraph } from '../model.ts'

/** A place where a model's SQL, or that of a view which it reads, names a table. */
export interface TablePlace {
  readonly id: string
  readonly name: string
  /** What every row of it fulfils that matters there. */
  readonly filters: readonly Filter[]
}

/** Every place where a model's SQL, or a view that it reads, names a table. */
export function placesOf(graph: ModelGraph, model: BoundModel): readonly TablePlace[] {
  const found: TablePlace[] = []
  const filters = new Map(filtersOf(model.parsed))
  const source = (written: string) => {
    const given = graph.source(written)
    if (given?.kind === 'view') for (const [node, own] of filtersOf(given.parsed)) filters.set(node, own)
    return given
  }
  queryOver(
    model.parsed,
    source,
    ({ id, name, reference }) => void found.push({ id, name, filters: filters.get(reference.node) ?? [] }),
    () => undefined,
  )
  return found
}

/** The names of the tables that a model reads, views seen through, each once. */
export function tablesRead(graph: ModelGraph, model: BoundModel): readonly string[] {
  return [...new Set(placesOf(graph, model).map(({ name }) => name))]
}

/** A model's SELECT over these rows, by the place where each is named. */
export function selectOver(graph: ModelGraph, model: BoundModel, rows: ReadonlyMap<string, Relation>): Relation {
  return queryOver<Relation>(
    model.parsed,
    graph.source,
    ({ id }) => rows.get(id) as Relation,
    (text, from) => ({ kind: 'select', sql: text, from }),
  )
}

/** Where the time or the key of a model comes from, as its binding has found. */
export function occurrencesOf({ name, trace }: BoundModel): readonly Occurrence[] {
  if (trace) return trace.occurrences
  throw new MillraceError('INTERNAL', { reason: `the model ${name} has no trace` })
}
