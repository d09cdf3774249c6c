import { type EventChecker, eventKeys } from '../contract/check-event.ts'
import { checkSql } from '../contract/check-sql.ts'
import type { Contract } from '../contract/contract.ts'
import { raw, sql } from '../sql/text.ts'
import type { IdBatch, IdIndex } from './dedupe.ts'
import type { RejectedIds } from './rejected-ids.ts'
import { idSqlOf } from './stored-ids.ts'

/** The ids of a stream's events: their index, and how an event's is found. */
export interface EventIds {
  readonly index: IdIndex
  readonly check: EventChecker
  /** The id of a row of the table as text, as `check` gives that of its event. */
  readonly idSql: string
  /** See `eventIdSql`. */
  readonly eventIdSql: string
  readonly rejected: RejectedIds
  /** Events are judged by rules after they are in the log. */
  readonly hasRules: boolean
}

/** A SELECT over `raw(json, _offset)` of accepted events: `_offset`, and `id` as `check` gives it. */
export function eventIdSql(contract: Contract): string {
  const columns = contract.columns.filter(({ name }) => name === contract.id)
  const alone: Contract = { ...contract, columns, partitionBy: {}, rules: [], unknown: 'drop' }
  const { good } = checkSql(alone, { input: { kind: 'json', keys: eventKeys(contract) }, carry: ['_offset'] })
  return sql`SELECT _offset, ${raw(idSqlOf(contract))} AS id FROM (${raw(good)})`.text
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
