import type { Context } from '../../src/core/context.ts'
import type { Relation } from '../../src/engines/relation.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { type CompleteReading, readModels } from '../../src/models/complete.ts'
import { freeze } from '../../src/query/frozen.ts'
import { graphOf } from './plain-site.ts'

/** Models, given as texts by name, over the tables of a lake as they are now. */
export async function modelsOn(
  lake: Lake,
  models: Readonly<Record<string, string>>,
  timezone: string,
  context: Context,
): Promise<CompleteReading> {
  const graph = await graphOf(lake, models, timezone, context)
  const place = async (name: string) => ({ name, lake, table: name })
  return readModels({ graph, lake, timezone, frozen: freeze(), place })
}

/** The rows of a model from the tables that are no models, by plain SELECTs: what it must always be. */
export async function plainRows(reading: CompleteReading, name: string, context: Context): Promise<Relation> {
  const model = reading.graph.byName.get(name)
  if (!model) return reading.rows(name, context)
  const from: Record<string, Relation> = {}
  for (const input of model.inputs) from[input] = await plainRows(reading, input, context)
  return { kind: 'select', sql: model.sql, from }
}
