import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { AddFile, Metadata } from './actions.ts'
import { type Change, removeOf } from './change.ts'
import type { WriteOptions } from './delete.ts'
import type { Lake } from './lake.ts'
import { settle } from './settle.ts'
import { readSnapshot, type Snapshot, type SnapshotAt } from './snapshot.ts'
import { commitStaged } from './stage.ts'
import { assertWhole } from './whole.ts'
import { countRows } from './write/rows-of.ts'

/** What bringing an older version back would do: shown before it is done, and exactly that is done. */
export interface RestorePlan {
  readonly table: string
  /** The version that it was decided on. */
  readonly version: number
  /** The version whose rows come back. */
  readonly to: number
  readonly filesRestored: number
  readonly filesRemoved: number
  readonly rowsRestored: number
  readonly rowsRemoved: number
  /** True when the columns or properties of the table change as well. */
  readonly metadataChanges: boolean
}

/**
 * What a restore would bring back and take away. `txn`s stay as they are: what was loaded counts as loaded.
 * VERSION_NOT_FOUND, TIME_NOT_FOUND, VERSION_VACUUMED when files of that version are gone.
 */
export async function planRestore(lake: Lake, table: string, to: SnapshotAt, context: Context): Promise<RestorePlan> {
  const now = await readSnapshot(lake, table, {}, context)
  const then = await readSnapshot(lake, table, to, context)
  const { back, away, metadata } = await difference(lake, now, then, context)
  return Object.freeze({
    table,
    version: now.version,
    to: then.version,
    filesRestored: back.length,
    filesRemoved: away.length,
    rowsRestored: await countRows(lake, then, back, context),
    rowsRemoved: await countRows(lake, now, away, context),
    metadataChanges: metadata !== undefined,
  })
}

/** Does what the plan says, as a commit of its own. COMMIT_CONFLICT when the table has changed since. */
export async function applyRestore(
  lake: Lake,
  plan: RestorePlan,
  options: WriteOptions,
  context: Context,
): Promise<Snapshot> {
  const { table } = plan
  return lake.queue.run(table, async () => {
    const now = await readSnapshot(lake, table, { version: plan.version }, context)
    const then = await readSnapshot(lake, table, { version: plan.to }, context)
    const { back, away, metadata } = await difference(lake, now, then, context)
    if (back.length + away.length === 0 && !metadata) {
      await settle(lake, now, context)
      return now
    }
    const deletedAt = context.now()
    const change: Change = {
      operation: 'RESTORE',
      parameters: { version: plan.to },
      adds: back.map((file) => ({ ...file, dataChange: true })),
      removes: away.map((file) => removeOf(file, deletedAt, true)),
      ...(metadata && { metadata }),
      txns: options.txns ?? [],
      reads: 'everything',
      isolation: 'Serializable',
      metrics: {
        numRestoredFiles: back.length,
        numRestoredRows: plan.rowsRestored,
        numDeletedRows: plan.rowsRemoved,
      },
      ...(options.info && { info: options.info }),
    }
    return commitStaged(lake, now, change, [], context)
  })
}

async function difference(
  lake: Lake,
  now: Snapshot,
  then: Snapshot,
  context: Context,
): Promise<{ readonly back: readonly AddFile[]; readonly away: readonly AddFile[]; readonly metadata?: Metadata }> {
  if (now.metadata.id !== then.metadata.id) {
    const reason = `version ${then.version} is of another table under this name`
    throw new MillraceError('COMMIT_CONFLICT', { table: now.table, version: now.version, operation: 'RESTORE', reason })
  }
  const back = [...then.files.values()].filter((file) => !now.files.has(file.path))
  const away = [...now.files.values()].filter((file) => !then.files.has(file.path))
  await assertWhole(lake, then, back, context)
  const same = JSON.stringify(settings(now.metadata)) === JSON.stringify(settings(then.metadata))
  return { back, away, ...(!same && { metadata: then.metadata }) }
}

function settings({ schemaString, partitionColumns, configuration }: Metadata) {
  const properties = Object.entries(configuration).sort(([a], [b]) => (a < b ? -1 : 1))
  return { schemaString, partitionColumns, properties }
}
