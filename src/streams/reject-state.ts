import { createHash } from 'node:crypto'
import { parseColumn } from '../core/columns.ts'
import type { Relation } from '../engines/relation.ts'
import type { LogRecord } from './log.ts'

/** What has become of a reject. */
export type RejectState = 'open' | 'mended' | 'superseded' | 'discarded'

/**
 * What a log says of rejects: the payload of a `mend`, as JSON. `reject` is the id of one; `event` that of the event that
 * is `back` records before it in the same group, which closes all rejects before that event that have this id. Should a
 * rule refuse the event itself, its own reject is open.
 */
export interface Mend {
  readonly state: Exclude<RejectState, 'open'>
  readonly reject?: string
  readonly event?: string
  readonly back?: number
  readonly reason?: string
}

/** What a reject says of those before it that have its id, as a mend would. */
export function supersedes(event: string): Mend {
  return { state: 'superseded', event, back: 0 }
}

/** A mend and its place in the log, as text. */
export interface LoggedMend {
  readonly offset: bigint
  readonly text: string
}

export function mendRecord(mend: Mend): LogRecord {
  return { kind: 'mend', payload: Buffer.from(JSON.stringify(mend)) }
}

/** The id of a reject: the same each time that the log is read. */
export function rejectId(log: string, offset: bigint): string {
  return createHash('sha256').update(`${log}:${offset}`).digest('hex').slice(0, 20)
}

/** Rejects of one or more logs with their `state`, and the `reason` where one was given: from `kept`, and the mends beyond it. */
export function withStates(kept: Relation, log: string, beyond: readonly LoggedMend[]): Relation {
  const columns = [parseColumn('log', 'varchar'), parseColumn('offset', 'bigint'), parseColumn('told', 'varchar')]
  const rows = beyond.map(({ offset, text }) => [log, offset, text])
  return { kind: 'select', sql: stateSql, from: { kept, beyond: { kind: 'values', columns, rows } } }
}

/**
 * A reject that was named itself is what the first mend says; else it is superseded by a later event that has its id,
 * taken or refused: of an event that is sent again and again one reject is open.
 */
const stateSql = `WITH mends AS (
  SELECT log, "offset", raw::JSON AS told FROM kept WHERE kind = 'mend'
  UNION ALL SELECT log, "offset", told::JSON FROM beyond),
named AS (
  SELECT told ->> 'reject' AS id, arg_min(told, "offset") AS told FROM mends WHERE told ->> 'reject' IS NOT NULL GROUP BY 1),
came AS (
  SELECT log, told ->> 'event' AS event_id, "offset" - (told ->> 'back')::BIGINT AS "offset" FROM mends WHERE told ->> 'event' IS NOT NULL
  UNION ALL SELECT log, event_id, "offset" FROM kept WHERE kind IN ('event', 'reject') AND event_id IS NOT NULL),
latest AS (SELECT log, event_id, max("offset") AS "offset" FROM came GROUP BY ALL)
SELECT r.*,
  coalesce(n.told ->> 'state', CASE WHEN l."offset" > r."offset" THEN 'superseded' END, 'open') AS state,
  n.told ->> 'reason' AS reason
FROM kept r LEFT JOIN named n ON r.id = n.id LEFT JOIN latest l ON r.log = l.log AND r.event_id = l.event_id
WHERE r.kind IN ('event', 'reject')`
