import { isDeepStrictEqual } from 'node:util'
import { tableColumns } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { readSnapshot, tableExists } from '../lake/snapshot.ts'
import type { ModelGround } from '../models/complete.ts'
import { defineModel } from '../models/define.ts'
import { bindModels } from '../models/graph.ts'
import type { InputTable, ModelGraph } from '../models/model.ts'
import { builtInModels } from './built-in-models.ts'
import type { OpenProject } from './open.ts'
import { nameFault, type ProjectSettings } from './parse.ts'
import { type TextFile, textFiles } from './text-files.ts'
import { isFresh } from './written-at.ts'

/** Reads the models of a project and binds them to its tables. MODEL_FILE_REFUSED and the codes of `bindModels`. */
export async function openModels(project: OpenProject, context: Context): Promise<ModelGraph> {
  return bindFiles(project, await modelFiles(project), context)
}

/** The same for whoever asks often: they are bound anew where a file, or a table that they read, is another. */
export function keptModels(project: OpenProject): (context: Context) => Promise<ModelGraph> {
  let kept: { readonly files: readonly TextFile[]; readonly graph: ModelGraph } | undefined
  return async (context) => {
    const files = await modelFiles(project)
    if (kept && isDeepStrictEqual(kept.files, files) && (await areTablesSame(project, kept.graph, context)))
      return kept.graph
    kept = { files, graph: await bindFiles(project, files, context) }
    return kept.graph
  }
}

async function areTablesSame(project: OpenProject, { tables }: ModelGraph, context: Context): Promise<boolean> {
  for (const [name, { columns }] of tables) {
    if (project.settings.targets.has(name)) continue
    const now = await inputTable(project, name, context)
    if (!isDeepStrictEqual(now.columns, columns)) return false
  }
  return true
}

/** A query asks for the files several times; a server, for many queries a second. */
const filesMs = 250

const filesRead = new WeakMap<
  ProjectSettings,
  { readonly atMs: number; readonly files: Promise<readonly TextFile[]> }
>()

function modelFiles({ settings }: Pick<OpenProject, 'settings'>): Promise<readonly TextFile[]> {
  const read = filesRead.get(settings)
  if (read && isFresh(settings, read.atMs, filesMs)) return read.files
  const files = textFiles(settings.folder, 'models', ['.sql'])
  filesRead.set(settings, { atMs: performance.now(), files })
  return files
}

async function bindFiles(project: OpenProject, files: readonly TextFile[], context: Context): Promise<ModelGraph> {
  const { settings, lake } = project
  const own = files.map(({ file, text }) => {
    const name = nameOf(file)
    const fault = name === 'changed' ? '`changed` is a word of --select' : nameFault(name)
    if (fault !== undefined) throw new MillraceError('MODEL_FILE_REFUSED', { file, reason: fault })
    return { name, file, text }
  })
  const names = own.map(({ name }) => name)
  const models = await Promise.all([...own, ...builtInModels(settings, names)].map(defineModel))
  const world = {
    tables: new Map([
      ...[...settings.targets.values()].map(({ name, kind }) => [name, kind] as const),
      ...[...settings.externals.keys()].map((name) => [name, 'external'] as const),
    ]),
    table: (name: string) => inputTable(project, name, context),
    timezone: settings.timezone,
    engine: lake.engine,
  }
  return bindModels(models, world, context)
}

/** The names of a project's models, whatever is in their files. */
export async function modelNames(project: Pick<OpenProject, 'settings'>): Promise<readonly string[]> {
  const own = (await modelFiles(project)).map(({ file }) => nameOf(file))
  return [...own, ...builtInModels(project.settings, own).map(({ name }) => name)]
}

/** What a project's models are read in. The codes of `openModels`. */
export async function modelGround(
  project: OpenProject,
  context: Context,
  graph?: ModelGraph,
): Promise<Omit<ModelGround, 'frozen'>> {
  const { lake, settings } = project
  return {
    graph: graph ?? (await openModels(project, context)),
    lake,
    timezone: settings.timezone,
    async place(name, own) {
      const place = await project.table(name, own)
      const isDeclared = place.kind === 'stream' || place.kind === 'table'
      return isDeclared && !(await tableExists(place.lake, place.table, own)) ? undefined : place
    },
  }
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1, -'.sql'.length)
}

/** The schema of a declared table is its contract's, whatever is stored; that of others' tables is what it is now. */
async function inputTable(project: OpenProject, name: string, context: Context): Promise<InputTable> {
  const target = project.settings.targets.get(name)
  if (target) {
    const { contract, kind } = target
    const { time } = contract
    return { kind, contract, columns: tableColumns(contract), ...(time !== undefined && { time }) }
  }
  const place = await project.table(name, context)
  try {
    const { columns } = await readSnapshot(place.lake, place.table, {}, context)
    return { kind: 'external', columns }
  } catch (error) {
    if (!isError(error, 'TABLE_NOT_FOUND')) throw error
    const path = project.settings.externals.get(name) ?? place.lake.root
    throw new MillraceError('EXTERNAL_NOT_FOUND', { table: name, path }, error)
  }
}
