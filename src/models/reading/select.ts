import type { Columns } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Relation } from '../../engines/relation.ts'
import type { Filter } from '../../sql/filters.ts'
import { name, type SqlText, sql } from '../../sql/text.ts'
import type { Occurrence } from '../../sql/trace.ts'
import { bucketSql, inLabels } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import type { Reading } from '../reading.ts'
import type { Part } from '../site.ts'
import { filtersOfKeys, rowsOfKeys } from './keys.ts'
import { occurrencesOf, placesOf, selectOver } from './occurrences.ts'
import {
  filterOfLabels,
  filtersOfRun,
  grainOf,
  looksAround,
  type Run,
  reaches,
  reachOf,
  timeColumn,
  timedOf,
  touches,
} from './reach.ts'

/** Which rows a SELECT is asked for; `run`: those of intervals between two, of which more may come. */
export type Asked = Part | { readonly kind: 'run'; readonly run: Run }

/** The rows of an input, without files that can hold none which fulfil the filters. */
export type InputRows = (input: string, filters: readonly Filter[]) => Promise<Relation>

/** A model's SELECT over its inputs, each restricted to the rows that what is asked for can come from. */
export async function selectRows(
  reading: Reading,
  model: BoundModel,
  asked: Asked,
  inputRows: InputRows,
  context: Context,
): Promise<Relation> {
  context.signal.throwIfAborted()
  const { graph, timezone } = reading
  const part = asked.kind === 'all' ? undefined : asked
  const occurrences = part ? occurrencesOf(model) : []
  const byPlace = new Map<string, Relation>()
  for (const { id, name: input, filters } of placesOf(graph, model)) {
    const occurrence = occurrences.find((each) => each.id === id)
    const restriction = part && occurrence && restrictionOf(reading, model, occurrence, part)
    const rows = await inputRows(input, [...filters, ...(restriction?.filters ?? [])])
    byPlace.set(id, restriction ? restriction.of(rows) : rows)
  }
  const rows = selectOver(graph, model, byPlace)
  if (asked.kind !== 'labels' || !looksAround(model)) return rows
  return where(inLabels(bucketOfModel(model, timezone), asked.labels), rows)
}

/** The bucket of a row of the model itself. */
export function bucketOfModel(model: BoundModel, zone: string): SqlText {
  const { name: column, type } = timeColumn(model)
  return bucketSql(name(column), type, grainOf(model), zone)
}

/** The rows for which a condition over their columns is true. */
export function where(condition: SqlText, rows: Relation): Relation {
  return { kind: 'select', sql: sql`SELECT * FROM given WHERE ${condition}`.text, from: { given: rows } }
}

interface Restriction {
  readonly filters: readonly Filter[]
  readonly of: (rows: Relation) => Relation
}

/** How an occurrence is restricted; undefined for a dimension. */
function restrictionOf(
  reading: Reading,
  model: BoundModel,
  occurrence: Occurrence,
  asked: Exclude<Asked, { readonly kind: 'all' }>,
): Restriction | undefined {
  const columns = columnsOf(reading, occurrence.name)
  if (asked.kind === 'keys') {
    const { traced } = occurrence
    if (!traced) return undefined
    return {
      filters: filtersOfKeys(traced, columns, asked.keys),
      of: (rows) => rowsOfKeys(model, traced, { columns, rows }, asked.keys),
    }
  }
  const timed = timedOf(model, occurrence, columns)
  if (!timed) return undefined
  const { timezone } = reading
  const reach = reachOf(model, timed, timezone)
  if (asked.kind === 'run') {
    const condition = touches(reach, asked.run)
    return { filters: filtersOfRun(model, timed, asked.run, timezone), of: (rows) => where(condition, rows) }
  }
  const filter = filterOfLabels(model, timed, asked.labels, timezone)
  const condition = reaches(reach, asked.labels, grainOf(model))
  return { filters: filter ? [filter] : [], of: (rows) => where(condition, rows) }
}

/** The columns of an input, whatever it is. */
export function columnsOf({ graph }: Reading, input: string): Columns {
  const source = graph.source(input)
  return source?.kind === 'table' ? source.columns : []
}
