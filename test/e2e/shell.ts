import { execFile, execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const { PATH = '' } = process.env

/** PATH as it is outside of npm scripts: what this machine has installed, without this project's own Node. */
export const machinePath = PATH.split(delimiter)
  .filter((folder) => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
  .join(delimiter)

/** PATH on which `node` is the one that runs these tests. */
export const currentPath = `${dirname(process.execPath)}${delimiter}${machinePath}`

/**
 * npm's own environment, which does not come along; but for whom it trusts: without the authorities that a machine names
 * it waits for its registry in vain.
 */
const ofNpm = /^(npm_(?!config_ca(file)?$)|NODE_ENV|NODE_OPTIONS|NODE_PATH|VITEST|INIT_CWD)/i

/** Runs a line of shell and waits for it. */
export function shell(
  line: string,
  { cwd, path, env = {} }: { readonly cwd: string; readonly path: string; readonly env?: Record<string, string> },
): Promise<Finished> {
  const own = Object.entries(process.env).filter(([name]) => !ofNpm.test(name))
  return new Promise((resolve) => {
    execFile(
      '/bin/sh',
      ['-c', line],
      {
        cwd,
        env: { ...Object.fromEntries(own), npm_config_loglevel: 'error', ...env, PATH: path },
        maxBuffer: 2 ** 28,
      },
      (error, stdout, stderr) => resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    )
  })
}

/** Copies what git would hand to a newcomer, with the changes that are not committed yet. */
export function cloneInto(folder: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const file of new Set(listed.split('\0')))
    if (file !== '') cpSync(join(root, file), join(folder, file), { recursive: true })
}

export const ownVersion = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
