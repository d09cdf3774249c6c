import { MillraceError } from '../core/errors.ts'
import type { DataFile, Relation } from '../engines/relation.ts'
import type { Filter } from '../sql/filters.ts'
import type { Lake } from './lake.ts'
import { fileTest } from './skipping.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The rows of a snapshot, for an engine. With conditions, without the files that cannot hold a row which fulfils them
 * all; the conditions themselves are still the query's to apply. FEATURE_UNSUPPORTED for files outside the table.
 */
export function relationOf(
  lake: Lake,
  snapshot: Pick<Snapshot, 'table' | 'version' | 'columns' | 'partitionColumns' | 'files'>,
  conditions: readonly Filter[] = [],
): Extract<Relation, { readonly kind: 'delta' }> {
  const root = `${lake.root}/${snapshot.table}`
  const known = conditions.length === 0 ? lists.get(snapshot.files) : undefined
  const files = known ?? listOf(snapshot, root, fileTest(snapshot, conditions))
  if (conditions.length === 0) lists.set(snapshot.files, files)
  const { version, columns, partitionColumns } = snapshot
  return { kind: 'delta', root, version, columns, partitionColumns, files }
}

/** The whole list of a version is one and the same: an engine in another process is sent it once. */
const lists = new WeakMap<Snapshot['files'], readonly DataFile[]>()

function listOf(
  snapshot: Pick<Snapshot, 'table' | 'files'>,
  root: string,
  keep: ReturnType<typeof fileTest>,
): readonly DataFile[] {
  const files: DataFile[] = []
  for (const file of snapshot.files.values())
    if (keep(file))
      files.push({
        path: pathInside(root, file.path, snapshot.table),
        sizeBytes: file.size,
        partition: file.partitionValues,
      })
  return files
}

/** A file's path relative to the table. Absolute ones, as a shallow clone has, must lie in the table all the same. */
function pathInside(root: string, path: string, table: string): string {
  if (!path.startsWith('/') && !/^[A-Za-z][A-Za-z0-9+.-]*:\//.test(path)) return path
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1)
  throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: `the file ${path} outside it`, operation: 'read' })
}
