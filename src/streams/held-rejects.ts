import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import { refusedEvents } from './flush.ts'
import type { LiveStream } from './live-stream.ts'
import { readOf } from './read-logs.ts'
import { recordsOf } from './rejects.ts'

/** What a stream had refused when it was asked, and mends, for as long as this is not disposed of. */
export interface HeldRejects extends Disposable {
  /** What a version of the table, which was read afterwards, has not read of it: rows of `streamRejectColumns`. */
  beyond(table: Snapshot): Relation
}

/** Waits until the rules have run over all that was acknowledged; nothing is written. TAIL_LATE. */
export async function holdRejects(live: LiveStream, lake: Lake, context: Context): Promise<HeldRejects> {
  const { log, ids } = live
  using opening = new DisposableStack()
  const { rejects } = opening.use(await live.hold(log.next, context))
  const found = ids ? (await refusedEvents(lake, ids, rejects, context)).found : []
  const held = opening.move()
  return {
    beyond: (table) => ({ kind: 'select', ...recordsOf({ log: log.id, rejects, ids: found }, readOf(table, log.id)) }),
    [Symbol.dispose]: () => held.dispose(),
  }
}
