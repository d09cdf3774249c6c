import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { Catalog, Resolved } from '../query/catalog.ts'
import type { Frozen } from '../query/frozen.ts'
import { resolveTable } from '../query/lake-catalog.ts'
import type { Filter } from '../sql/filters.ts'
import { type CompleteReading, type ModelGround, readModels } from './complete.ts'
import type { BoundModel, ModelGraph } from './model.ts'
import type { OnTheSpot } from './reading/completed.ts'
import { selectRows } from './reading/select.ts'

/** Bytes of files that bringing one model up to date may read for one query. */
export const onTheSpotBytes = 2 * 1024 ** 3

/** The models of a project as its queries find them. */
export interface ModelNames {
  names(context: Context): Promise<readonly string[]>
  /** The models themselves, once the first of them is asked for: a fault in one leaves queries of tables alone. */
  open(context: Context): Promise<Omit<ModelGround, 'frozen'>>
  readonly onTheSpotBytes?: number
}

/**
 * Models as names of queries, each brought up to date with its inputs at the versions that are frozen; a `table` is as
 * of its build. What would read more than `onTheSpotBytes` for that is as of its build too, and the position says so. Of the
 * past, models are as they were committed.
 */
export function modelCatalog({ names, open, onTheSpotBytes: limit = onTheSpotBytes }: ModelNames): Catalog {
  let opened: ReturnType<ModelNames['open']> | undefined
  const readings = new WeakMap<Frozen, CompleteReading>()
  const groundOf = (context: Context) => {
    opened ??= open(context)
    return opened
  }
  const readingOf = async (frozen: Frozen, context: Context): Promise<CompleteReading> => {
    const reading = readings.get(frozen) ?? readModels({ ...(await groundOf(context)), frozen })
    readings.set(frozen, reading)
    return reading
  }
  return {
    names,
    async freeze(wanted, frozen, context) {
      const own = await names(context)
      if (!wanted.some((name) => own.includes(name)) || frozen.isPinned()) return
      const { graph } = await groundOf(context)
      const reading = await readingOf(frozen, context)
      const reached = reachedFrom(graph, wanted)
      // what is made from others before these: so none is newer than what it was made from
      for (const model of graph.order.toReversed())
        if (reached.has(model.name) && model.kind !== 'view') await reading.output(model, context)
    },
    async resolve(name, frozen, filters, context) {
      const ground = await groundOf(context)
      const model = ground.graph.byName.get(name) as BoundModel
      const reading = await readingOf(frozen, context)
      if (frozen.isPinned()) return resolvePast({ ...ground, frozen }, reading, model, filters, context)
      const behind: Record<string, { asOfMs: number; bytes: number }> = {}
      const onTheSpot: OnTheSpot = {
        limitBytes: limit,
        behind(late, how) {
          behind[late] = how
        },
      }
      const { relation } = await reading.complete(model, filters, context, onTheSpot)
      return { relation, versions: reading.versions(), behind }
    },
  }
}

/** The models that these names lead to, themselves included. */
function reachedFrom({ byName }: ModelGraph, names: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>()
  const visit = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    for (const input of byName.get(name)?.inputs ?? []) visit(input)
  }
  for (const name of names) visit(name)
  return reached
}

/** A stored model as it was committed; a view over what it reads as that was. */
async function resolvePast(
  ground: ModelGround,
  reading: CompleteReading,
  model: BoundModel,
  filters: readonly Filter[],
  context: Context,
): Promise<Resolved> {
  const { graph, lake, frozen } = ground
  if (model.kind !== 'view')
    return resolveTable({ name: model.name, lake, table: model.name }, frozen, filters, context)
  const versions: Record<string, number> = {}
  const inputRows = async (input: string, own: readonly Filter[]): Promise<Relation> => {
    const upstream = graph.byName.get(input)
    const place = upstream ? undefined : await ground.place(input, context)
    if (!upstream && !place) return { kind: 'values', columns: graph.tables.get(input)?.columns ?? [], rows: [] }
    const resolved = upstream
      ? await resolvePast(ground, reading, upstream, own, context)
      : await resolveTable(place as NonNullable<typeof place>, frozen, own, context)
    Object.assign(versions, resolved.versions)
    return resolved.relation
  }
  return { relation: await selectRows(reading, model, { kind: 'all' }, inputRows, context), versions }
}
