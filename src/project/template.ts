import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import { blankProject } from './templates/blank.ts'

/** The files of a new project, relative path → text; shown before they are written. */
export interface NewProject {
  readonly dir: string
  readonly files: Readonly<Record<string, string>>
}

/** A small project that loads as it stands. */
export function planBlankProject(dir: string): NewProject {
  const root = resolve(dir)
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return { dir: root, files: blankProject(projectName(root), timeZone) }
}

/** A folder's name as a project's name. */
export function projectName(dir: string): string {
  const words = basename(resolve(dir))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return words || 'project'
}

/**
 * Writes the files of a new project; lines that a .gitignore lacks are added to it. PROJECT_EXISTS when one of the other
 * files is there already: then nothing is written.
 */
export async function createProject({ dir, files }: NewProject): Promise<void> {
  for (const file of Object.keys(files))
    if (file !== '.gitignore' && existsSync(join(dir, file))) throw new MillraceError('PROJECT_EXISTS', { dir, file })
  for (const [file, text] of Object.entries(files)) {
    const path = join(dir, file)
    await mkdir(dirname(path), { recursive: true })
    if (file === '.gitignore' && existsSync(path)) await addLines(path, text)
    else await writeFile(path, text, { flag: 'wx' })
  }
}

async function addLines(path: string, text: string): Promise<void> {
  const held = await readFile(path, 'utf8')
  const lines = new Set(held.split(/\r?\n/))
  const missing = text.split('\n').filter((line) => line !== '' && !lines.has(line))
  if (missing.length > 0)
    await appendFile(path, `${held === '' || held.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`)
}
