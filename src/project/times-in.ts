import { tableColumns } from '../contract/contract.ts'
import type { MadeOfTime } from '../dashboards/unfinished.ts'
import type { ModelGraph } from '../models/model.ts'
import { parseSql } from '../sql/parse.ts'
import { type TraceSource, trace } from '../sql/trace.ts'
import type { ProjectSettings } from './parse.ts'

interface Asked {
  readonly sql: string
  readonly column: string
}

/** What was found, as long as the models are those: tiles ask with every answer. */
const found = new WeakMap<ModelGraph, Map<string, Promise<readonly MadeOfTime[]>>>()

/** `timesIn`, found once for a SELECT that is asked again and again. */
export function keptTimesIn(
  graph: ModelGraph,
  settings: Pick<ProjectSettings, 'targets'>,
  asked: Asked,
): Promise<readonly MadeOfTime[]> {
  const known = found.get(graph) ?? new Map<string, Promise<readonly MadeOfTime[]>>()
  found.set(graph, known)
  const key = JSON.stringify([asked.sql, asked.column])
  const times = known.get(key) ?? timesIn(graph, settings, asked)
  known.set(key, times)
  return times
}

/** How a column of a SELECT is made of times of the tables that it reads, followed through models; none where it is not. */
export async function timesIn(
  { byName, tables }: ModelGraph,
  { targets }: Pick<ProjectSettings, 'targets'>,
  { sql, column }: Asked,
): Promise<readonly MadeOfTime[]> {
  const columnsOf = (name: string) => {
    const target = targets.get(name)
    return target ? tableColumns(target.contract) : tables.get(name)?.columns
  }
  const source = (written: string): TraceSource | undefined => {
    const name = byName.has(written) || columnsOf(written) ? written : written.toLowerCase()
    const model = byName.get(name)
    // of a stored model too: its rows are what its SELECT gives
    if (model) return { kind: 'view', name, parsed: model.parsed }
    const columns = columnsOf(name)
    return columns && { kind: 'table', name, columns }
  }
  // what keeps a query from being computed part by part changes no value of the column
  const { occurrences } = await trace(await parseSql(sql), [column], source, { by: 'time', unbounded: true })
  return occurrences.flatMap(({ name, traced = [] }) =>
    traced.flatMap(({ column: own, steps = [] }) => {
      const from = columnsOf(name)?.find((each) => each.name === own)?.type.kind
      return from === 'date' || from === 'timestamptz' ? [{ from, steps }] : []
    }),
  )
}
