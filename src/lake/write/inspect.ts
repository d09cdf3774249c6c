import type { AddFile, RemoveFile } from '../actions.ts'
import type { RowOptions } from '../delete.ts'
import type { Lake } from '../lake.ts'
import type { Snapshot } from '../snapshot.ts'
import { unstage } from '../stage.ts'
import { rowsOf, type Shape } from './rows-of.ts'

/** What a commit would do, all of it staged. */
interface Staged {
  /** The table as the commit will leave it, but for its files. */
  readonly shape: Shape & Pick<Snapshot, 'files'>
  readonly brought: readonly AddFile[]
  /** Those of what is brought included. */
  readonly adds: readonly AddFile[]
  readonly removes: readonly RemoveFile[]
}

/** Lets the caller look at staged rows. What it throws is thrown, with every staged file gone. */
export async function inspectStaged(lake: Lake, staged: Staged, { inspect }: RowOptions): Promise<void> {
  if (!inspect) return
  const { shape, brought, adds, removes } = staged
  const gone = new Set(removes.map((file) => file.path))
  const stay = [...shape.files.values()].filter((file) => !gone.has(file.path))
  try {
    await inspect({ staged: rowsOf(lake, shape, brought), after: rowsOf(lake, shape, [...stay, ...adds]) })
  } catch (error) {
    await unstage(lake, shape.table, adds)
    throw error
  }
}
