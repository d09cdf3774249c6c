import type { Context } from '../core/context.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { Delivery } from './deliveries/batch-file.ts'
import { readBatches } from './deliveries/folds.ts'
import { holdingOf, keyOf } from './deliveries/holding.ts'
import { type Removal, readRemovals } from './removals.ts'

export interface RecordedDelivery extends Delivery {
  readonly source: string
  readonly batch: number
  readonly loadedAt: string
  /** False: a later batch took its rows out. */
  readonly current: boolean
  /** Whether its rows are in the table: not when they were replaced or restored away, again when a restore brought them. */
  readonly held: boolean
  /** The restore that made the difference between `current` and `held`. */
  readonly restore?: Removal
  /** Rows of its path that were deleted since they came: told of every delivery of the path. */
  readonly deletions: readonly { readonly by: Removal; readonly rows: number }[]
}

/** All that files have brought into a table, of every source, in the order of their batches. LEDGER_LOST, FILE_DAMAGED. */
export async function readDeliveries(
  lake: Lake,
  snapshot: Snapshot,
  context: Context,
): Promise<readonly RecordedDelivery[]> {
  const batches = await readBatches(lake, snapshot, context)
  const { held, deleted, moved } = holdingOf(batches, await readRemovals(lake, snapshot, context))
  const replaced = new Set(
    batches.flatMap(({ batch }) => batch.replaces.map(({ source, batch: n, path }) => keyOf(source, n, path))),
  )
  return batches.flatMap(({ source, n, batch }) =>
    batch.deliveries.map((delivery) => {
      const key = keyOf(source, n, delivery.path)
      const current = !replaced.has(key)
      const restore = current === held.has(key) ? undefined : moved.get(key)
      return {
        ...delivery,
        source,
        batch: n,
        loadedAt: batch.loadedAt,
        current,
        held: held.has(key),
        ...(restore && { restore }),
        deletions: deleted.get(delivery.path) ?? [],
      }
    }),
  )
}
