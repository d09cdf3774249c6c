import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Action } from '../actions.ts'
import type { Lake } from '../lake.ts'
import { corrupt, decodeAction, reasonOf } from './commit-codec.ts'

/**
 * The actions of a classic checkpoint, or of one part of it. Each row has one action, as a line of a commit has; so it
 * is read as one, which keeps 64-bit numbers and passes over columns that a writer left out or added. TABLE_CORRUPT,
 * FEATURE_UNSUPPORTED.
 */
export async function readCheckpoint(lake: Lake, table: string, file: string, context: Context): Promise<Action[]> {
  const at = { table, file }
  const actions: Action[] = []
  try {
    await using rows = await lake.engine.run(
      {
        sql: 'SELECT to_json(checkpoint)::VARCHAR FROM checkpoint',
        from: {
          checkpoint: { kind: 'files', format: { name: 'parquet' }, paths: [`${lake.root}/${file}`], columns: [] },
        },
      },
      context,
    )
    for await (const batch of rows.batches)
      for (const [line] of batch) {
        const action = decodeAction(String(line), table)
        if (action) actions.push(action)
      }
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof MillraceError && error.code !== 'SQL_INVALID') throw error
    throw corrupt(at, '', reasonOf(error), error)
  }
  return actions
}
