import { typeText } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { resolveQuery } from '../query/query.ts'
import { type Ground, tablesIn } from './answer.ts'
import { type BoundFilter, boundFilters } from './bind.ts'
import { type Dashboard, type Tile, tilesOf } from './dashboard.ts'
import { misfitOf, placedError, planTile } from './plan-tile.ts'

/** All that is wrong with a dashboard, each with its place: its file, the SELECTs of its tiles with every filter set, their charts. No rows are read. */
export async function dashboardFaults(
  dashboard: Dashboard,
  ground: Ground,
  context: Context,
): Promise<readonly MillraceError[]> {
  if (dashboard.fault) return [dashboard.fault]
  const { timezone } = ground
  const defaults = boundFilters(dashboard.filters, {}, { nowMs: context.now(), timezone })
  const filters = new Map(
    [...defaults].map(([name, filter]): readonly [string, BoundFilter] =>
      // a value that texts and numbers can be: its column is looked for then
      filter.type === 'list' ? [name, { ...filter, values: ['0'] }] : [name, filter],
    ),
  )
  const faults: MillraceError[] = []
  for (const tile of tilesOf(dashboard)) {
    const fault = tile.fault ?? (await faultOf(tile, filters, ground, context))
    if (fault) faults.push(fault)
  }
  return faults
}

async function faultOf(
  tile: Tile,
  filters: ReadonlyMap<string, BoundFilter>,
  { catalog, engine, timezone, freezing, columnsOf }: Ground,
  context: Context,
): Promise<MillraceError | undefined> {
  try {
    const reads = await tablesIn(tile)
    const columns = (await Promise.all(reads.map((name) => columnsOf(name, context)))).flat()
    const plan = planTile(tile, filters, { timezone, columns })
    try {
      using resolved = await resolveQuery(catalog, plan.sql, { ...freezing, parameters: plan.parameters }, context)
      const described = await engine.describe(resolved.query, context)
      return misfitOf(
        tile,
        described.map(({ name, type }) => ({ name, type: typeText(type) })),
      )
    } catch (error) {
      throw placedError(tile, plan, error, columns)
    }
  } catch (error) {
    // a type that tables do not have is one that an answer may
    if (error instanceof MillraceError) return error.code === 'RESULT_TYPE' ? undefined : error
    throw error
  }
}
