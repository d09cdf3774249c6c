import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Lake } from './lake.ts'
import { commitPath, logFolder } from './log/names.ts'

/** Which files go when a table is dropped: all that its folder holds, its history and rejects among them. */
export interface DropPlan {
  readonly table: string
  readonly files: readonly string[]
  readonly bytes: number
}

/** Lists what a drop deletes. It needs no readable table. TABLE_NOT_FOUND when nothing is there. */
export async function planDrop(lake: Lake, table: string, context: Context): Promise<DropPlan> {
  const files: string[] = []
  let bytes = 0
  for await (const { path, sizeBytes } of lake.store.list(`${table}/`, { signal: context.signal })) {
    files.push(path.slice(table.length + 1))
    bytes += sizeBytes
  }
  if (files.length === 0) throw new MillraceError('TABLE_NOT_FOUND', { table, root: lake.root })
  return Object.freeze({ table, files, bytes })
}

/**
 * Deletes the table, its log first: cut short, the table is either as it was or refused as damaged, never there with rows
 * missing, and dropping it once more ends it.
 */
export async function applyDrop(lake: Lake, plan: DropPlan, context: Context): Promise<void> {
  const { table, files } = plan
  const log = logFolder(table).slice(table.length + 1)
  // the first commit and the checkpoints before all else: without them no version can be read
  const first = files.filter((path) => path.startsWith(log))
  const rest = files.filter((path) => !path.startsWith(log))
  await lake.queue.run(table, async () => {
    context.signal.throwIfAborted()
    for (const path of first.toSorted(checkpointsFirst)) await lake.store.delete(`${table}/${path}`)
    // once more, for the names in its folder: what a killed drop has deleted must not come back
    await lake.store.delete(commitPath(table, 0))
    await mapLimit(rest, 8, (path) => lake.store.delete(`${table}/${path}`))
  })
}

function checkpointsFirst(a: string, b: string): number {
  const isCommit = (path: string) => Number(path.endsWith('.json'))
  return isCommit(a) - isCommit(b) || (a < b ? -1 : 1)
}
