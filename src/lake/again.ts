import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Lake } from './lake.ts'

/** Runs what commits in the table's queue. */
export type Enter = <Result>(commits: () => Promise<Result>) => Promise<Result>

/** How often a decision is made anew, while the queue is held, before the conflict is the caller's. */
const attempts = 100

/**
 * Reads, decides and commits, and does so again when the commit comes second. `work` commits inside `enter`. From the
 * second time on it holds the table's queue throughout, so that quick neighbours cannot keep it from ending; what is
 * left are other processes, of which each that wins has got something done.
 */
export async function again<Result>(
  lake: Lake,
  table: string,
  context: Context,
  work: (enter: Enter) => Promise<Result>,
): Promise<Result> {
  try {
    return await work((commits) => lake.queue.run(table, commits))
  } catch (error) {
    if (!isError(error, 'COMMIT_CONFLICT')) throw error
  }
  return lake.queue.run(table, async () => {
    for (let attempt = 2; ; attempt++) {
      context.signal.throwIfAborted()
      try {
        return await work((commits) => commits())
      } catch (error) {
        if (!isError(error, 'COMMIT_CONFLICT') || attempt === attempts) throw error
      }
    }
  })
}
