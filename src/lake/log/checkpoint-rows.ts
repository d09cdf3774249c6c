import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { sql } from '../../sql/text.ts'
import type { Action } from '../actions.ts'
import type { Lake } from '../lake.ts'
import { corrupt, decodeAction, type LogFile, reasonOf } from './commit-codec.ts'

/** What the engine says of a file that is no checkpoint. */
const notParquet: readonly string[] = ['SQL_INVALID', 'QUERY_FAILED', 'FILE_CORRUPT']

/** The actions of a classic checkpoint in the store, or of one part of it. TABLE_CORRUPT, FEATURE_UNSUPPORTED. */
export function readCheckpoint(lake: Lake, table: string, file: string, context: Context): Promise<Action[]> {
  return readCheckpointFile(lake, { table, file }, `${lake.root}/${file}`, context)
}

/**
 * The same, of a file on this machine. Each row has one action, as a line of a commit has; so it is read as one, which
 * keeps 64-bit numbers and passes over columns that a writer left out or added.
 */
export async function readCheckpointFile(lake: Lake, at: LogFile, path: string, context: Context): Promise<Action[]> {
  // thousands of rows in one text come into JavaScript cheaper than as many texts
  const text = sql`
    SELECT string_agg(line, chr(10))
    FROM (SELECT to_json(checkpoint)::VARCHAR AS line, row_number() OVER () AS number FROM checkpoint)
    GROUP BY number // 4096`
  const actions: Action[] = []
  try {
    await using rows = await lake.engine.run(
      {
        sql: text.text,
        from: { checkpoint: { kind: 'files', format: { name: 'parquet' }, paths: [path], columns: [] } },
      },
      context,
    )
    for await (const batch of rows.batches)
      for (const [lines] of batch)
        for (const line of String(lines).split('\n')) {
          const action = decodeAction(line, at.table)
          if (action) actions.push(action)
        }
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof MillraceError && !notParquet.includes(error.code)) throw error
    throw corrupt(at, '', reasonOf(error), error)
  }
  return actions
}
