import { mkdir, mkdtemp, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import { diskError } from './disk.ts'

/**
 * Gives a file that a person named its new content, whole or not at all: `write` makes a file in the folder that it is
 * given and answers with its name there. Folders that lead to the file are made; a symbolic link stays one. USAGE for
 * what is no file (a folder, a device, a pipe), which a rename would take away; else the codes of a `Disk`.
 */
export async function replaceFile(path: string, write: (folder: string) => Promise<string>): Promise<void> {
  const target = await coded('write', path, targetOf(path))
  await coded('create', dirname(target), mkdir(dirname(target), { recursive: true }))
  const folder = await coded('create', target, mkdtemp(join(dirname(target), `.${basename(target)}-`)))
  try {
    const written = await coded('write', target, write(folder))
    await coded('write', target, rename(join(folder, written), target))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    const real = await realpath(path)
    if ((await stat(real)).isFile()) return real
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw error
  }
  throw new MillraceError('USAGE', {
    reason: `${path} is there and is no file`,
    hint: 'name a file; without -o rows go to stdout, and from there anywhere',
  })
}

async function coded<Result>(operation: string, path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw diskError(error, operation, path)
  }
}
