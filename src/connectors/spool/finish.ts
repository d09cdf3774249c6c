import { mkdir, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { FoundFile } from '../../sources/reader.ts'
import { describeFile } from '../files/glob.ts'

/**
 * Moves or deletes a file that was read; false where it has changed since, and is to be read on. It is set aside under
 * another name first: whoever writes to it by its name begins a new one.
 */
export async function finish(file: FoundFile, done: 'move' | 'delete', root: string): Promise<boolean> {
  if ((await describeFile(file.absolute, root))?.stamp !== file.stamp) return false
  const folder = dirname(file.absolute)
  const name = basename(file.absolute)
  const aside = done === 'move' ? await freeName(join(folder, 'done'), name) : join(folder, `.${name}.read`)
  await rename(file.absolute, aside)
  const { size, mtimeNs } = await stat(aside, { bigint: true })
  if (!file.stamp.startsWith(`${size}-${mtimeNs}-`)) {
    await rename(aside, file.absolute)
    return false
  }
  if (done === 'delete') await unlink(aside)
  return true
}

/** The name itself, or the first of `orders-2.txt`, `orders-3.txt`, … that is free. */
async function freeName(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const [, stem = name, ending = ''] = /^(.+?)((?:\.[^.]+)*)$/.exec(name) ?? []
  for (let count = 1; ; count++) {
    const path = join(folder, count === 1 ? name : `${stem}-${count}${ending}`)
    if ((await stat(path).catch(() => undefined)) === undefined) return path
  }
}
