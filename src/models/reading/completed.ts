import { typeText } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { isError } from '../../core/errors.ts'
import type { Relation } from '../../engines/relation.ts'
import { relationOf } from '../../lake/relation.ts'
import { readSnapshot } from '../../lake/snapshot.ts'
import type { Behind } from '../../query/catalog.ts'
import { zoned } from '../../query/lake-catalog.ts'
import type { Filter } from '../../sql/filters.ts'
import { join, name, raw, sql } from '../../sql/text.ts'
import { inLabels } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import type { Reading } from '../reading.ts'
import { builtApp } from '../state.ts'
import { keysReached, labelsReached, runReached } from './filters.ts'
import { rowsByKeys } from './keys.ts'
import { bytesOf } from './leaves.ts'
import { type Asked, bucketOfModel, type InputRows, selectRows, where } from './select.ts'

/** A model's rows as its inputs are: those of its table that still hold, and those that are computed on the spot. */
export interface Completed {
  readonly relation: Relation
  /** Of it, what is computed; undefined where the table has it all. */
  readonly computed?: Relation
}

/** How much may be read to bring a model up to date, and who is told that it would have been more. */
export interface OnTheSpot {
  readonly limitBytes: number
  behind(model: string, how: Behind): void
}

/**
 * The rows of a model that fulfil the filters, and maybe more of them: no interval and no key is computed that they rule
 * out. A `table` is as of its build, as is what would read too much.
 */
export async function completedRows(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  inputRows: InputRows,
  context: Context,
  onTheSpot?: OnTheSpot,
): Promise<Completed> {
  const found = await complete(reading, model, filters, inputRows, context)
  const { stored, computed } = found
  if (!stored || !computed || !onTheSpot) return found
  const bytes = bytesOf(computed)
  if (bytes <= onTheSpot.limitBytes || !hasColumns(stored, model)) return found
  onTheSpot.behind(model.name, { asOfMs: await builtAt(reading, model, context), bytes })
  return { relation: stored }
}

async function complete(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  inputRows: InputRows,
  context: Context,
): Promise<Completed & { readonly stored?: StoredRows }> {
  const { lake, timezone } = reading
  const select = (asked: Asked) => selectRows(reading, model, asked, inputRows, context)
  if (model.kind === 'view') return { relation: await select({ kind: 'all' }) }
  const output = await reading.output(model, context)
  const stored = output && relationOf(lake, output, zoned(filters, output.columns))
  if (stored && model.kind === 'table') return { relation: stored }
  const missing = stored && (await reading.missing(model, context, filters))
  if (missing) {
    const computed = asStored(model, missing)
    return { relation: { kind: 'union', of: [stored, computed] }, computed, stored }
  }
  const stale = await reading.stale(model, context, filters)
  if (!stored || stale.kind === 'all') {
    const run =
      model.kind === 'incremental' ? await runReached(lake.engine, model, filters, timezone, context) : undefined
    const computed = asStored(model, await select(run ? { kind: 'run', run } : { kind: 'all' }))
    return { relation: computed, computed, ...(stored && { stored }) }
  }
  if (stale.kind === 'none') return { relation: stored }
  if (stale.kind === 'keys') {
    const keys = keysReached(model, stale.keys, filters)
    // as of keys, so of intervals: rows that the filters rule out are no part of the answer, whatever they are
    if (!keys) return { relation: stored }
    const computed = asStored(model, await select({ kind: 'keys', keys }))
    return { relation: { kind: 'union', of: [rowsByKeys(model, 'others', stored, keys), computed] }, computed, stored }
  }
  const labels = labelsReached(model, stale.labels, filters, timezone)
  if (labels.length === 0) return { relation: stored }
  const clean = where(sql`NOT ${inLabels(bucketOfModel(model, timezone), labels)}`, stored)
  const computed = asStored(model, await select({ kind: 'labels', labels }))
  return { relation: { kind: 'union', of: [clean, computed] }, computed, stored }
}

type StoredRows = Extract<Relation, { readonly kind: 'delta' }>

/** False where the table was built of another SELECT, whose columns the query cannot ask for. */
function hasColumns({ columns }: StoredRows, { output }: BoundModel): boolean {
  return output.every(({ name }) => columns.some((column) => column.name.toLowerCase() === name.toLowerCase()))
}

/** When the model was built; where the log does not go back to that, when its table was committed to. */
async function builtAt(reading: Reading, model: BoundModel, context: Context): Promise<number> {
  const output = await reading.output(model, context)
  const built = Number(output?.txns.get(builtApp) ?? -1n)
  if (!output || built === output.version || built < 0) return output?.timestampMs ?? 0
  try {
    return (await readSnapshot(reading.lake, model.name, { version: built }, context)).timestampMs
  } catch (error) {
    if (isError(error, 'VERSION_NOT_FOUND')) return output.timestampMs
    throw error
  }
}

/** Computed rows with the types that the model's table has. */
function asStored({ output }: BoundModel, rows: Relation): Relation {
  const columns = output.map(
    ({ name: column, type }) => sql`CAST(${name(column)} AS ${raw(typeText(type))}) AS ${name(column)}`,
  )
  return { kind: 'select', sql: sql`SELECT ${join(columns)} FROM computed`.text, from: { computed: rows } }
}
