import { typeText } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Relation } from '../../engines/relation.ts'
import { relationOf } from '../../lake/relation.ts'
import { zoned } from '../../query/lake-catalog.ts'
import type { Filter } from '../../sql/filters.ts'
import { join, name, raw, sql } from '../../sql/text.ts'
import { inLabels } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import type { Reading } from '../reading.ts'
import { labelsReached, runReached } from './filters.ts'
import { rowsByKeys } from './keys.ts'
import { type Asked, bucketOfModel, type InputRows, selectRows, where } from './select.ts'

/** A model's rows as its inputs are: those of its table that still hold, and those that are computed on the spot. */
export interface Completed {
  readonly relation: Relation
  /** Of it, what is computed; undefined where the table has it all. */
  readonly computed?: Relation
}

/**
 * The rows of a model that fulfil the filters, and maybe more of them: no interval and no key is computed that they rule
 * out. A `table` is as of its build.
 */
export async function completedRows(
  reading: Reading,
  model: BoundModel,
  filters: readonly Filter[],
  inputRows: InputRows,
  context: Context,
): Promise<Completed> {
  const { lake, timezone } = reading
  const select = (asked: Asked) => selectRows(reading, model, asked, inputRows, context)
  if (model.kind === 'view') return { relation: await select({ kind: 'all' }) }
  const output = await reading.output(model, context)
  const stored = output && relationOf(lake, output, zoned(filters, output.columns))
  if (stored && model.kind === 'table') return { relation: stored }
  const stale = await reading.stale(model, context)
  if (!stored || stale.kind === 'all') {
    const run =
      model.kind === 'incremental' ? await runReached(lake.engine, model, filters, timezone, context) : undefined
    const computed = asStored(model, await select(run ? { kind: 'run', run } : { kind: 'all' }))
    return { relation: computed, computed }
  }
  if (stale.kind === 'none') return { relation: stored }
  if (stale.kind === 'keys') {
    const { keys } = stale
    const computed = asStored(model, await select({ kind: 'keys', keys }))
    return { relation: { kind: 'union', of: [rowsByKeys(model, 'others', stored, keys), computed] }, computed }
  }
  const labels = labelsReached(model, stale.labels, filters, timezone)
  // rows of stale intervals that the filters rule out are no part of the answer, whatever they are
  if (labels.length === 0) return { relation: stored }
  const clean = where(sql`NOT ${inLabels(bucketOfModel(model, timezone), labels)}`, stored)
  const computed = asStored(model, await select({ kind: 'labels', labels }))
  return { relation: { kind: 'union', of: [clean, computed] }, computed }
}

/** Computed rows with the types that the model's table has. */
function asStored({ output }: BoundModel, rows: Relation): Relation {
  const columns = output.map(
    ({ name: column, type }) => sql`CAST(${name(column)} AS ${raw(typeText(type))}) AS ${name(column)}`,
  )
  return { kind: 'select', sql: sql`SELECT ${join(columns)} FROM computed`.text, from: { computed: rows } }
}
