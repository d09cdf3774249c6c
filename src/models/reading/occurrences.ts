import type { Relation } from '../../engines/relation.ts'
import { queryOver } from '../../sql/restrict.ts'
import type { TraceSource } from '../../sql/trace.ts'
import type { BoundModel, ModelGraph } from '../model.ts'

/** Where a name of a model's SQL leads. Names of a project are in small letters. */
export function sourceOf({ byName, tables }: ModelGraph): (written: string) => TraceSource | undefined {
  return (written) => {
    const key = byName.has(written) || tables.has(written) ? written : written.toLowerCase()
    const model = byName.get(key)
    if (model?.kind === 'view') return { kind: 'view', name: key, parsed: model.parsed }
    const table = tables.get(key)
    const [columns, time] = model ? [model.output, model.time] : [table?.columns, table?.time]
    return columns && { kind: 'table', name: key, columns, ...(time !== undefined && { time }) }
  }
}

/** Every place where a model's SQL, or a view that it reads, names a table. */
export function placesOf(
  graph: ModelGraph,
  model: BoundModel,
): readonly { readonly id: string; readonly name: string }[] {
  const found: { id: string; name: string }[] = []
  queryOver(
    model.parsed,
    sourceOf(graph),
    ({ id, name }) => void found.push({ id, name }),
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
    sourceOf(graph),
    ({ id }) => rows.get(id) as Relation,
    (text, from) => ({ kind: 'select', sql: text, from }),
  )
}
