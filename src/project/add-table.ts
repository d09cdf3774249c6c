import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { applyDrop, planDrop } from '../lake/drop.ts'
import { tableExists } from '../lake/snapshot.ts'
import type { FileOutcome } from '../sources/load-source.ts'
import { buildBoard, type FirstBoard, planFirstBoard } from './first-board.ts'
import type { FileGroup } from './infer/groups.ts'
import { tableText } from './infer-project.ts'
import { loadSource, planSources } from './loading.ts'
import { modelNames } from './models.ts'
import type { OpenProject } from './open.ts'
import { nameFault, type Target } from './parse.ts'
import { declareTable, settingsNow, undeclareTable, written } from './take-up.ts'
import { noteWritten } from './written-at.ts'

/** A file that is to become a table of a project that is open for writing. */
export interface NewTable {
  readonly name: string
  /** Where the file lies now; it is moved into `data/`. */
  readonly path: string
  /** What it is to be called there. */
  readonly fileName: string
  readonly inferred: Pick<FileGroup, 'columns' | 'options'>
  /** Who brings it. */
  readonly by: string
  /** Share of its records that may break the contract. */
  readonly maxRejects?: number
}

export interface AddedTable {
  readonly table: string
  readonly outcome: Extract<FileOutcome, { readonly outcome: 'loaded' }>
  /** Undefined where it could not be made. */
  readonly board?: FirstBoard
  /** Why its dashboard could not be made, or its model not be built; its rows are there all the same. */
  readonly fault?: MillraceError
  /** The files that were written, relative to the project. */
  readonly files: readonly string[]
}

/** NAME_TAKEN, and USAGE for what is no name. */
export async function assertNewTable(project: OpenProject, name: string, context: Context): Promise<void> {
  const fault = nameFault(name)
  if (fault !== undefined)
    throw new MillraceError('USAGE', { reason: fault, hint: 'choose another name for the table' })
  const place = (await project.tables(context)).find((each) => each.name === name)
  if (place) throw new MillraceError('NAME_TAKEN', { what: place.kind === 'stream' ? 'stream' : 'table', name })
  noteWritten(project.settings)
  if ((await modelNames(project)).includes(name)) throw new MillraceError('NAME_TAKEN', { what: 'model', name })
}

/**
 * Makes a file a table: its contract is written into the project file, its rows are loaded, a model and a dashboard are
 * made. Where it cannot be loaded, all is as it was before; what is loaded stays. NAME_TAKEN, the codes of `declareTable`
 * and those of a file that is refused.
 */
export async function addTable(project: OpenProject, given: NewTable, context: Context): Promise<AddedTable> {
  const { name, inferred, maxRejects } = given
  const { folder } = project.settings
  await assertNewTable(project, name, context)
  const place = await moveIn(folder, given)
  const before = settingsNow(project)
  try {
    const calls = ['files', 'table', ...(tableText(name, place, inferred).includes('column(') ? ['column'] : [])]
    await declareTable(project, name, { text: tableText(name, place, inferred), calls })
  } catch (error) {
    await moveOut(folder, place, given)
    throw error
  }
  const after = project.settings.text
  const outcome = await load(project, name, join(folder, place), maxRejects, context).catch(async (error) => {
    await dropEmpty(project, name, context)
    await undeclareTable(project, before, after)
    await moveOut(folder, place, given)
    throw error
  })
  const made = await makeBoard(project, given, context)
  const files = ['millrace.config.ts', place, ...Object.keys(made.board?.files ?? {})]
  return { table: name, outcome, ...made, files }
}

/** Its model and its dashboard, as far as they can be made. */
async function makeBoard(
  project: OpenProject,
  { name, by }: NewTable,
  context: Context,
): Promise<Pick<AddedTable, 'board' | 'fault'>> {
  const { folder, targets } = project.settings
  let board: FirstBoard | undefined
  try {
    const planned = await planFirstBoard(project, targets.get(name) as Target, context)
    for (const [file, text] of Object.entries(planned.files)) {
      const path = join(folder, file)
      await written(path, async () => {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, text, { flag: 'wx' })
      })
    }
    board = planned
    const failed = (await buildBoard(project, board, by, context)).find((each) => 'error' in each)
    return { board, ...(failed && { fault: failed.error }) }
  } catch (error) {
    context.signal.throwIfAborted()
    const fault =
      error instanceof MillraceError
        ? error
        : new MillraceError('INTERNAL', { reason: (error as Error).message }, error)
    return { ...(board && { board }), fault }
  }
}

/** A load that is refused leaves the table as it has made it: with no rows. */
async function dropEmpty({ lake }: OpenProject, name: string, context: Context): Promise<void> {
  // what was begun is put right also where the load was cancelled
  const own = { ...context, signal: new AbortController().signal }
  if (await tableExists(lake, name, own)) await applyDrop(lake, await planDrop(lake, name, own), own)
}

async function load(
  project: OpenProject,
  name: string,
  path: string,
  maxRejects: number | undefined,
  context: Context,
): Promise<AddedTable['outcome']> {
  const into = { target: name, files: [path] }
  const [plan] = await planSources(project, { into, ...(maxRejects !== undefined && { maxRejects }) }, context)
  const [outcome] = plan ? await loadSource(project, plan, context) : []
  if (outcome?.outcome === 'loaded') return outcome
  if (outcome?.outcome === 'refused') throw outcome.error
  throw new MillraceError('FILE_UNREADABLE', { path, reason: 'nothing of it was loaded' })
}

/** Puts the file into the project under a name that none has. */
async function moveIn(folder: string, { path, fileName }: NewTable): Promise<string> {
  const [, stem = '', endings = ''] = /^(.+?)((?:\.[a-z]+){1,2})$/i.exec(fileName) ?? []
  return written(join(folder, 'data'), async () => {
    await mkdir(join(folder, 'data'), { recursive: true })
    for (let count = 1; ; count++) {
      const place = `data/${stem}${count === 1 ? '' : `_${count}`}${endings}`
      try {
        // a name that is there is another file's
        await writeFile(join(folder, place), '', { flag: 'wx' })
        await rename(path, join(folder, place))
        return place
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : ''
        if (code !== 'EXDEV' && code !== 'EEXIST') throw error
        if (code === 'EEXIST') continue
        await copyFile(path, join(folder, place), constants.COPYFILE_FICLONE)
        await rm(path)
        return place
      }
    }
  })
}

async function moveOut(folder: string, place: string, { path }: NewTable): Promise<void> {
  await rename(join(folder, place), path)
}
