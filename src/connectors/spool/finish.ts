import { createHash } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MillraceError } from '../../core/errors.ts'
import type { FoundFile } from '../../sources/reader.ts'
import type { Disk } from '../../storage/disk.ts'
import { describeFile } from '../files/glob.ts'
import { inodeOf } from './complete.ts'

/** What becomes of files that were read to their end. */
export interface Finishing {
  readonly done: 'move' | 'delete'
  /** The project's folder. */
  readonly root: string
  readonly disk: Disk
}

/** A file as it was when it was read to its end. */
export type ReadFile = Pick<FoundFile, 'path' | 'absolute' | 'stamp'>

/**
 * Moves or deletes a file that was read, so that it survives a power cut; false where it has changed since, and is to be
 * read on. It is set aside under another name first: whoever writes to it by its name begins a new one.
 */
export async function finish(file: ReadFile, how: Finishing): Promise<boolean> {
  if ((await describeFile(file.absolute, how.root))?.stamp !== file.stamp) return false
  await how.disk.rename(file.absolute, asideOf(file.absolute))
  return finishAside(file, how)
}

/**
 * The same from there on, also for what a process that was killed has set aside: what lies under that name is the file
 * that was read where it is the same inode. SPOOL_NAME_TAKEN.
 */
export async function finishAside({ path, absolute, stamp }: ReadFile, how: Finishing): Promise<boolean> {
  const { done, root, disk } = how
  const aside = asideOf(absolute)
  const folder = dirname(aside)
  const moved = join(folder, 'done')
  const left = await describeFile(aside, root)
  if (left && inodeOf(left.stamp) === inodeOf(stamp)) {
    if (contentOf(left.stamp) !== contentOf(stamp)) {
      if (await describeFile(absolute, root)) throw new MillraceError('SPOOL_NAME_TAKEN', { path, aside: left.path })
      await disk.rename(aside, absolute)
      return false
    }
    if (done === 'delete') await disk.unlink(aside)
    else {
      const to = await freeName(moved, basename(absolute))
      if ((await disk.rename(aside, to)) === 'other-device')
        throw new MillraceError('STORE_UNREACHABLE', { operation: 'move', path: to, reason: 'it is another disk' })
    }
  }
  // a killed process may have come to all but this; the new name first, that a file has one
  for (const each of done === 'move' ? [moved, folder] : [folder])
    if (await disk.stat(each)) await disk.syncFolder(each)
  return true
}

/** Bytes that file systems let a name have. */
const longestName = 255

/** A hidden name that says which file it is of; where that would be too long, by its digest. */
function asideOf(absolute: string): string {
  const name = basename(absolute)
  const aside = `.${name}.read`
  const short = `.${createHash('sha256').update(name).digest('hex')}.read`
  return join(dirname(absolute), Buffer.byteLength(aside) > longestName ? short : aside)
}

/** Size and time of the last write; a rename changes what follows. */
function contentOf(stamp: string): string {
  return stamp.split('-', 2).join('-')
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
