import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { findFiles } from '../connectors/files/glob.ts'
import { columnsText, type InferredColumn, rulesText } from '../contract/infer.ts'
import type { Evidence } from '../contract/infer-evidence.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { embeddedEngine } from './embedded-engine.ts'
import { groupName } from './infer/common-name.ts'
import { exactGlob } from './infer/exact-glob.ts'
import { type FileGroup, FileGroups } from './infer/groups.ts'
import { isAwkward } from './reserved-names.ts'
import { sampleFile } from './sample-file.ts'
import { type NewProject, projectName } from './template.ts'
import { gitIgnore } from './templates/blank.ts'

/** A table of a new project and the files it is fed by: a glob that names exactly them, or each by its path. */
export interface InferredTable {
  readonly name: string
  readonly from: string | readonly string[]
  readonly files: number
  readonly columns: readonly (InferredColumn & Evidence)[]
}

export interface InferredProject extends NewProject {
  readonly tables: readonly InferredTable[]
}

/**
 * A project with a table for each shape that the files have, its columns inferred from their first rows. `given`: paths
 * and globs, from this process's folder. FILE_NOT_FOUND, FILE_UNREADABLE.
 */
export async function planInferredProject(
  dir: string,
  given: readonly string[],
  context: Context,
): Promise<InferredProject> {
  const root = resolve(dir)
  const taken = new Set<string>()
  const tables: InferredTable[] = []
  const texts: string[] = []
  for (const group of await groupsOf(given, context)) {
    const name = tableName(group.paths, taken)
    const from = await placeOf(group.paths, root)
    const columns = group.columns.map((column, at) => ({ ...column, ...(group.evidence[at] as Evidence) }))
    tables.push({ name, from, files: group.paths.length, columns })
    texts.push(tableText(name, from, group))
  }
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const column = texts.some((text) => text.includes('column(')) ? 'column, ' : ''
  const config = `import { ${column}defineProject, files, table } from 'millrace'

export default defineProject(() => ({
  name: '${projectName(root)}',
  timezone: '${timeZone}', // of days, and of times that name no zone; storage is UTC
  lake: './lake',
  tables: {
${texts.join('')}  },
}))
`
  return {
    dir: root,
    files: { 'millrace.config.ts': config, '.gitignore': gitIgnore },
    next: ['millrace start'],
    tables,
  }
}

export type InferredFile = FileGroup

/** What one file holds, and how it is written. `path`: absolute. FILE_NOT_FOUND, FILE_UNREADABLE. */
export async function inferFile(path: string, context: Context): Promise<InferredFile> {
  const tempFolder = await mkdtemp(join(tmpdir(), 'millrace-'))
  const engine = embeddedEngine(tempFolder)
  try {
    const groups = new FileGroups()
    groups.add(path, await sampleFile(engine, path, context))
    return groups.all()[0] as FileGroup
  } finally {
    await engine.close()
    await rm(tempFolder, { recursive: true, force: true })
  }
}

async function groupsOf(given: readonly string[], context: Context): Promise<readonly FileGroup[]> {
  const found = new Set<string>()
  for (const glob of given) {
    const files = await findFiles(glob, process.cwd())
    if (files.length === 0) throw new MillraceError('FILE_NOT_FOUND', { path: glob })
    for (const { absolute } of files) found.add(absolute)
  }
  const tempFolder = await mkdtemp(join(tmpdir(), 'millrace-'))
  const engine = embeddedEngine(tempFolder)
  const groups = new FileGroups()
  try {
    let done = 0
    for (const path of found) {
      context.signal.throwIfAborted()
      groups.add(path, await sampleFile(engine, path, context))
      const count = { done: ++done, total: found.size, unit: 'files' as const }
      context.emit({ kind: 'pulse', type: 'task.progress', task: 'looking at files', ...count })
    }
  } finally {
    await engine.close()
    await rm(tempFolder, { recursive: true, force: true })
  }
  return groups.all()
}

/** What the project file says of where the files are: relative to it, with `/`. */
async function placeOf(paths: readonly string[], root: string): Promise<string | readonly string[]> {
  const place = (path: string) => relative(root, path).split(sep).join('/')
  const [only, ...others] = paths
  if (only !== undefined && others.length === 0) return place(only)
  const glob = await exactGlob(paths, root)
  return glob === undefined ? paths.map(place) : place(glob)
}

/** A table as the project file declares it. */
export function tableText(
  name: string,
  from: InferredTable['from'],
  { columns, options }: Pick<FileGroup, 'columns' | 'options'>,
): string {
  const told = Object.entries(options).map(([key, option]) => `${key}: ${literal(option)}`)
  const place =
    typeof from === 'string' ? literal(from) : `[\n${from.map((path) => `        ${literal(path)},\n`).join('')}      ]`
  const rules = rulesText(columns, '        ')
  const args = [place, ...(told.length > 0 ? [`{ ${told.join(', ')} }`] : [])].join(', ')
  return `    ${name}: table({
      columns: {
${columnsText(columns, '        ')}      },
${rules === '' ? '' : `      rules: {\n${rules}      },\n`}      from: files(${args}),
    }),
`
}

function literal(option: string | boolean): string {
  return typeof option === 'boolean' ? String(option) : `'${option.replace(/[\\']/g, '\\$&').replaceAll('\t', '\\t')}'`
}

/** The name of one file, or of what several have in common, as a table's, each of its own. */
export function tableName(paths: readonly string[], taken: Set<string>): string {
  const word = groupName(paths)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const plain = /^[a-z]/.test(word) && !isAwkward(word) ? word : `t_${word || 'file'}`
  let name = plain
  for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`
  taken.add(name)
  return name
}
