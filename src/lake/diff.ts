import { type Column, columnText } from '../core/columns.ts'
import type { Relation } from '../engines/relation.ts'
import { sql } from '../sql/text.ts'
import type { AddFile } from './actions.ts'
import type { Lake } from './lake.ts'
import { recordsOf } from './records.ts'
import { relationOf } from './relation.ts'
import type { Snapshot } from './snapshot.ts'

/** How one version of a table differs from another. */
export interface Difference {
  readonly from: number
  readonly to: number
  readonly filesAdded: ReadonlyMap<string, AddFile>
  readonly filesRemoved: ReadonlyMap<string, AddFile>
  /** Rows of the later version less those of the earlier; undefined where a file does not say. */
  readonly rows?: number
  readonly columnsAdded: readonly Column[]
  readonly columnsRemoved: readonly Column[]
  readonly columnsRetyped: readonly { readonly name: string; readonly from: string; readonly to: string }[]
}

/** Compares two versions by their logs alone; no data file is opened. */
export function difference(before: Snapshot, after: Snapshot): Difference {
  const filesAdded = without(after.files, before.files)
  const filesRemoved = without(before.files, after.files)
  const rows = recordsOf(filesAdded.values())
  const gone = recordsOf(filesRemoved.values())
  const had = new Map(before.columns.map((column) => [column.name, column]))
  const has = new Map(after.columns.map((column) => [column.name, column]))
  return {
    from: before.version,
    to: after.version,
    filesAdded,
    filesRemoved,
    ...(rows !== undefined && gone !== undefined && { rows: rows - gone }),
    columnsAdded: after.columns.filter((column) => !had.has(column.name)),
    columnsRemoved: before.columns.filter((column) => !has.has(column.name)),
    columnsRetyped: after.columns.flatMap((column) => {
      const old = had.get(column.name)
      const [from, to] = [old && columnText(old), columnText(column)]
      return from === undefined || from === to ? [] : [{ name: column.name, from, to }]
    }),
  }
}

/**
 * The rows that came and went, with a first column `_change` of `added` or `removed`; equal rows are counted, and an
 * updated row is both. Only the files that differ are read. The columns are those of the later version.
 */
export function changedRows(lake: Lake, before: Snapshot, after: Snapshot): Relation {
  const { filesAdded, filesRemoved } = difference(before, after)
  const text = sql`
    SELECT 'added' AS "_change", * FROM (SELECT * FROM "after" EXCEPT ALL SELECT * FROM "before")
    UNION ALL
    SELECT 'removed' AS "_change", * FROM (SELECT * FROM "before" EXCEPT ALL SELECT * FROM "after")`
  return {
    kind: 'select',
    sql: text.text,
    from: {
      after: relationOf(lake, { ...after, files: filesAdded }),
      before: relationOf(lake, { ...after, files: filesRemoved }),
    },
  }
}

/** The files of one that the other has not, or has anew under the same path. */
function without(
  files: ReadonlyMap<string, AddFile>,
  others: ReadonlyMap<string, AddFile>,
): ReadonlyMap<string, AddFile> {
  return new Map(
    [...files].filter(([path, file]) => {
      const other = others.get(path)
      return other?.size !== file.size || other.modificationTime !== file.modificationTime
    }),
  )
}
