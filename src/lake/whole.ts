import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Lake } from './lake.ts'
import { readCommit } from './log/commit-time.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'

/** VERSION_VACUUMED when one of the files is gone. */
export async function assertWhole(
  lake: Lake,
  { table, version }: Pick<Snapshot, 'table' | 'version'>,
  files: readonly { readonly path: string }[],
  context: Context,
): Promise<void> {
  const found = await mapLimit(files, 16, (file) => lake.store.head(`${table}/${file.path}`, context.signal))
  if (found.every((info) => info !== undefined)) return
  throw new MillraceError('VERSION_VACUUMED', { table, version, earliest: await earliestWhole(lake, table, context) })
}

/** The first version from which on every file is still there: walking back until a file that left is gone for good. */
async function earliestWhole(lake: Lake, table: string, context: Context): Promise<number> {
  let { version } = await readSnapshot(lake, table, {}, context)
  for (; version > 0; version--) {
    try {
      const actions = await readCommit(lake.store, table, version, context.signal)
      const left = actions.flatMap((action) => ('remove' in action ? [action.remove.path] : []))
      const there = await mapLimit(left, 16, (path) => lake.store.head(`${table}/${path}`, context.signal))
      if (there.some((info) => info === undefined)) break
    } catch (error) {
      if (isError(error, 'OBJECT_NOT_FOUND')) break // the log was cleaned up to here
      throw error
    }
  }
  return version
}
