import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Relation } from '../engines/relation.ts'
import type { Filter } from '../sql/filters.ts'
import { raw, sql } from '../sql/text.ts'
import type { AddFile, CommitInfo, RemoveFile } from './actions.ts'
import { again } from './again.ts'
import { type Change, type Reads, removeOf, type Txns, txnsAt } from './change.ts'
import type { Lake } from './lake.ts'
import { settle } from './settle.ts'
import { fileTest } from './skipping.ts'
import { currentSnapshot, readSnapshot, type Snapshot } from './snapshot.ts'
import { commitStaged, type Staged } from './stage.ts'
import { findHits, type Hit, type Selection, stageRemainder } from './write/copy-on-write.ts'

/** Rows of a table: those for which the SQL is true. */
export interface Where {
  /** A boolean expression over the table's columns that says the same each time. */
  readonly sql: string
  /** What is true of every such row: files that can hold none are not opened. */
  readonly conditions?: readonly Filter[]
}

/** What a commit may carry besides its rows. */
export interface WriteOptions {
  /** A version that the caller holds: brought up to date, which is less work than reading the table anew. */
  readonly base?: Snapshot
  readonly txns?: Txns
  readonly info?: CommitInfo
}

/** What a commit that brings rows may be asked besides. */
export interface RowOptions extends WriteOptions {
  /** `Serializable`: rows that others append meanwhile are a conflict too, instead of being taken to come after. */
  readonly isolation?: NonNullable<Change['isolation']>
  /**
   * Looks at the rows before they are of any version: those that are brought, and the table as it will be. Their files
   * are synced. When it throws, they are gone and the table is as it was.
   */
  readonly inspect?: (rows: { readonly staged: Relation; readonly after: Relation }) => Promise<void>
}

/** What a deletion would do: shown before it is done, and exactly that is done. */
export interface DeletePlan {
  readonly table: string
  /** The version that it was decided on. */
  readonly version: number
  readonly where: Where
  readonly files: readonly {
    readonly path: string
    readonly rows: number
    readonly hits: number
    readonly sizeBytes: number
  }[]
  readonly rowsDeleted: number
  readonly filesRemoved: number
  readonly filesRewritten: number
  readonly bytesRewritten: number
}

/** Counts the rows that a deletion would remove, file by file. TABLE_NOT_FOUND, SQL_INVALID. */
export async function planDelete(lake: Lake, table: string, where: Where, context: Context): Promise<DeletePlan> {
  const snapshot = await readSnapshot(lake, table, {}, context)
  return planOf(snapshot, where, await hitsOf(lake, snapshot, where, context))
}

function planOf({ table, version }: Snapshot, where: Where, hits: readonly Hit[]): DeletePlan {
  const rewritten = hits.filter((hit) => hit.hits < hit.rows)
  return Object.freeze({
    table,
    version,
    where,
    files: hits.map(({ file, rows, hits: hit }) => ({ path: file.path, rows, hits: hit, sizeBytes: file.size })),
    rowsDeleted: hits.reduce((sum, hit) => sum + hit.hits, 0),
    filesRemoved: hits.length - rewritten.length,
    filesRewritten: rewritten.length,
    bytesRewritten: rewritten.reduce((sum, hit) => sum + hit.file.size, 0),
  })
}

