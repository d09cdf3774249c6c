import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { MillraceError } from '../core/errors.ts'
import { replaceFile } from '../storage/replace-file.ts'
import { type TableText, withTable } from './config-text.ts'
import { loadProject } from './load.ts'
import type { OpenProject } from './open.ts'
import type { ProjectSettings } from './parse.ts'

/**
 * Goes on with what the project file says now, where that is what it said and more tables: nobody has seen them yet, so
 * nothing is half changed. SERVER_OUTDATED for every other change; the codes of `loadProject`.
 */
export async function takeUpTables(project: OpenProject): Promise<void> {
  const { settings } = project
  const next = await loadProject(settings.folder, { profile: settings.profile })
  if (next.text === settings.text) return
  if (!isMore(settings, next)) throw new MillraceError('SERVER_OUTDATED', {})
  project.adopt(next)
}

/**
 * Writes a table into the project file and goes on with it. CONFIG_NOT_EXTENDED where the file is written in a way that has
 * no place for it, SERVER_OUTDATED where the file is another than that which is in force.
 */
export async function declareTable(project: OpenProject, name: string, table: TableText): Promise<void> {
  await takeUpTables(project)
  const { settings } = project
  const text = withTable(settings.text, table)
  const fault = (reason: string, cause?: unknown) =>
    new MillraceError('CONFIG_NOT_EXTENDED', { table: name, reason }, cause)
  if (text === undefined) throw fault('it does not show where its tables stand')
  const next = await tried(settings, text, fault)
  const added = [...next.targets.keys()].filter((each) => !settings.targets.has(each))
  if (!isMore(settings, next) || !isDeepStrictEqual(added, [name])) throw fault('the table would change others')
  await writeConfig(settings, text)
  project.adopt({ ...next, text })
}

/** Takes a table out again that `declareTable` has written, where the file is still as that has left it. */
export async function undeclareTable(project: OpenProject, before: ProjectSettings, after: string): Promise<void> {
  const { settings } = project
  if (settings.text !== after) return
  await writeConfig(settings, before.text)
  project.adopt(before)
}

/** What `declareTable` changes, as it is now. */
export function settingsNow({ settings }: OpenProject): ProjectSettings {
  return { ...settings, targets: new Map(settings.targets), sources: new Map(settings.sources) }
}

/** Loads a text as the project file, from beside it, where what it imports is found. */
async function tried(
  { folder, profile }: ProjectSettings,
  text: string,
  fault: (reason: string, cause: unknown) => MillraceError,
): Promise<ProjectSettings> {
  const file = `.millrace.config.${randomUUID()}.ts`
  try {
    await written(join(folder, file), () => writeFile(join(folder, file), text, { flag: 'wx', mode: 0o600 }))
    return await loadProject(folder, { profile, file })
  } catch (error) {
    if (error instanceof MillraceError && error.code !== 'PROJECT_READ_ONLY') throw fault(error.message, error)
    throw error
  } finally {
    await rm(join(folder, file), { force: true })
  }
}

async function writeConfig({ folder }: ProjectSettings, text: string): Promise<void> {
  const path = join(folder, 'millrace.config.ts')
  await written(path, () =>
    replaceFile(path, async (own) => {
      await writeFile(join(own, 'config'), text)
      return 'config'
    }),
  )
}

/** Does what writes a file of the project. PROJECT_READ_ONLY. */
export async function written<Result>(path: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    const cause = error instanceof MillraceError ? error.cause : error
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) throw error
    throw new MillraceError('PROJECT_READ_ONLY', { path, reason: code }, error)
  }
}

/** True when the second has all that the first has, as it is there, and at most tables beside it. */
function isMore(before: ProjectSettings, after: ProjectSettings): boolean {
  const of = ({ targets: _, sources: __, text: ___, place: ____, ...rest }: ProjectSettings) => rest
  if (!isDeepStrictEqual(of(before), of(after))) return false
  const added = [...after.targets].filter(([name]) => !before.targets.has(name))
  if (added.some(([, { kind }]) => kind !== 'table')) return false
  return (
    [...before.targets].every(([name, target]) => isDeepStrictEqual(after.targets.get(name), target)) &&
    [...before.sources].every(([name, source]) => isDeepStrictEqual(after.sources.get(name), source))
  )
}
