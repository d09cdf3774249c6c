import { columnText } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Action, AddFile, Metadata, Txn } from './actions.ts'
import type { Lake } from './lake.ts'
import { findCommit } from './log/commit-time.ts'
import { columnsOf } from './schema.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'

/** A commit that has brought or taken rows. */
export interface ChangingCommit {
  readonly version: number
  /** Delta's name of it, where the commit says so. */
  readonly operation: string
  readonly txns: readonly Txn[]
  readonly filesAdded: number
  readonly filesRemoved: number
}

/** What came and went between two versions of a table: no row outside these files is other than it was. */
export interface TableChanges {
  readonly from: number
  readonly to: number
  readonly commits: readonly ChangingCommit[]
  /** Files whose rows came, and files whose rows went; of the latter some say neither size nor statistics. */
  readonly added: ReadonlyMap<string, AddFile>
  readonly removed: ReadonlyMap<string, AddFile>
}

/**
 * What the commits after version `from` have changed, up to a snapshot. Compaction moves rows and changes none. A file
 * that came and went in between, or went and came back, is left out. undefined where all must be taken as changed: a
 * commit or a file is gone, the table was made anew, or its columns can no longer be read as they were.
 */
export async function changesBetween(
  lake: Lake,
  from: number,
  to: Snapshot,
  context: Context,
): Promise<TableChanges | undefined> {
  if (from > to.version) return undefined
  const versions = Array.from({ length: to.version - from }, (_, at) => from + 1 + at)
  const read = await mapLimit(versions, 16, (version) => findCommit(lake.store, to.table, version, context.signal))
  const commits: ChangingCommit[] = []
  const net = new Map<string, { count: number; readonly file: AddFile }>()
  const metadata: Metadata[] = []
  const partitioned = to.partitionColumns.length > 0
  for (const [at, actions] of read.entries()) {
    if (!actions) return undefined
    let [filesAdded, filesRemoved] = [0, 0]
    for (const action of actions) {
      if ('metaData' in action) metadata.push(action.metaData)
      const found = changeOf(action, partitioned)
      if (!found) continue
      const { file, by } = found
      if (!file) return undefined
      if (by > 0) filesAdded++
      else filesRemoved++
      net.set(file.path, { count: (net.get(file.path)?.count ?? 0) + by, file })
    }
    if (filesAdded + filesRemoved > 0)
      commits.push({ ...headOf(actions), version: versions[at] as number, filesAdded, filesRemoved })
  }
  if (metadata.length > 0 && !(await readsAlike(lake, from, to, metadata, context))) return undefined
  const files = [...net.values()].filter(({ count }) => count !== 0)
  const paths = files.map(({ file }) => file.path)
  if (!(await allThere(lake, to.table, paths, context))) return undefined
  const of = (sign: number) =>
    new Map(files.filter(({ count }) => Math.sign(count) === sign).map(({ file }) => [file.path, file]))
  return { from, to: to.version, commits, added: of(1), removed: of(-1) }
}

function headOf(actions: readonly Action[]): Pick<ChangingCommit, 'operation' | 'txns'> {
  const info = actions.flatMap((action) => ('commitInfo' in action ? [action.commitInfo] : []))[0]
  const { operation } = info ?? {}
  return {
    operation: typeof operation === 'string' ? operation : '',
    txns: actions.flatMap((action) => ('txn' in action ? [action.txn] : [])),
  }
}

/** What an action does to the rows; without a file where it does not say of which partition they were. */
function changeOf(action: Action, partitioned: boolean): { readonly by: 1 | -1; readonly file?: AddFile } | undefined {
  if ('add' in action) return action.add.dataChange ? { by: 1, file: action.add } : undefined
  if (!('remove' in action) || !action.remove.dataChange) return undefined
  const { path, pathText, partitionValues = partitioned ? undefined : {}, size = 0, dataChange } = action.remove
  if (!partitionValues) return { by: -1 }
  const text = pathText === undefined ? {} : { pathText }
  return { by: -1, file: { path, ...text, partitionValues, size, modificationTime: 0, dataChange } }
}

/** True when it is the same table, and each column that it had on the way is read the same now: columns were added at most. */
async function readsAlike(
  lake: Lake,
  from: number,
  to: Snapshot,
  later: readonly Metadata[],
  context: Context,
): Promise<boolean> {
  const has = new Map(to.columns.map((column) => [column.name, columnText({ ...column, nullable: true })]))
  try {
    const { metadata } = await readSnapshot(lake, to.table, { version: from }, context)
    return [metadata, ...later].every(
      ({ id, schemaString, partitionColumns }) =>
        id === to.metadata.id &&
        partitionColumns.join('\0') === to.partitionColumns.join('\0') &&
        columnsOf(schemaString, to.table).every(
          (column) => has.get(column.name) === columnText({ ...column, nullable: true }),
        ),
    )
  } catch (error) {
    if (isError(error, 'VERSION_NOT_FOUND') || isError(error, 'TABLE_CORRUPT')) return false
    throw error
  }
}

async function allThere(lake: Lake, table: string, paths: readonly string[], context: Context): Promise<boolean> {
  const found = await mapLimit(paths, 16, (path) => lake.store.head(`${table}/${path}`, context.signal))
  return found.every((info) => info !== undefined)
}
