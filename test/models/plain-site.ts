import type { Columns } from '../../src/core/columns.ts'
import type { Context } from '../../src/core/context.ts'
import type { Relation } from '../../src/engines/relation.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot, tableExists } from '../../src/lake/snapshot.ts'
import { listTables } from '../../src/lake/tables.ts'
import { bucketOf } from '../../src/models/build/intervals-where.ts'
import { storedInputs } from '../../src/models/build/stored-inputs.ts'
import { defineModel } from '../../src/models/define.ts'
import { bindModels } from '../../src/models/graph.ts'
import { inLabels } from '../../src/models/intervals.ts'
import type { BoundModel, ModelGraph } from '../../src/models/model.ts'
import type { Part, Site, Stale } from '../../src/models/site.ts'
import { join, name, raw, sql } from '../../src/sql/text.ts'

/** Binds models, given as texts by name, to the tables of a lake. */
export async function graphOf(
  lake: Lake,
  models: Readonly<Record<string, string>>,
  timezone: string,
  context: Context,
): Promise<ModelGraph> {
  const defined = await Promise.all(
    Object.entries(models).map(([model, text]) => defineModel({ name: model, file: `models/${model}.sql`, text })),
  )
  const tables: Record<string, Columns> = {}
  for (const table of await listTables(lake, context))
    if (!(table in models)) tables[table] = (await readSnapshot(lake, table, {}, context)).columns
  const world = {
    tables: new Map(Object.keys(tables).map((table) => [table, 'table'] as const)),
    table: async (table: string) => ({ kind: 'table', columns: tables[table] ?? [] }) as const,
    timezone,
    engine: lake.engine,
  }
  return bindModels(defined, world, context)
}

/** A site that knows nothing of staleness, and computes each part from everything: what a real one must agree with. */
export function plainSite(
  lake: Lake,
  graph: ModelGraph,
  timezone: string,
  stale: (model: BoundModel) => Stale = () => ({ kind: 'all', reasons: [] }),
): Site {
  const current = (table: string, context: Context) => readSnapshot(lake, table, {}, context)
  const rows = async (table: string, context: Context): Promise<Relation> => {
    const model = graph.byName.get(table)
    if (model?.kind === 'view') return whole(model, context)
    if (model && !(await tableExists(lake, table, context))) return whole(model, context)
    return relationOf(lake, await current(table, context))
  }
  const whole = async (model: BoundModel, context: Context): Promise<Relation> => {
    const from: Record<string, Relation> = {}
    for (const input of model.inputs) from[input] = await rows(input, context)
    return { kind: 'select', sql: model.sql, from }
  }
  const partOf = async (model: BoundModel, part: Part, context: Context): Promise<Relation> => {
    const all = await whole(model, context)
    switch (part.kind) {
      case 'all':
        return all
      case 'labels': {
        const text = sql`SELECT * FROM every WHERE ${inLabels(bucketOf(model, timezone), part.labels)}`.text
        return { kind: 'select', sql: text, from: { every: all } }
      }
      case 'keys': {
        const same = (model.key ?? []).map((key) => sql`every.${name(key)} IS NOT DISTINCT FROM keys.${name(key)}`)
        const text = sql`SELECT * FROM every SEMI JOIN keys ON ${join(same, raw(' AND ').text)}`.text
        return { kind: 'select', sql: text, from: { every: all, keys: part.keys } }
      }
    }
  }
  return {
    lake,
    graph,
    timezone,
    output: async (model, context) =>
      (await tableExists(lake, model.name, context)) ? current(model.name, context) : undefined,
    built: () => undefined,
    stale: async (model) => stale(model),
    select: partOf,
    borrowed: async () => [],
    inputs: async (model, context) => {
      const stored = [...storedInputs(graph, model), ...model.inputs.filter((input) => !graph.byName.has(input))]
      const read = await Promise.all(stored.map((table) => current(table, context)))
      return new Map(read.map(({ metadata, version }) => [metadata.id, version]))
    },
    settle: async () => undefined,
    filesOf: async (root, context) => (await current(root.slice(lake.root.length + 1), context)).files,
    rows,
  }
}
