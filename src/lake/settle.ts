import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Lake } from './lake.ts'
import { commitPath } from './log/names.ts'

/**
 * Makes sure that a version that was found survives a power cut. A commit's own writer does that before it answers, but
 * it may have been killed in between: whoever answers "done already" because of a commit that was found calls this first.
 */
export async function settle(
  lake: Lake,
  { table, version }: { readonly table: string; readonly version: number },
  context: Context,
): Promise<void> {
  try {
    await lake.store.sync([commitPath(table, version)], context.signal)
  } catch (error) {
    // cleaned away behind a checkpoint, which was synced before
    if (!isError(error, 'OBJECT_NOT_FOUND')) throw error
  }
}