/** Does what the plan says. COMMIT_CONFLICT when the table has changed in between so that it no longer holds. */
export async function applyDelete(
  lake: Lake,
  plan: DeletePlan,
  options: WriteOptions,
  context: Context,
): Promise<Snapshot> {
  const snapshot = await readSnapshot(lake, plan.table, { version: plan.version }, context)
  const hits = plan.files.map(({ path, rows, hits }) => {
    const file = snapshot.files.get(path)
    const { table, version } = plan
    if (!file)
      throw new MillraceError('COMMIT_CONFLICT', {
        table,
        version,
        operation: 'DELETE',
        reason: `${path} is not in it`,
      })
    return { file, rows, hits }
  })
  if (hits.length === 0 && txnsAt(options.txns, snapshot.version + 1).length === 0) {
    await settle(lake, snapshot, context)
    return snapshot
  }
  const staged = await stageRemainder(lake, snapshot, hits, selectionOf(plan.where), context)
  const change = {
    operation: 'DELETE',
    parameters: { predicate: [plan.where.sql] },
    ...changeOf(snapshot, plan.where, hits, staged, context),
    txns: options.txns ?? [],
    metrics: { numDeletedRows: plan.rowsDeleted },
    ...(options.info && { info: options.info }),
  }
  return lake.queue.run(plan.table, () => commitStaged(lake, snapshot, change, staged.adds, context))
}

/** Deletes rows; decided again as often as other writers come first. */
export async function deleteWhere(
  lake: Lake,
  table: string,
  where: Where,
  options: WriteOptions,
  context: Context,
): Promise<{ readonly snapshot: Snapshot; readonly rowsDeleted: number }> {
  return again(lake, table, context, async (enter) => {
    const snapshot = await currentSnapshot(lake, table, options.base, context)
    const staged = await stageDelete(lake, snapshot, where, context)
    if (staged.removes.length === 0 && txnsAt(options.txns, snapshot.version + 1).length === 0) {
      await settle(lake, snapshot, context)
      return { snapshot, rowsDeleted: 0 }
    }
    const { adds, removes, reads, rowsRemoved } = staged
    const change = {
      operation: 'DELETE',
      parameters: { predicate: [where.sql] },
      adds,
      removes,
      reads,
      txns: options.txns ?? [],
      metrics: { numDeletedRows: rowsRemoved },
      ...(options.info && { info: options.info }),
    }
    const after = await enter(() => commitStaged(lake, snapshot, change, adds, context))
    return { snapshot: after, rowsDeleted: rowsRemoved }
  })
}

/** The part of a change that takes rows out: for a commit that does more than that. */
export interface StagedDelete {
  readonly adds: readonly AddFile[]
  readonly removes: readonly RemoveFile[]
  readonly rowsRemoved: number
  readonly reads: Exclude<Reads, string>
}

/**
 * Finds the rows, and writes what else their files hold as new files (copy on write). Only files that can hold such rows
 * are opened, only those that do are written anew, and none for a file of which no row is left. ROWS_UNACCOUNTED.
 */
export async function stageDelete(
  lake: Lake,
  snapshot: Snapshot,
  where: Where,
  context: Context,
): Promise<StagedDelete> {
  const hits = await hitsOf(lake, snapshot, where, context)
  const staged = await stageRemainder(lake, snapshot, hits, selectionOf(where), context)
  return {
    ...changeOf(snapshot, where, hits, staged, context),
    rowsRemoved: hits.reduce((sum, hit) => sum + hit.hits, 0),
  }
}

async function hitsOf(lake: Lake, snapshot: Snapshot, where: Where, context: Context): Promise<readonly Hit[]> {
  const candidates = [...snapshot.files.values()].filter(fileTest(snapshot, where.conditions ?? []))
  return findHits(lake, snapshot, candidates, selectionOf(where), context)
}

function selectionOf(where: Where): Selection {
  // a line of its own, for a condition that ends in a comment
  const condition = sql`(\n${raw(where.sql)}\n)`
  return { hits: sql`WHERE ${condition}`, stays: sql`WHERE ${condition} IS NOT TRUE`, from: {} }
}

function changeOf(snapshot: Snapshot, where: Where, hits: readonly Hit[], staged: Staged, context: Context) {
  const now = context.now()
  return {
    adds: staged.adds,
    removes: hits.map((hit) => removeOf(hit.file, now, true)),
    reads: {
      files: new Set(hits.map((hit) => hit.file.path)),
      couldHold: fileTest(snapshot, where.conditions ?? []),
    },
  }
}
