import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MillraceError } from '../core/errors.ts'
import type { Project } from './define.ts'
import { type Environment, environment } from './env.ts'
import { type ProjectSettings, parseProject } from './parse.ts'
import { profileOf } from './state-folder.ts'

const own: string = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href
const fileName = 'millrace.config.ts'

/** The nearest folder upward that has a project file. PROJECT_NOT_FOUND. */
export function findProject(from: string): string {
  let dir = resolve(from)
  while (!existsSync(join(dir, fileName))) {
    const parent = dirname(dir)
    if (parent === dir) throw new MillraceError('PROJECT_NOT_FOUND', { dir: resolve(from) })
    dir = parent
  }
  return dir
}

export interface LoadOptions {
  /** Default: `MILLRACE_PROFILE`, else `local`. */
  readonly profile?: string | undefined
  /** Default: those of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** Another file of the folder that is read as if it were the project file. */
  readonly file?: string
}

/**
 * Reads and checks a project. PROJECT_NOT_FOUND, CONFIG_FAILED where the file cannot run, CONFIG_INVALID and
 * CONFIG_UNKNOWN_NAME with the line where it can be found, ENV_MISSING, LAKE_UNSUPPORTED.
 */
export async function loadProject(dir: string, options: LoadOptions = {}): Promise<ProjectSettings> {
  if (!existsSync(join(dir, fileName))) throw new MillraceError('PROJECT_NOT_FOUND', { dir: resolve(dir) })
  const folder = realpathSync(dir)
  const variables = options.variables ?? process.env
  const file = options.file ?? fileName
  const profile = profileOf(options.profile, variables)
  const env = environment(folder, variables)
  const project = await running(folder, env, () => importProject(folder, file))
  const config = await running(folder, env, () => project.config({ env: env.get, profile }))
  const text = readFileSync(join(folder, file), 'utf8')
  return parseProject({ folder, profile, file: fileName, text, config })
}

/**
 * Imports the project file. Inside it `millrace` is this very package, whether or not the folder has it installed, and
 * a `.ts` file of the folder is an ES module, whatever its package.json says. Each call reads the files anew.
 */
async function importProject(folder: string, file: string): Promise<Project> {
  const root = pathToFileURL(`${folder}/`).href
  const version = `?load=${crypto.randomUUID()}`
  const mine = (url: string) => url.startsWith(root) && !url.includes('/node_modules/')
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'millrace') return { url: own, shortCircuit: true }
      const found = next(specifier, context)
      return mine(found.url) && found.url.endsWith('.ts') ? { ...found, url: `${found.url}${version}` } : found
    },
    load: (url, context, next) =>
      mine(url) && url.endsWith(version) ? next(url, { ...context, format: 'module-typescript' }) : next(url, context),
  })
  try {
    const module = (await import(`${root}${file}`)) as { readonly default?: Project }
    if (module.default?.kind === 'project') return module.default
    throw new MillraceError('CONFIG_INVALID', {
      place: fileName,
      reason: 'it has no `export default defineProject(…)`',
    })
  } finally {
    hooks.deregister()
  }
}

/** Runs code of the project file; what it throws gets the place where it was thrown. */
async function running<T>(folder: string, env: Environment, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof MillraceError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const shown = env.redact(
      reason.replaceAll(pathToFileURL(`${folder}/`).href, '').replaceAll(/\?load=[0-9a-f-]{36}/g, ''),
    )
    throw new MillraceError('CONFIG_FAILED', { place: thrownAt(folder, error), reason: shown.trim() }, error)
  }
}

/** The first line of a stack that lies in the project: frames are `file:///…/x.ts?load=…:3:5`, syntax errors `…:3`. */
function thrownAt(folder: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const [, url, line] of stack.matchAll(/(file:\/\/[^\s)?]+)(?:\?load=[0-9a-f-]{36})?:(\d+)/g)) {
    const path = fileURLToPath(url as string)
    if (path.startsWith(`${folder}/`)) return `${path.slice(folder.length + 1)}:${line}`
  }
  return fileName
}
