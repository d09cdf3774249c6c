import { dirname, sep } from 'node:path'
import { isError, MillraceError } from '../../core/errors.ts'
import type { Disk } from '../disk.ts'

/** The folders of a local store: made where they are missing, durable by name, and never outside of the root. */
export interface Folders {
  /** Makes a folder and all above it; resolves when their names survive a power cut. PATH_INVALID outside of the root. */
  ensure(folder: string): Promise<void>
  /** Makes the names in a folder durable. Calls that come while one is under way share the next. */
  sync(folder: string): Promise<void>
  /** The path without symbolic links, or undefined where nothing is there. PATH_INVALID when it leads out of the root. */
  inside(path: string): Promise<string | undefined>
  /** Makes a folder that something else has made no more open than the one above it. */
  close(folder: string): Promise<void>
  /** The folders from the one of this file up to the root. */
  above(file: string): readonly string[]
}

export function localFolders(root: string, disk: Disk): Folders {
  /** Folders whose names this process has synced. Others may stand in the page cache only: a process died before. */
  const durable = new Set<string>()
  const waiting = new Map<string, Promise<void>>()
  const latest = new Map<string, Promise<void>>()
  let realRoot: string | undefined

  async function ensure(folder: string): Promise<void> {
    if (durable.has(folder) && (await disk.stat(folder))?.kind === 'folder') return
    if (folder === root) await makeRoot()
    else {
      await ensure(dirname(folder))
      await disk.makeFolder(folder)
      await inside(folder)
      await sync(dirname(folder))
    }
    durable.add(folder)
  }

  async function makeRoot(): Promise<void> {
    const made = await makeOutside(root)
    try {
      await sync(dirname(root))
    } catch (error) {
      // a root that was given to us may stand in a folder that we cannot read; it is not ours to sync then
      if (made === 'created' || !isError(error, 'PERMISSION_DENIED')) throw error
    }
  }

  /** Folders that lead to the root have no bound to stay in; one that is there is left as it is. */
  async function makeOutside(folder: string): Promise<'created' | 'exists'> {
    if (await disk.realPath(folder)) return 'exists'
    const parent = dirname(folder)
    if ((await makeOutside(parent)) === 'created') await sync(dirname(parent))
    return disk.makeFolder(folder)
  }

  async function inside(path: string): Promise<string | undefined> {
    realRoot ??= await disk.realPath(root)
    const real = await disk.realPath(path)
    if (real === undefined || real === realRoot || real.startsWith(`${realRoot}${sep}`)) return real
    throw new MillraceError('PATH_INVALID', { path, reason: 'a symbolic link in it leads out of the store' })
  }

  async function sync(folder: string): Promise<void> {
    const shared = waiting.get(folder)
    if (shared !== undefined) return shared
    const next = syncAfter(latest.get(folder), folder)
    waiting.set(folder, next)
    latest.set(folder, next)
    return next
  }

  /** A sync under way may have begun before a caller's change, so the change waits for one that begins later. */
  async function syncAfter(before: Promise<void> | undefined, folder: string): Promise<void> {
    await before?.catch(() => undefined)
    waiting.delete(folder)
    await disk.syncFolder(folder)
  }

  async function close(folder: string): Promise<void> {
    if (folder === root) return
    const [own, upper] = [await disk.stat(folder), await disk.stat(dirname(folder))]
    if (own && upper && (own.mode & ~upper.mode) !== 0) await disk.setMode(folder, own.mode & upper.mode)
  }

  function above(file: string): readonly string[] {
    const folders = [dirname(file)]
    for (let at = dirname(file); at !== root; at = dirname(at)) folders.push(dirname(at))
    return folders
  }

  return { ensure, sync, inside, close, above }
}
