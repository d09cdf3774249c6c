import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Lake } from '../lake/lake.ts'
import { commitQueue } from '../lake/queue.ts'
import { listTables } from '../lake/tables.ts'
import { nodeDisk } from '../storage/disk.ts'
import { localStore } from '../storage/local-store.ts'
import { holdLock } from '../storage/lock.ts'
import type { IdIndex } from '../streams/dedupe.ts'
import type { LogView } from '../streams/log.ts'
import { peekLog } from '../streams/segment-log.ts'
import { embeddedEngine } from './embedded-engine.ts'
import { loadProject } from './load.ts'
import { modelNames } from './models.ts'
import type { ProjectSettings } from './parse.ts'
import { queryProcess } from './query-process.ts'
import { type RunBook, runBook } from './runs.ts'
import { stateFolderOf } from './state-folder.ts'
import { type TestBook, testBook } from './test-book.ts'

export interface OpenOptions {
  readonly profile?: string | undefined
  /** `write` holds the project's lock; readers hold none, and see what is committed. */
  readonly access: 'read' | 'write'
  /** What a second writer is told. */
  readonly command: string
  /** Where DuckDB runs: in this process (default), or in one of its own, which may die without this one. */
  readonly engine?: 'embedded' | 'process'
}

/** Where a table lies. `model`: what a file in `models/` is stored in; `other`: a Delta table that nothing declares. */
export interface TablePlace {
  readonly name: string
  readonly kind: 'stream' | 'table' | 'external' | 'model' | 'other'
  readonly lake: Lake
  /** The table's name in that lake. */
  readonly table: string
}

/** A project, its lake and its engine, until it is closed. */
export interface OpenProject extends AsyncDisposable {
  readonly settings: ProjectSettings
  readonly lake: Lake
  /** `.millrace/<profile>`: state that can be thrown away. */
  readonly stateFolder: string
  /** `log`, beside the lake: what streams have acknowledged. It is data, not state. */
  readonly logFolder: string
  /** What was run on it, and what this process runs now. */
  readonly runs: RunBook
  /** What became of its models' tests. */
  readonly tests: TestBook
  /** Brings what streams hold into their tables, where this process has them open. */
  readonly flush?: () => Promise<void>
  /** The index of a stream's ids, where this process has it open. */
  readonly ids?: (stream: string) => IdIndex | undefined
  /** The log of a stream as it is now; undefined where nothing was ever sent to it. */
  log(stream: string): Promise<LogView | undefined>
  /** What is declared, in that order, and after it what else lies in the lake. */
  tables(context: Context): Promise<readonly TablePlace[]>
  /** Where a name lies. NAME_UNKNOWN with the nearest one. */
  table(name: string, context: Context): Promise<TablePlace>
  /** Goes on with a project file that has more tables. See `takeUpTables`. */
  adopt(next: ProjectSettings): void
  /** The same for a table that is to be changed: TABLE_EXTERNAL for one that belongs to others. */
  ownTable(name: string, context: Context): Promise<TablePlace>
}

/**
 * Opens the project of a folder. PROJECT_NOT_FOUND, the codes of `loadProject`, PROJECT_LOCKED with `access: 'write'`.
 */
export async function openProject(
  dir: string,
  { profile, access, command, engine = 'embedded' }: OpenOptions,
): Promise<OpenProject> {
  const loaded = await loadProject(dir, { profile })
  const inForce = { text: loaded.text, targets: new Map(loaded.targets), sources: new Map(loaded.sources) }
  const settings: ProjectSettings = Object.assign(inForce, { ...loaded, ...inForce })
  const stateFolder = stateFolderOf(settings.folder, settings.profile)
  await using opening = new AsyncDisposableStack()
  if (access === 'write') opening.use(await holdLock(stateFolder, command))
  const { lake, logFolder } = await openLake(settings, stateFolder, engine, opening)
  const externals = [...settings.externals].map(([name, path]): TablePlace => {
    const root = dirname(path)
    const store = opening.adopt(localStore(root), (held) => held.close())
    return { name, kind: 'external', lake: { ...lake, store, root }, table: basename(path) }
  })
  const declared = new Map<string, TablePlace>([
    ...[...settings.targets.values()].map(({ name, kind }) => [name, { name, kind, lake, table: name }] as const),
    ...externals.map((place) => [place.name, place] as const),
  ])
  const tables = async (context: Context): Promise<readonly TablePlace[]> => {
    const others = (await listTables(lake, context)).filter((name) => !declared.has(name))
    const models = await storedNames(settings)
    return [
      ...declared.values(),
      ...others.map((name) => ({ name, kind: models.has(name) ? 'model' : 'other', lake, table: name }) as const),
    ]
  }
  const table = async (name: string, context: Context): Promise<TablePlace> => {
    const own = declared.get(name)
    if (own) return own
    const all = await tables(context)
    const names = all.map((place) => place.name)
    const found = all.find((place) => place.name === name)
    if (!found) throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, names) })
    return found
  }
  const ownTable = async (name: string, context: Context): Promise<TablePlace> => {
    const place = await table(name, context)
    if (place.kind === 'external') throw new MillraceError('TABLE_EXTERNAL', { table: name })
    return place
  }
  const adopt = (next: ProjectSettings): void => {
    for (const [name, target] of next.targets) {
      inForce.targets.set(name, target)
      if (!declared.has(name)) declared.set(name, { name, kind: target.kind, lake, table: name })
    }
    for (const name of [...inForce.targets.keys()].filter((each) => !next.targets.has(each))) {
      inForce.targets.delete(name)
      declared.delete(name)
    }
    inForce.sources.clear()
    for (const [name, source] of next.sources) inForce.sources.set(name, source)
    inForce.text = next.text
  }
  const closing = opening.move()
  return {
    settings,
    adopt,
    lake,
    stateFolder,
    logFolder,
    runs: runBook(stateFolder),
    tests: testBook(stateFolder),
    log: (stream) => peekLog(nodeDisk(), join(logFolder, stream)),
    tables,
    table,
    ownTable,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** What the project's models are stored in; where their files cannot be read, whoever asks for them is told. */
async function storedNames(settings: ProjectSettings): Promise<ReadonlySet<string>> {
  try {
    return new Set(await modelNames({ settings }))
  } catch (error) {
    if (isError(error, 'MODEL_FILE_REFUSED')) return new Set()
    throw error
  }
}

async function openLake(
  { lake, externals }: ProjectSettings,
  stateFolder: string,
  where: OpenOptions['engine'],
  opening: AsyncDisposableStack,
) {
  const root = lake.kind === 'folder' ? lake.path : join(await temporaryFolder(opening), 'lake')
  const logFolder = join(dirname(root), 'log')
  const openEngine = where === 'process' ? queryProcess : embeddedEngine
  const made = openEngine(join(stateFolder, 'tmp'), [root, ...externals.values()])
  const engine = opening.adopt(made, (held) => held.close())
  const store = opening.adopt(localStore(root), (held) => held.close())
  return { lake: { store, engine, root, queue: commitQueue() }, logFolder }
}

/** `memory:` is a folder that is gone when the project is closed: DuckDB opens files. */
async function temporaryFolder(opening: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}
