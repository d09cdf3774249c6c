import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { stringifyExact } from '../core/json.ts'
import { suggest } from '../core/suggest.ts'
import type { Relation } from '../engines/relation.ts'
import type { AddFile } from '../lake/actions.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { settle } from '../lake/settle.ts'
import { readSnapshot, type Snapshot, tableExists } from '../lake/snapshot.ts'
import type { Frozen } from '../query/frozen.ts'
import type { LakeTable } from '../query/known-snapshots.ts'
import { withBeyond, zoned } from '../query/lake-catalog.ts'
import type { Filter } from '../sql/filters.ts'
import type { BoundModel, ModelGraph } from './model.ts'
import { type Completed, completedRows, type OnTheSpot } from './reading/completed.ts'
import { tablesRead } from './reading/occurrences.ts'
import { columnsOf, type InputRows, selectRows } from './reading/select.ts'
import type { InputTable, Reading } from './reading.ts'
import type { Stale } from './site.ts'
import { borrowedBy, inputVersions, missingOf, staleOf } from './stale.ts'

/** What models are read in. */
export interface ModelGround {
  readonly graph: ModelGraph
  /** Of the models' own tables. */
  readonly lake: Lake
  /** IANA zone of intervals. */
  readonly timezone: string
  readonly frozen: Frozen
  /** Where a table lies that is no model; undefined for one that is declared and not there yet. */
  place(name: string, context: Context): Promise<LakeTable | undefined>
}

/** Models over one version of every table, brought up to date. */
export interface CompleteReading extends Reading {
  /** A model's rows as its inputs are now; `filters` as for a catalog. Without a limit it is brought up to date in any case. */
  complete(model: BoundModel, filters: readonly Filter[], context: Context, onTheSpot?: OnTheSpot): Promise<Completed>
  /** Table → version, of all that was read so far. */
  versions(): Readonly<Record<string, number>>
}

/** Reads models over one frozen version of every table. INPUT_BEHIND where one moved on before it was frozen. */
export function readModels(ground: ModelGround): CompleteReading {
  const { graph, lake, timezone, frozen } = ground
  const outputs = new Map<string, Promise<Snapshot | undefined>>()
  const inputs = new Map<string, Promise<InputTable | undefined>>()
  const stale = new Map<string, Promise<Stale>>()
  const missing = new Map<string, Promise<Relation | undefined>>()
  const versions: Record<string, number> = {}
  const ownTable = (name: string): LakeTable => ({ name, lake, table: name })
  const placeOf = async (name: string, context: Context) =>
    graph.byName.has(name) ? ownTable(name) : ground.place(name, context)

  const readOutput = async (name: string, context: Context): Promise<Snapshot | undefined> => {
    if (!(await tableExists(lake, name, context))) return undefined
    const snapshot = await frozen.snapshot(ownTable(name), context)
    versions[name] = snapshot.version
    return snapshot
  }
  const readInput = async (name: string, context: Context): Promise<InputTable | undefined> => {
    const model = graph.byName.get(name)
    if (model) {
      const snapshot = await reading.output(model, context)
      return snapshot && { lake, snapshot }
    }
    const place = await ground.place(name, context)
    if (!place) return undefined
    const snapshot = await frozen.snapshot(place, context)
    versions[name] = snapshot.version
    return { lake: place.lake, snapshot, beyond: await frozen.beyond(place, context) }
  }
  const rowsOf = async (
    name: string,
    filters: readonly Filter[],
    context: Context,
    onTheSpot?: OnTheSpot,
  ): Promise<Relation> => {
    const model = graph.byName.get(name)
    if (model) return (await reading.complete(model, filters, context, onTheSpot)).relation
    const table = await reading.input(name, context)
    if (!table) return { kind: 'values', columns: columnsOf(reading, name), rows: [] }
    return withBeyond(relationOf(table.lake, table.snapshot, zoned(filters, table.snapshot.columns)), table.beyond)
  }

  const reading: CompleteReading = {
    graph,
    lake,
    timezone,
    versions: () => ({ ...versions }),
    output: ({ name }, context) => once(outputs, name, () => readOutput(name, context)),
    built({ name }, snapshot) {
      frozen.put(ownTable(name), snapshot)
      versions[name] = snapshot.version
      outputs.set(name, Promise.resolve(snapshot))
      inputs.delete(name)
      stale.clear()
      missing.clear()
    },
    input: (name, context) => once(inputs, name, () => readInput(name, context)),
    async newestVersion(name, context) {
      const place = await placeOf(name, context)
      return place ? (await readSnapshot(place.lake, place.table, {}, context)).version : -1
    },
    stale(model, context, filters = []) {
      // what is known of all rows is so of some
      const asked = stale.has(model.name) ? [] : filters
      const key = asked.length === 0 ? model.name : `${model.name} ${stringifyExact(asked)}`
      return once(stale, key, () => staleOf(reading, model, asked, context))
    },
    missing(model, context, filters) {
      const key = `${model.name} ${stringifyExact(filters)}`
      return once(missing, key, () => missingOf(reading, model, filters, context))
    },
    borrowed: (model, context) => borrowedBy(reading, model, context),
    inputs: (model, context) => inputVersions(reading, model, context),
    select: (model, part, context) =>
      selectRows(reading, model, part, (name, filters) => rowsOf(name, filters, context), context),
    complete(model, filters, context, onTheSpot) {
      // a view is nothing but what it reads; what is computed rests on inputs that are up to date
      const within = model.kind === 'view' ? onTheSpot : undefined
      const inputRows: InputRows = (name, own) => rowsOf(name, own, context, within)
      return completedRows(reading, model, filters, inputRows, context, onTheSpot)
    },
    async settle(model, context) {
      for (const name of tablesRead(graph, model)) {
        const table = await reading.input(name, context)
        // other lakes are never written to
        if (table?.lake.root === lake.root) await settle(lake, table.snapshot, context)
      }
    },
    async filesOf(root, context) {
      for (const name of [...graph.byName.keys(), ...graph.tables.keys()]) {
        const place = await placeOf(name, context)
        if (!place || `${place.lake.root}/${place.table}` !== root) continue
        return (await reading.input(name, context))?.snapshot.files ?? new Map<string, AddFile>()
      }
      return new Map()
    },
    async rows(name, context) {
      if (graph.byName.has(name) || (await ground.place(name, context))) return rowsOf(name, [], context)
      const known = [...graph.byName.keys(), ...graph.tables.keys()]
      throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, known) })
    },
  }
  return reading
}

async function once<T>(held: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = held.get(key) ?? make()
  held.set(key, made)
  return made
}
