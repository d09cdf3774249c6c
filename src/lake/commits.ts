import type { Context } from '../core/context.ts'
import type { AddFile } from './actions.ts'
import type { Lake } from './lake.ts'
import { findCommit } from './log/commit-time.ts'

/** What one commit says of itself, and the files that it has brought and taken. */
export interface Commit {
  readonly version: number
  /** Delta's name of it, and the system that made it, where it says so. */
  readonly operation: unknown
  readonly engine: unknown
  /** The applications that it is of. */
  readonly apps: readonly string[]
  /** Files whose rows are new, and files whose rows have only moved there. */
  readonly adds: readonly AddFile[]
  readonly moved: readonly AddFile[]
  /** Paths of files whose rows are gone. */
  readonly gone: readonly string[]
}

/** The commits `from` to `to`, oldest first; `lost` for one that the table's log no longer has. */
export async function* commitsBetween(
  lake: Lake,
  table: string,
  { from, to }: { readonly from: number; readonly to: number },
  context: Context,
): AsyncGenerator<Commit | 'lost'> {
  for (let version = from; version <= to; version++) {
    const actions = await findCommit(lake.store, table, version, context.signal)
    if (!actions) {
      yield 'lost'
      continue
    }
    const info = actions.find((action) => 'commitInfo' in action)?.commitInfo ?? {}
    const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []))
    yield {
      version,
      operation: info['operation'],
      engine: info['engineInfo'],
      apps: actions.flatMap((action) => ('txn' in action ? [action.txn.appId] : [])),
      adds: adds.filter(({ dataChange }) => dataChange),
      moved: adds.filter(({ dataChange }) => !dataChange),
      gone: actions.flatMap((action) => ('remove' in action && action.remove.dataChange ? [action.remove.path] : [])),
    }
  }
}
