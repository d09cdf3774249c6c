import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Engine } from '../engines/engine.ts'
import type { Relation } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot } from '../lake/snapshot.ts'
import { type SqlText, sql, value } from '../sql/text.ts'
import type { LiveStream } from './live-stream.ts'
import { streamRejectsTable } from './rejects.ts'

/** An event that was good when it came, and that the rules have refused. */
export interface RefusedLater {
  readonly offset: bigint
  readonly column?: string
  readonly code: string
  readonly message: string
}

/** How often it is tried again when a flush takes what is looked for to the table. */
const attempts = 10

/**
 * What the rules have refused of the events from offset `first` to before `next`, once they have run; all others of them
 * are in every answer then. TAIL_LATE.
 */
export async function refusedLater(
  live: LiveStream,
  { lake, stream }: { readonly lake: Lake; readonly stream: string },
  { first, next }: { readonly first: bigint; readonly next: bigint },
  context: Context,
): Promise<readonly RefusedLater[]> {
  for (let attempt = 1; ; attempt++)
    try {
      using held = await live.hold(next, context)
      const within = sql`kind = 'event' AND `
      const tail = sql`${within}_offset >= ${value(first)} AND _offset < ${value(next)}`
      const refused = await rowsOf(lake.engine, held.rejects, sql`_offset`, tail, context)
      if (held.after < first) return refused
      // of what was flushed meanwhile the rejects are in their table
      const rejects = relationOf(lake, await readSnapshot(lake, streamRejectsTable(stream), {}, context))
      const stored = sql`${within}log = ${value(live.log.id)} AND "offset" >= ${value(first)} AND "offset" < ${value(next)} AND "offset" <= ${value(held.after)}`
      return [...(await rowsOf(lake.engine, rejects, sql`"offset"`, stored, context)), ...refused]
    } catch (error) {
      if (attempt === attempts || !isError(error, 'TAIL_AHEAD')) throw error
      // a flush is under way
      await live.flush()
    }
}

async function rowsOf(
  engine: Engine,
  rejects: Relation,
  offset: SqlText,
  where: SqlText,
  context: Context,
): Promise<readonly RefusedLater[]> {
  const query = sql`SELECT ${offset}::VARCHAR, "column", code, message FROM rejects WHERE ${where}`
  const rows = await collect(await engine.run({ sql: query.text, from: { rejects } }, context))
  return rows.map(([at, column, code, message]) => ({
    offset: BigInt(String(at)),
    ...(column !== null && { column: String(column) }),
    code: String(code),
    message: String(message),
  }))
}
