import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { EventIds } from './event-ids.ts'
import type { LiveStream } from './live-stream.ts'
import { readOf } from './read-logs.ts'
import { idsOf, recordsOf } from './rejects.ts'

/** What a stream had refused when it was asked, and mends, for as long as this is not disposed of. */
export interface HeldRejects extends Disposable {
  /** What a version of the table, which was read afterwards, has not read of it: rows of `streamRejectColumns`. */
  beyond(table: Snapshot): Relation
}

/** Waits until the rules have run over all that was acknowledged; nothing is written. TAIL_LATE. */
export async function holdRejects(live: LiveStream, context: Context): Promise<HeldRejects> {
  const { log, ids } = live
  using opening = new DisposableStack()
  const { rejects } = opening.use(await live.hold(log.next, context))
  const held = opening.move()
  const known = ids ? idsOfHeld(rejects, ids) : idsOf([])
  return {
    beyond: (table) => ({ kind: 'select', ...recordsOf({ log: log.id, rejects, ids: known }, readOf(table, log.id)) }),
    [Symbol.dispose]: () => held.dispose(),
  }
}

/**
 * The ids of the events, which the engine finds where they are held: there may be as many as the stream may hold. One that
 * the engine could not load may not be read there either; its id is known once it is in the table.
 */
function idsOfHeld(rejects: Relation, { eventIdSql }: EventIds): Relation {
  const events = `SELECT payload AS json, _offset FROM rejects WHERE kind = 'event' AND code <> 'unloadable'`
  return { kind: 'select', sql: eventIdSql, from: { raw: { kind: 'select', sql: events, from: { rejects } } } }
}
