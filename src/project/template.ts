import { existsSync } from 'node:fs'
import { appendFile, glob, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { blankProject, gitIgnore } from './templates/blank.ts'

/** The files of a new project, relative path → text; shown before they are written. */
export interface NewProject {
  readonly dir: string
  readonly files: Readonly<Record<string, string>>
  /** Commands that make sense then. */
  readonly next: readonly string[]
}

/** A small project that loads as it stands. */
export function planBlankProject(dir: string): NewProject {
  const root = resolve(dir)
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const next = ['millrace load', 'millrace query "SELECT event_type, count(*) FROM events GROUP BY ALL"']
  return { dir: root, files: blankProject(projectName(root), timeZone), next }
}

/** The examples that come with the package. */
const examplesFolder = join(import.meta.dirname, '../../examples')

/** A copy of one of the package's examples, without its data. USAGE with the names that there are. */
export async function planExampleProject(dir: string, example: string): Promise<NewProject> {
  const names = await readdir(examplesFolder)
  const cwd = join(examplesFolder, example)
  if (!names.includes(example))
    throw new MillraceError('USAGE', { reason: `there is no example \`${example}\``, hint: suggest(example, names) })
  const files: Record<string, string> = {}
  const own = ['*.ts', '*.md', '{questions,models,tests,dashboards,sample}/**/*.*']
  for (const file of (await Array.fromAsync(glob(own, { cwd }))).sort())
    files[file] = await readFile(join(cwd, file), 'utf8')
  // npm leaves a .gitignore out of what it packs
  const next = example === 'shop' ? ['millrace demo .'] : ['millrace run']
  return { dir: resolve(dir), files: { ...files, '.gitignore': `${gitIgnore}data/\n` }, next }
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
export async function createProject({ dir, files }: Pick<NewProject, 'dir' | 'files'>): Promise<void> {
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
