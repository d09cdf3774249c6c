import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve, sep } from 'node:path'
import { columnsText } from '../contract/infer.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { embeddedEngine } from './embedded-engine.ts'
import { type SampledFile, sampleFile } from './sample-file.ts'
import { type NewProject, projectName } from './template.ts'
import { gitIgnore } from './templates/blank.ts'

/** A project with a table for each file, its columns inferred from the file's first rows. FILE_NOT_FOUND. */
export async function planInferredProject(
  dir: string,
  paths: readonly string[],
  context: Context,
): Promise<NewProject> {
  const root = resolve(dir)
  for (const path of paths) if (!existsSync(path)) throw new MillraceError('FILE_NOT_FOUND', { path })
  const tempFolder = await mkdtemp(join(tmpdir(), 'millrace-'))
  const engine = embeddedEngine(tempFolder)
  const taken = new Set<string>()
  const tables: string[] = []
  try {
    for (const path of paths) {
      const name = tableName(path, taken)
      const place = relative(root, resolve(path)).split(sep).join('/')
      tables.push(tableText(name, place, await sampleFile(engine, resolve(path), context)))
    }
  } finally {
    await engine.close()
    await rm(tempFolder, { recursive: true, force: true })
  }
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const column = tables.some((text) => text.includes('column(')) ? 'column, ' : ''
  const config = `import { ${column}defineProject, files, table } from 'millrace'

export default defineProject(() => ({
  name: '${projectName(root)}',
  timezone: '${timeZone}', // of days, and of times that name no zone; storage is UTC
  lake: './lake',
  tables: {
${tables.join('')}  },
}))
`
  const [first = 'events'] = taken
  return {
    dir: root,
    files: { 'millrace.config.ts': config, '.gitignore': gitIgnore },
    next: ['millrace load', `millrace query "SELECT * FROM ${first} LIMIT 10"`],
  }
}

function tableText(name: string, place: string, { columns, options }: SampledFile): string {
  const told = Object.entries(options).map(([key, option]) => `${key}: ${literal(option)}`)
  const from = [literal(place), ...(told.length > 0 ? [`{ ${told.join(', ')} }`] : [])].join(', ')
  return `    ${name}: table({
      columns: {
${columnsText(columns, '        ')}      },
      from: files(${from}),
    }),
`
}

function literal(option: string | boolean): string {
  return typeof option === 'boolean' ? String(option) : `'${option.replace(/[\\']/g, '\\$&').replaceAll('\t', '\\t')}'`
}

/** A file's name as a table's, each of its own. */
function tableName(path: string, taken: Set<string>): string {
  const word = (basename(path).split('.')[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const plain = /^[a-z]/.test(word) ? word : `t_${word || 'file'}`
  let name = plain
  for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`
  taken.add(name)
  return name
}
