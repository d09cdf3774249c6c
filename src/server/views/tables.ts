import type { ColumnView, CommitView, FilesAnswer, FileView, TableAnswer, TableView } from '../../api/tables.ts'
import { tableColumns } from '../../contract/contract.ts'
import { type Columns, typeText } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import { mapLimit } from '../../core/map-limit.ts'
import { suggest } from '../../core/suggest.ts'
import type { AddFile } from '../../lake/actions.ts'
import { type HistoryEntry, history } from '../../lake/history.ts'
import { recordsIn, recordsOf } from '../../lake/records.ts'
import type { LiveProject } from '../../project/live.ts'
import type { OpenProject, TablePlace } from '../../project/open.ts'
import type { ProjectSettings } from '../../project/parse.ts'
import type { ReadTable } from './known-tables.ts'

/** Names that whoever asks may read. */
export type Allowed = 'all' | readonly string[]

export function isAllowed(allowed: Allowed, name: string): boolean {
  return allowed === 'all' || allowed.includes(name)
}

export async function tablesView(
  project: OpenProject,
  live: LiveProject,
  read: ReadTable,
  allowed: Allowed,
  context: Context,
): Promise<readonly TableView[]> {
  const places = (await project.tables(context)).filter(({ name }) => isAllowed(allowed, name))
  const personal = await personalColumns(project.settings, live, places, context)
  return mapLimit(places, 8, (place) => viewOf(project.settings, place, read, personal, context))
}

/** One table and its history. NAME_UNKNOWN, also for one that may not be read. */
export async function tableView(
  project: OpenProject,
  live: LiveProject,
  read: ReadTable,
  { name, commits, allowed }: { readonly name: string; readonly commits: number; readonly allowed: Allowed },
  context: Context,
): Promise<TableAnswer> {
  const place = await placeOf(project, name, allowed, context)
  const personal = await personalColumns(project.settings, live, [place], context)
  const view = await viewOf(project.settings, place, read, personal, context)
  const entries = view.version === null ? [] : await history(place.lake, place.table, commits, context)
  return { ...view, history: entries.map(commitOf) }
}

/** The files of a table’s newest version. NAME_UNKNOWN, also for one that may not be read. */
export async function filesView(
  project: OpenProject,
  live: LiveProject,
  read: ReadTable,
  { name, limit, allowed }: { readonly name: string; readonly limit: number; readonly allowed: Allowed },
  context: Context,
): Promise<FilesAnswer> {
  const place = await placeOf(project, name, allowed, context)
  const [snapshot, isPersonal] = [
    await read(place, context),
    await personalColumns(project.settings, live, [place], context),
  ]
  const hides = snapshot?.partitionColumns.some((column) => isPersonal(name, column)) ?? false
  const files = [...(snapshot?.files.values() ?? [])].sort(
    (a, b) => b.modificationTime - a.modificationTime || (a.path < b.path ? -1 : 1),
  )
  return {
    version: snapshot?.version ?? null,
    total: files.length,
    files: files.slice(0, limit).map((file) => fileOf(file, hides)),
  }
}

async function placeOf(project: OpenProject, name: string, allowed: Allowed, context: Context): Promise<TablePlace> {
  const places = (await project.tables(context)).filter((place) => isAllowed(allowed, place.name))
  const place = places.find((each) => each.name === name)
  if (place) return place
  const names = places.map((each) => each.name)
  throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, names) })
}

type IsPersonal = (table: string, column: string) => boolean

async function viewOf(
  settings: ProjectSettings,
  place: TablePlace,
  read: ReadTable,
  isPersonal: IsPersonal,
  context: Context,
): Promise<TableView> {
  const { name, kind } = place
  const snapshot = await read(place, context)
  const target = settings.targets.get(name)
  const columns = snapshot?.columns ?? (target ? tableColumns(target.contract) : [])
  const files = [...(snapshot?.files.values() ?? [])]
  return {
    name,
    kind,
    version: snapshot?.version ?? null,
    committed_at: snapshot ? timeOf(snapshot.timestampMs) : null,
    rows: recordsOf(files) ?? null,
    files: files.length,
    bytes: files.reduce((bytes, { size }) => bytes + Number(size), 0),
    partitioned_by: [...(snapshot?.partitionColumns ?? [])],
    columns: columnViews(columns, (column) => isPersonal(name, column)),
  }
}

export function columnViews(columns: Columns, isPersonal: (column: string) => boolean): ColumnView[] {
  return columns.map(({ name, type, nullable }) => ({ name, type: typeText(type), nullable, pii: isPersonal(name) }))
}

/** Which columns may hold personal data; of models that cannot be read now any may. */
async function personalColumns(
  { targets }: ProjectSettings,
  live: LiveProject,
  places: readonly TablePlace[],
  context: Context,
): Promise<IsPersonal> {
  const models = places.some(({ kind }) => kind === 'model') ? await modelsOf(live, context) : undefined
  const isModel = new Set(places.filter(({ kind }) => kind === 'model').map(({ name }) => name))
  return (table, column) => {
    if (isModel.has(table)) return models?.byName.get(table)?.personal.has(column.toLowerCase()) ?? true
    return targets.get(table)?.contract.columns.find(({ name }) => name === column)?.pii ?? false
  }
}

async function modelsOf(live: LiveProject, context: Context) {
  try {
    return await live.models(context)
  } catch (error) {
    if (isError(error, 'INTERNAL') || !(error instanceof MillraceError)) throw error
    return undefined
  }
}

function commitOf(entry: HistoryEntry): CommitView {
  return {
    version: entry.version,
    committed_at: timeOf(entry.timestampMs),
    operation: entry.operation ?? null,
    engine: entry.engine ?? null,
    files_added: entry.filesAdded,
    files_removed: entry.filesRemoved,
    bytes_added: entry.bytesAdded,
    rows_added: entry.rowsAdded ?? null,
    data_change: entry.dataChange,
  }
}

/** `hides`: the folders that it lies in are named by personal data. */
function fileOf(file: AddFile, hides: boolean): FileView {
  const { path, size, modificationTime, partitionValues } = file
  return {
    path: hides ? `…/${path.split('/').at(-1)}` : path,
    rows: recordsIn(file) ?? null,
    bytes: size,
    written_at: timeOf(modificationTime),
    partition: hides ? {} : partitionValues,
  }
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
