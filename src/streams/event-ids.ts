import type { EventChecker } from '../contract/check-event.ts'
import type { IdBatch, IdIndex } from './dedupe.ts'

/** The ids of a stream's events: their index, and how an event's is found. */
export interface EventIds {
  readonly index: IdIndex
  readonly check: EventChecker
  /** Events are judged by rules after they are in the log. */
  readonly hasRules: boolean
}

/** Ids of some events that have one, and the offsets of their records. */
export interface OffsetIds {
  readonly ids: IdBatch
  readonly offsetOf: (at: number) => bigint
}

/** The ids of events as a log holds them. */
export function idsOfEvents(
  { index, check }: EventIds,
  events: Iterable<{ readonly offset: bigint; readonly payload: Uint8Array }>,
): OffsetIds {
  const ids: string[] = []
  const contents: number[] = []
  const offsets: bigint[] = []
  for (const { offset, payload } of events) {
    const event = check(payload, 0, payload.byteLength)
    if (event.kind !== 'accepted' || event.id === undefined) continue
    ids.push(event.id)
    contents.push(event.content)
    offsets.push(offset)
  }
  return { ids: index.batch(ids, contents), offsetOf: (at) => offsets[at] as bigint }
}
