import type { BigIntStats, Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { isAbsolute, join, matchesGlob, relative, resolve, sep } from 'node:path'
import { MillraceError } from '../../core/errors.ts'
import { mapLimit } from '../../core/map-limit.ts'
import type { FoundFile } from '../../sources/reader.ts'

const magic = /[*?[\]{}]/

/**
 * The files that globs name, in the order of their paths: `*`, `?`, `[…]`, `{a,b}` within a part of the path, `**` for
 * any depth of folders. Hidden names are matched only by a part that begins with a dot. A path without such signs names
 * one file, which has to be there: FILE_NOT_FOUND. What is there by the very name, signs and all, is meant. PERMISSION_DENIED names a folder that cannot be listed.
 */
export async function findFiles(globs: string | readonly string[], root: string): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>()
  for (const glob of [globs].flat()) for (const file of await findOne(glob, root)) found.set(file.path, file)
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function findOne(glob: string, root: string): Promise<readonly FoundFile[]> {
  const absolute = resolve(root, glob)
  const literal = await describeFile(absolute, root)
  if (literal) return [literal]
  if (!magic.test(glob)) throw new MillraceError('FILE_NOT_FOUND', { path: glob })
  const whole = absolute.split(sep).filter((part) => part !== '')
  let base: string = sep
  // a folder that is there by that very name is no pattern: `shop [2024]`
  while (whole.length > 1 && (!magic.test(whole[0] as string) || (await leadsToFolder(join(base, whole[0] as string)))))
    base = join(base, whole.shift() as string)
  const paths: string[] = []
  for (const choice of withoutBraces(whole.join(sep))) {
    const parts = choice.split(sep).filter((part) => part !== '')
    const fixed = parts.findIndex((part) => magic.test(part))
    const last = fixed < 0 ? parts.length - 1 : fixed
    paths.push(...(await walk(join(base, ...parts.slice(0, last)), parts.slice(last))))
  }
  const found = await mapLimit([...new Set(paths)].sort(), 16, (path) => describeFile(path, root))
  return found.filter((file) => file !== undefined)
}

/** The file at a path; undefined when there is none. FILE_UNREADABLE for a folder. */
export async function describeFile(absolute: string, root: string): Promise<FoundFile | undefined> {
  const path = recordedPath(absolute, root)
  const found = await statFile(absolute)
  if (found?.isDirectory())
    throw new MillraceError('FILE_UNREADABLE', { path, reason: `it is a folder; write ${path}/* for the files in it` })
  if (!found) return undefined
  return {
    path,
    absolute,
    sizeBytes: Number(found.size),
    stamp: `${found.size}-${found.mtimeNs}-${found.ctimeNs}-${found.ino}`,
    modifiedMs: Number(found.mtimeNs / 1_000_000n),
  }
}

/** `a{b,c/d}` → `ab`, `ac/d`: the choices may hold several parts of a path. */
function withoutBraces(glob: string): string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(glob)
  if (!match) return [glob]
  const [, before = '', choices = '', after = ''] = match
  return choices.split(',').flatMap((choice) => withoutBraces(`${before}${choice}${after}`))
}

async function statFile(absolute: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(absolute, { bigint: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw refused(absolute, error)
  }
}

function recordedPath(absolute: string, root: string): string {
  const inside = relative(root, absolute)
  return inside.startsWith('..') || isAbsolute(inside) ? absolute : inside.split(sep).join('/')
}

async function walk(folder: string, parts: readonly string[]): Promise<string[]> {
  const [part, ...rest] = parts
  if (part === undefined) return []
  const entries = await list(folder)
  const found: string[] = []
  if (part === '**' && rest.length > 0) found.push(...(await walk(folder, rest)))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const hidden = entry.name.startsWith('.') && !part.startsWith('.')
    if (hidden || !(part === '**' || matchesGlob(entry.name, part))) continue
    const isFolder = entry.isSymbolicLink() ? await leadsToFolder(path) : entry.isDirectory()
    if (!isFolder) {
      if (rest.length === 0) found.push(path)
    } else if (part === '**') found.push(...(entry.isSymbolicLink() ? [] : await walk(path, parts)))
    else found.push(...(await walk(path, rest)))
  }
  return found
}

async function leadsToFolder(path: string): Promise<boolean> {
  return (await statFile(path))?.isDirectory() ?? false
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw refused(folder, error)
  }
}

function refused(path: string, error: unknown): MillraceError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM')
    return new MillraceError('PERMISSION_DENIED', { operation: 'read', path }, error)
  return new MillraceError('FILE_UNREADABLE', { path, reason: message }, error)
}
