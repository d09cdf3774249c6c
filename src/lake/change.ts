import type { AddFile, CommitInfo, Metadata, Protocol, RemoveFile, Txn } from './actions.ts'

/**
 * What a change has looked at before it decided: another commit that alters it makes the decision void.
 * - `nothing`: an append.
 * - `everything`: the whole table.
 * - files that were opened, and which files, had they been there, would have been opened too. `couldHold` may say yes
 *   without need, never no.
 */
export type Reads =
  | 'nothing'
  | 'everything'
  | { readonly files: ReadonlySet<string>; readonly couldHold: (file: AddFile) => boolean }

/** What a commit says of its applications: known beforehand, or only with the version that it gets. */
export type Txns = readonly Txn[] | ((version: number) => readonly Txn[])

/** One commit to be: the actions, and what they rest on. */
export interface Change {
  /** Delta's name of the operation: `WRITE`, `DELETE`, `MERGE`, `OPTIMIZE`, `RESTORE`, … */
  readonly operation: string
  /** Shown by `history`; every value as JSON. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly adds: readonly AddFile[]
  readonly removes: readonly RemoveFile[]
  readonly metadata?: Metadata
  readonly protocol?: Protocol
  readonly txns: Txns
  readonly reads: Reads
  /** Blind appends conflict as well. Without it they may be taken to come after: Delta's WriteSerializable. */
  readonly isolation?: 'Serializable'
  /** Shown by `history`: counts besides those of the files. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Further fields of the commitInfo. */
  readonly info?: CommitInfo
}

/** A change at the version that it is tried for. */
export type ChangeAt = Change & { readonly txns: readonly Txn[] }

export function changeAt(change: Change, version: number): ChangeAt {
  return { ...change, txns: txnsAt(change.txns, version) }
}

export function txnsAt(txns: Txns = [], version: number): readonly Txn[] {
  return typeof txns === 'function' ? txns(version) : txns
}

/** The tombstone of a live file. */
export function removeOf(file: AddFile, deletionTimestamp: number, dataChange: boolean): RemoveFile {
  return {
    path: file.path,
    ...(file.pathText !== undefined && { pathText: file.pathText }),
    deletionTimestamp,
    dataChange,
    extendedFileMetadata: true,
    partitionValues: file.partitionValues,
    size: file.size,
  }
}
