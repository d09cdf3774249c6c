import type { Context } from '../../core/context.ts'
import { again } from '../again.ts'
import type { Change } from '../change.ts'
import type { RowOptions } from '../delete.ts'
import type { Lake } from '../lake.ts'
import { currentSnapshot, type Snapshot } from '../snapshot.ts'
import { commitStaged, type Staged } from '../stage.ts'
import type { Outcome } from '../write.ts'
import { inspectStaged } from './inspect.ts'

/** What a write would do to a version of a table, all of it staged. */
export interface Decision {
  /** The table as the commit will leave it, but for its files. */
  readonly shape: Snapshot
  /** The rows that are new. */
  readonly staged: Staged
  /** Without what the caller's options say. Its adds are the staged files and those that were written beside them. */
  readonly change: Omit<Change, 'txns' | 'info' | 'isolation'>
  readonly rowsRemoved: number
}

/** Decides, lets the caller look at what is staged, and commits; all of it again as often as another writer was first. */
export async function commitDecision(
  lake: Lake,
  table: string,
  options: RowOptions,
  context: Context,
  decide: (base: Snapshot) => Promise<Decision>,
): Promise<Outcome> {
  return again(lake, table, context, async (enter) => {
    const base = await currentSnapshot(lake, table, options.base, context)
    const { shape, staged, change, rowsRemoved } = await decide(base)
    const { adds, removes } = change
    await inspectStaged(lake, { shape, brought: staged.adds, adds, removes }, options)
    const { txns = [], info, isolation } = options
    const whole = { ...change, txns, ...(info && { info }), ...(isolation && { isolation }) }
    const snapshot = await enter(() => commitStaged(lake, base, whole, adds, context))
    return { snapshot, rowsAdded: staged.rows, rowsRemoved }
  })
}
