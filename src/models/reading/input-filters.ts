import type { Context } from '../../core/context.ts'
import type { Filter } from '../../sql/filters.ts'
import type { Occurrence } from '../../sql/trace.ts'
import type { BoundModel } from '../model.ts'
import type { Reading } from '../reading.ts'
import { runReached } from './filters.ts'
import { columnOf, keyColumns } from './keys.ts'
import { placesOf } from './occurrences.ts'
import { filtersOfRun, type Run, timedOf } from './reach.ts'
import { columnsOf } from './select.ts'

/**
 * Each table that a model reads, with what its rows fulfil that can be part of rows which fulfil the filters, and without
 * which they make none of these stale. A dimension is looked at as a whole, and so is what is read in two places.
 */
export async function inputFilters(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  context: Context,
): Promise<ReadonlyMap<string, readonly Filter[]>> {
  const { graph, lake, timezone } = reading
  const isTimed = model.kind === 'incremental'
  const run = isTimed ? await runReached(lake.engine, model, filters, timezone, context) : undefined
  const found = new Map<string, readonly Filter[]>()
  for (const [input, [place, other]] of Map.groupBy(placesOf(graph, model), ({ name }) => name)) {
    const occurrence = other ? undefined : model.trace?.occurrences.find(({ id }) => id === place?.id)
    const own = occurrence && filtersAt(reading, model, occurrence, run, filters)
    found.set(input, own ? [...(place?.filters ?? []), ...own] : [])
  }
  return found
}

/** undefined for a dimension. */
function filtersAt(
  reading: Reading,
  model: BoundModel,
  occurrence: Occurrence,
  run: Run | undefined,
  filters: readonly Filter[],
): readonly Filter[] | undefined {
  const columns = columnsOf(reading, occurrence.name)
  if (model.kind === 'incremental') {
    const timed = timedOf(model, occurrence, columns)
    return timed && (run ? filtersOfRun(model, timed, run, reading.timezone) : [])
  }
  const { traced } = occurrence
  return (
    traced &&
    keyColumns(model).flatMap(({ name }, at) => {
      const column = columnOf(traced[at], columns)
      const own = filters.filter(
        (filter) => filter.column.length === 1 && filter.column[0]?.toLowerCase() === name.toLowerCase(),
      )
      return column ? own.map((filter) => ({ ...filter, column: [column.name] })) : []
    })
  )
}
