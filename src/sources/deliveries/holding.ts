import type { Removal } from '../removals.ts'
import type { Batches, NumberedBatch } from './batch-file.ts'

/** Whose rows a table holds after all that was loaded, replaced, restored and deleted. */
export interface Holding {
  /** Deliveries by `keyOf`. */
  readonly held: ReadonlySet<string>
  /** What was deleted of a path's rows since they came. */
  readonly deleted: ReadonlyMap<string, readonly { readonly by: Removal; readonly rows: number }[]>
  /** The restore that last took a delivery's rows out, or brought them back. */
  readonly moved: ReadonlyMap<string, Removal>
}

const nothing: Holding = { held: new Set(), deleted: new Map(), moved: new Map() }

/**
 * Goes through batches and removals in their order. What a restore leaves is what the table held at the version that it
 * brought back: so a delivery that went and came back by another restore is there as it was.
 */
export function holdingOf(batches: readonly NumberedBatch[], removals: readonly Removal[]): Holding {
  const after: Holding[] = []
  let [holding, upTo]: [Holding, Batches] = [nothing, []]
  for (const removal of removals) {
    const before = withBatches(holding, between(batches, upTo, removal.batches))
    holding = removal.to ? restored(before, removal, after, removals, batches) : withoutRows(before, removal)
    after.push(holding)
    upTo = removal.batches
  }
  return withBatches(holding, between(batches, upTo))
}

/** One name of a delivery in a table. */
export function keyOf(source: string, batch: number, path: string): string {
  return JSON.stringify([source, batch, path])
}

function between(batches: readonly NumberedBatch[], from: Batches, to?: Batches): readonly NumberedBatch[] {
  const first = new Map(from.map(({ source, n }) => [source, n]))
  const last = to && new Map(to.map(({ source, n }) => [source, n]))
  return batches.filter(({ source, n }) => n > (first.get(source) ?? 0) && (!last || n <= (last.get(source) ?? 0)))
}

function withBatches(before: Holding, batches: readonly NumberedBatch[]): Holding {
  if (batches.length === 0) return before
  const held = new Set(before.held)
  const deleted = new Map(before.deleted)
  for (const { source, n, batch } of batches) for (const { path } of batch.deliveries) held.add(keyOf(source, n, path))
  for (const { batch } of batches)
    for (const { source, batch: n, path } of batch.replaces) {
      held.delete(keyOf(source, n, path))
      deleted.delete(path)
    }
  return { ...before, held, deleted }
}

function withoutRows(before: Holding, by: Removal): Holding {
  const deleted = new Map(before.deleted)
  for (const { path, rows } of by.deleted) deleted.set(path, [...(deleted.get(path) ?? []), { by, rows }])
  return { ...before, deleted }
}

function restored(
  before: Holding,
  by: Removal,
  after: readonly Holding[],
  removals: readonly Removal[],
  batches: readonly NumberedBatch[],
): Holding {
  const { batches: upTo = [], removals: count = 0 } = by.to ?? {}
  const base = after[count - 1] ?? nothing
  const { held, deleted } = withBatches(base, between(batches, removals[count - 1]?.batches ?? [], upTo))
  const moved = new Map(before.moved)
  for (const key of held.symmetricDifference(before.held)) moved.set(key, by)
  return { held, deleted, moved }
}
