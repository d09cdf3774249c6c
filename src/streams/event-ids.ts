import type { EventChecker } from '../contract/check-event.ts'
import type { IdBatch, IdIndex } from './dedupe.ts'
import type { RejectedIds } from './rejected-ids.ts'

/** The ids of a stream's events: their index, and how an event's is found. */
export interface EventIds {
  readonly index: IdIndex
  readonly check: EventChecker
  /** The id of a row of the table as text, as `check` gives that of its event. */
  readonly idSql: string
  readonly rejected: RejectedIds
  /** Events are judged by rules after they are in the log. */
  readonly hasRules: boolean
}

/** The id of an event of a log. */
export interface EventId {
  readonly offset: bigint
  readonly id: string
}

/** Ids of some events that have one, and the offsets of their records. */
export interface OffsetIds {
  readonly found: readonly EventId[]
  readonly ids: IdBatch
  readonly offsetOf: (at: number) => bigint
}

/** The ids of events as a log holds them. */
export function idsOfEvents(
  { index, check }: EventIds,
  events: Iterable<{ readonly offset: bigint; readonly payload: Uint8Array }>,
): OffsetIds {
  const found: EventId[] = []
  const contents: number[] = []
  for (const { offset, payload } of events) {
    const event = check(payload, 0, payload.byteLength)
    if (event.kind !== 'accepted' || event.id === undefined) continue
    found.push({ offset, id: event.id })
    contents.push(event.content)
  }
  const ids = index.batch(
    found.map(({ id }) => id),
    contents,
  )
  return { found, ids, offsetOf: (at) => (found[at] as EventId).offset }
}
