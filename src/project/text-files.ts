import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { MillraceError } from '../core/errors.ts'

/** A file that a person wrote, of a folder of the project. */
export interface TextFile {
  /** Relative to the project, with `/`. */
  readonly file: string
  readonly text: string
}

const most = { files: 2000, bytes: 1_000_000, depth: 16 }

/**
 * The files of a folder of the project and of those in it, in the order of their paths; those whose names begin with a
 * dot, or end otherwise, are no part of it. A folder that is not there has none. MODEL_FILE_REFUSED for links that lead
 * out of the project, files that are too large or no UTF-8, and too many of them.
 */
export async function textFiles(
  project: string,
  folder: string,
  endings: readonly string[],
): Promise<readonly TextFile[]> {
  const root = await realpath(project)
  const found: string[] = []
  const top = await stat(join(root, folder)).catch(() => undefined)
  if (top?.isFile()) throw refused(folder, 'it is a file, and should be a folder')
  const visit = async (path: string, depth: number): Promise<void> => {
    const real = await inside(root, path)
    if (real === undefined) return
    if (depth > most.depth)
      throw refused(path, `folders lie more than ${most.depth} deep, or lead back into themselves`)
    const held = await stat(join(root, path))
    if (!held.isDirectory()) {
      if (endings.some((ending) => path.endsWith(ending)) && held.isFile()) found.push(path)
      if (found.length > most.files) throw refused(folder, `it holds more than ${most.files} files`)
      return
    }
    for (const name of (await readdir(join(root, path))).sort())
      if (!name.startsWith('.')) await visit(`${path}/${name}`, depth + 1)
  }
  await visit(folder, 0)
  return Promise.all(found.map(async (file) => ({ file, text: await textOf(root, file) })))
}

/** Where a path leads, undefined where there is nothing. */
async function inside(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path))
    if (relative(root, real).split(sep)[0] === '..') throw refused(path, 'it is a link that leads out of the project')
    return real
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && !path.includes('/')) return undefined
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP'))
      throw refused(path, 'it is a link that leads nowhere')
    throw error
  }
}

async function textOf(root: string, file: string): Promise<string> {
  const { size } = await stat(join(root, file))
  if (size > most.bytes) throw refused(file, `it has ${size} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(join(root, file)))
  } catch (error) {
    if (error instanceof TypeError) throw refused(file, 'it is not UTF-8', error)
    throw error
  }
}

function refused(file: string, reason: string, cause?: unknown): MillraceError {
  return new MillraceError('MODEL_FILE_REFUSED', { file, reason }, cause)
}
