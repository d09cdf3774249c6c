import type { Context } from '../../src/core/context.ts'
import { stringifyExact } from '../../src/core/json.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot, tableExists } from '../../src/lake/snapshot.ts'
import { build } from '../../src/models/build.ts'
import { type CompleteReading, readModels } from '../../src/models/complete.ts'
import type { ModelGraph } from '../../src/models/model.ts'
import { modelCatalog } from '../../src/models/model-catalog.ts'
import { planBuild } from '../../src/models/plan.ts'
import { placesOf, selectOver } from '../../src/models/reading/occurrences.ts'
import { type Frozen, freeze, type Tails } from '../../src/query/frozen.ts'
import { withBeyond } from '../../src/query/lake-catalog.ts'
import { query } from '../../src/query/query.ts'
import { tablesOf } from '../../src/sql/names.ts'
import { parseSql } from '../../src/sql/parse.ts'
import { graphOf } from './plain-site.ts'

/** Models over the tables of a lake. */
export interface World {
  readonly lake: Lake
  readonly graph: ModelGraph
  readonly context: Context
  /** By table, what a stream has taken and not stored yet. */
  readonly tail: Map<string, Relation>
  reading(frozen?: Frozen): CompleteReading
  /** Builds models, or one of them, as a plan says. */
  build(select?: readonly string[]): Promise<void>
  /** A model's rows brought up to date, and by its SELECT over the newest rows of everything, both sorted. */
  completed(model: string, reading?: CompleteReading): Promise<string[]>
  plain(model: string): Promise<string[]>
  /** The rows of every model by plain SELECTs, each over those of the ones before. */
  truth(): Promise<ReadonlyMap<string, Relation>>
  /** A model's rows as its table has them, sorted. */
  stored(model: string): Promise<string[]>
  /** The rows of a query through the catalog, and those that it must give, both sorted. */
  asked(sql: string): Promise<string[]>
  plainlyAsked(sql: string): Promise<string[]>
}

export async function worldOf(
  lake: Lake,
  models: Readonly<Record<string, string>>,
  timezone: string,
  context: Context,
  tail = new Map<string, Relation>(),
): Promise<World> {
  const graph = await graphOf(lake, models, timezone, context)
  const place = async (name: string) =>
    (await tableExists(lake, name, context)) ? { name, lake, table: name } : undefined
  const tails: Tails = {
    acknowledged: () => new Map([...tail.keys()].map((name) => [name, 1n])),
    hold: async (name) => ({ beyond: () => tail.get(name), [Symbol.dispose]: () => undefined }),
  }
  const reading = (frozen = freeze({ tails })) => readModels({ graph, lake, timezone, frozen, place })
  const plainRelation = async (name: string): Promise<Relation> => {
    const model = graph.byName.get(name)
    if (!model) {
      const beyond = tail.get(name)
      const has = await place(name)
      if (has) return withBeyond(relationOf(lake, await readSnapshot(lake, name, {}, context)), beyond)
      return { kind: 'values', columns: graph.tables.get(name)?.columns ?? [], rows: [] }
    }
    const rows = new Map<string, Relation>()
    for (const { id, name: input } of placesOf(graph, model)) rows.set(id, await plainRelation(input))
    return selectOver(graph, model, rows)
  }
  return {
    lake,
    graph,
    context,
    tail,
    reading,
    async build(select) {
      const site = reading(freeze())
      const options = select ? { select: new Set(select) } : {}
      const done = await build(site, await planBuild(site, options, context), context)
      for (const each of done) if (each.outcome === 'failed' || each.outcome === 'blocked') throw each.error
    },
    async completed(name, at = reading()) {
      const model = graph.byName.get(name)
      if (!model) throw new Error(`no model ${name}`)
      const { relation } = await at.complete(model, [], context)
      return sortedRows(lake.engine, relation, context)
    },
    plain: async (name) => sortedRows(lake.engine, await plainRelation(name), context),
    async truth() {
      const found = new Map<string, Relation>()
      for (const table of graph.tables.keys()) found.set(table, await plainRelation(table))
      for (const model of graph.order) {
        const places = placesOf(graph, model).map(({ id, name }) => [id, found.get(name) as Relation] as const)
        const rows = selectOver(graph, model, new Map(places))
        const held = await collect(await lake.engine.run({ sql: 'SELECT * FROM t', from: { t: rows } }, context))
        found.set(model.name, { kind: 'values', columns: model.output, rows: held })
      }
      return found
    },
    stored: async (name) =>
      sortedRows(lake.engine, relationOf(lake, await readSnapshot(lake, name, {}, context)), context),
    async asked(sql) {
      const open = async () => ({ graph, lake, timezone, place })
      const catalog = modelCatalog({ names: async () => [...graph.byName.keys()], open })
      return sorted(await collect(await query(catalog, lake.engine, sql, { tails }, context)))
    },
    async plainlyAsked(sql) {
      const from: Record<string, Relation> = {}
      for (const { parts } of tablesOf(await parseSql(sql)))
        from[parts.join('.')] = await plainRelation(parts.join('.'))
      return sorted(await collect(await lake.engine.run({ sql, from }, context)))
    },
  }
}

export async function sortedRows(engine: Engine, relation: Relation, context: Context): Promise<string[]> {
  return sorted(await collect(await engine.run({ sql: 'SELECT * FROM t', from: { t: relation } }, context)))
}

/** Rows as JSON texts. */
export function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => stringifyExact(row)).sort()
}
