import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { type CaseFile, type ModelCase, parseCase } from '../models/cases.ts'
import type { BoundModel, ModelGraph } from '../models/model.ts'
import type { OpenProject } from './open.ts'
import { textFiles } from './text-files.ts'

const endings = ['.yaml', '.yml']

/**
 * The tests of these models, by model, then by name. TEST_UNKNOWN_NAME for a folder of no model, TEST_INVALID for a file
 * beside the folders, TEST_NONE for a model's folder without a test, and where there is no test at all.
 */
export async function readTests(
  { settings }: OpenProject,
  graph: ModelGraph,
  selected: readonly BoundModel[],
): Promise<readonly ModelCase[]> {
  const names = [...graph.byName.keys()]
  const cases = await testFiles(settings)
  for (const { model, name, file } of cases) {
    if (name === '')
      throw new MillraceError('TEST_INVALID', { place: file, reason: 'a test lies in the folder of its model' })
    if (!graph.byName.has(model))
      throw new MillraceError('TEST_UNKNOWN_NAME', {
        place: file,
        what: 'model',
        name: model,
        suggestion: suggest(model, names),
      })
  }
  for (const folder of await foldersOf(settings.folder))
    if (graph.byName.has(folder) && !cases.some(({ model }) => model === folder))
      throw new MillraceError('TEST_NONE', { reason: `tests/${folder} holds no test` })
  const wanted = selected.map(({ name }) => name)
  const tests = cases.filter(({ model }) => wanted.includes(model)).map(parseCase)
  if (tests.length > 0) return tests
  const of = selected.length < names.length ? ` of ${wanted.join(', ') || 'these models'}` : ''
  throw new MillraceError('TEST_NONE', { reason: `there is no test${of}` })
}

/** The files of tests, of whatever models; those beside the folders have no name. */
export async function testFiles({ folder }: Pick<OpenProject['settings'], 'folder'>): Promise<readonly CaseFile[]> {
  const files = await textFiles(folder, 'tests', endings)
  return files.map(({ file, text }) => {
    const [, model = '', ...path] = file.split('/')
    return { model, name: path.join('/').replace(/\.ya?ml$/, ''), file, text }
  })
}

async function foldersOf(project: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(project, 'tests'), { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
