import type { RecordedDelivery } from '../deliveries.ts'
import type { SkipReason } from '../load-source.ts'
import type { Removal } from '../removals.ts'

/** Contents that were loaded, by their digest. */
export type Known = Map<string, KnownContent>

/** The file that a content was loaded from, and whether its rows are still there. */
export type KnownContent = Pick<RecordedDelivery, 'path' | 'held' | 'restore'>

/** Deliveries that stand: neither replaced nor, where they were, brought back by a restore. */
export function standing(deliveries: readonly RecordedDelivery[]): readonly RecordedDelivery[] {
  return deliveries.filter(({ current, held }) => current || held)
}

export function knownAmong(deliveries: readonly RecordedDelivery[]): Known {
  const known: Known = new Map()
  for (const delivery of standing(deliveries))
    if (delivery.held || !known.has(delivery.digest)) known.set(delivery.digest, delivery)
  return known
}

/** Why a file is passed over whose content is known; that its rows were restored away is said before all else. */
export function skipOf(
  { path, held, restore }: KnownContent,
  reason: Exclude<SkipReason, 'removed'>,
): { readonly reason: SkipReason; readonly sameAs: string; readonly restore?: Removal } {
  if (held) return { reason, sameAs: path }
  return { reason: 'removed', sameAs: path, ...(restore && { restore }) }
}
