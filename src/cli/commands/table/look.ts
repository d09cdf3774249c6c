import { columnText } from '../../../core/columns.ts'
import { isError } from '../../../core/errors.ts'
import { mapLimit } from '../../../core/map-limit.ts'
import type { Value } from '../../../core/values.ts'
import { changedRows, difference } from '../../../lake/diff.ts'
import { history } from '../../../lake/history.ts'
import { recordsOf } from '../../../lake/records.ts'
import { readSnapshot, type Snapshot, type SnapshotAt } from '../../../lake/snapshot.ts'
import type { OpenProject } from '../../../project/open.ts'
import { rowsOf } from '../../result-rows.ts'
import type { Session } from '../../session.ts'

/** `millrace table ls`. */
export async function listTables({ output, context }: Session, project: OpenProject): Promise<void> {
  const places = await project.tables(context)
  const rows = await mapLimit(places, 8, async ({ name, kind, lake, table }): Promise<readonly Value[]> => {
    try {
      const snapshot = await readSnapshot(lake, table, {}, context)
      const { files, version } = snapshot
      return [name, kind, version, rowsIn(snapshot), files.size, sizeOf(snapshot), timeText(snapshot.timestampMs)]
    } catch (error) {
      if (!isError(error, 'TABLE_NOT_FOUND')) throw error
      return [name, kind, null, 0, 0, 0, null]
    }
  })
  await output.table(
    [
      { name: 'table' },
      { name: 'kind' },
      { name: 'version', unit: 'count', absent: '–' },
      { name: 'rows', unit: 'count', absent: '?' },
      { name: 'files', unit: 'count' },
      { name: 'size_bytes', title: 'size', unit: 'bytes' },
      { name: 'changed', absent: '–' },
    ],
    rows,
  )
}

/** `millrace table show`. */
export async function showTable(
  { output, context }: Session,
  project: OpenProject,
  name: string,
  at: SnapshotAt,
): Promise<void> {
  const { lake, table, kind } = await project.table(name, context)
  const snapshot = await readSnapshot(lake, table, at, context)
  const columns = snapshot.columns.map((column) => [column.name, columnText(column)] as const)
  await output.record(
    {
      table: name,
      kind,
      folder: `${lake.root}/${table}`,
      version: snapshot.version,
      changed: timeText(snapshot.timestampMs),
      rows: rowsIn(snapshot),
      files: snapshot.files.size,
      size_bytes: sizeOf(snapshot),
      partitioned_by: snapshot.partitionColumns.join(', ') || (output.style === 'people' ? 'nothing' : null),
      protocol: `reader ${snapshot.protocol.minReaderVersion}, writer ${snapshot.protocol.minWriterVersion}`,
      ...(output.style === 'data' && { columns: columns.map(([column, type]) => ({ name: column, type })) }),
    },
    { rows: 'count', files: 'count', size_bytes: 'bytes', version: 'count' },
  )
  if (output.style === 'data') return
  await output.say()
  await output.table([{ name: 'column' }, { name: 'type' }], columns)
}

/** `millrace table history`. */
export async function showHistory(
  { output, context }: Session,
  project: OpenProject,
  name: string,
  limit: number,
): Promise<void> {
  const { lake, table } = await project.table(name, context)
  const entries = await history(lake, table, limit, context)
  await output.table(
    [
      { name: 'version', unit: 'count' },
      { name: 'time' },
      { name: 'operation', absent: '' },
      { name: 'rows_added', title: 'rows', unit: 'count', absent: '?' },
      { name: 'files_added', title: 'files +', unit: 'count' },
      { name: 'files_removed', title: 'files −', unit: 'count' },
      { name: 'bytes_added', title: 'size', unit: 'bytes' },
      { name: 'by', absent: '' },
    ],
    entries.map((entry) => [
      entry.version,
      timeText(entry.timestampMs),
      entry.operation ?? null,
      entry.rowsAdded ?? null,
      entry.filesAdded,
      entry.filesRemoved,
      entry.bytesAdded,
      entry.engine ?? null,
    ]),
  )
}

/** `millrace table diff`: what changed between two versions, from their logs; with `rows` the very rows. */
export async function showDifference(
  session: Session,
  project: OpenProject,
  name: string,
  [from, to]: readonly [number, number | undefined],
  rows: boolean,
): Promise<void> {
  const { output, context } = session
  const { lake, table } = await project.table(name, context)
  const before = await readSnapshot(lake, table, { version: from }, context)
  const after = await readSnapshot(lake, table, to === undefined ? {} : { version: to }, context)
  if (rows) {
    const relation = changedRows(lake, before, after)
    const result = await lake.engine.run({ sql: 'SELECT * FROM changed', from: { changed: relation } }, context)
    await using held = result
    await output.table(held.columns, rowsOf(held))
    return
  }
  const found = difference(before, after)
  await output.record(
    {
      table: name,
      from: found.from,
      to: found.to,
      rows: found.rows ?? null,
      files_added: found.filesAdded.size,
      files_removed: found.filesRemoved.size,
      columns_added: found.columnsAdded.map((column) => `${column.name} ${columnText(column)}`),
      columns_removed: found.columnsRemoved.map((column) => column.name),
      columns_retyped: found.columnsRetyped.map((column) => `${column.name} ${column.from} → ${column.to}`),
    },
    { rows: 'count', files_added: 'count', files_removed: 'count' },
  )
}

function rowsIn(snapshot: Snapshot): number | null {
  return recordsOf(snapshot.files.values()) ?? null
}

function sizeOf({ files }: Snapshot): number {
  let bytes = 0
  for (const { size } of files.values()) bytes += size
  return bytes
}

/** To the second, UTC. */
export function timeText(instantMs: number): string {
  return new Date(instantMs).toISOString().replace(/\.\d+Z$/, 'Z')
}
