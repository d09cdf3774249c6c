import { createReadStream } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { isError, MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import { type Disk, type DiskEntry, nodeDisk } from './disk.ts'
import { localFolders } from './local/folders.ts'
import { localList } from './local/list.ts'
import { localStaging } from './local/staging.ts'
import { checkPath, compareUtf8 } from './paths.ts'
import type { ObjectStore, PutOutcome } from './store.ts'

/** Files that are synced at a time. */
const syncsAtOnce = 8

/** Failures of a call that say that it did nothing. After any other, what it did is unknown. */
const refusals = ['DISK_FULL', 'PERMISSION_DENIED', 'OBJECT_NOT_FOUND', 'PATH_INVALID'] as const

/**
 * A folder as a store; it and the folders above it are made by the first `put`. An object is written under another
 * name, synced, and gets its own by link (if absent) or rename; then the folder is synced, and so is every folder up to
 * the root that this process has not synced before. Symbolic links are followed as long as they stay within the root,
 * and are not listed.
 */
export function localStore(root: string, disk: Disk = nodeDisk()): ObjectStore {
  const top = resolve(root)
  const folders = localFolders(top, disk)
  const staging = localStaging(top, disk, () => folders.ensure(top))

  function locate(path: string): string {
    checkPath(path)
    return join(top, path)
  }

  /** Gives a staged file its name if no object has it. */
  async function linkNew(staged: string, target: string): Promise<PutOutcome> {
    try {
      if ((await disk.link(staged, target)) === 'exists') return 'exists'
    } catch (error) {
      if (refusals.some((code) => isError(error, code))) throw error
      return 'unknown'
    }
    try {
      await folders.sync(dirname(target))
    } catch {
      return 'unknown'
    }
    return 'created'
  }

  async function put(
    path: string,
    body: Uint8Array | Readable,
    { ifAbsent = false, signal }: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<PutOutcome> {
    const target = locate(path)
    signal?.throwIfAborted()
    await folders.ensure(dirname(target))
    const staged = await staging.write(body, signal)
    if (ifAbsent) {
      try {
        return await linkNew(staged, target)
      } finally {
        await staging.discard(staged)
      }
    }
    try {
      await disk.rename(staged, target)
    } catch (error) {
      await staging.discard(staged)
      throw error
    }
    await folders.sync(dirname(target))
    return 'created'
  }

  /** The real path and entry of what lies there, or undefined. */
  async function look(path: string): Promise<(DiskEntry & { readonly real: string }) | undefined> {
    const real = await folders.inside(path)
    const entry = real === undefined ? undefined : await disk.stat(real)
    return entry && real !== undefined ? { ...entry, real } : undefined
  }

  return {
    can: { putIfAbsent: true, orderedList: true, local: true },
    put,
    list: localList(top, disk, folders),
    async head(path, signal) {
      signal?.throwIfAborted()
      const entry = await look(locate(path))
      if (entry?.kind !== 'file') return undefined
      return { path, sizeBytes: entry.sizeBytes, modifiedMs: entry.modifiedMs }
    },
    async read(path, range, signal) {
      signal?.throwIfAborted()
      const entry = await look(locate(path))
      if (entry?.kind !== 'file') throw new MillraceError('OBJECT_NOT_FOUND', { path: locate(path) })
      return disk.readRange(entry.real, range)
    },
    async putFile(path, file, signal) {
      const target = locate(path)
      signal?.throwIfAborted()
      await folders.ensure(dirname(target))
      await disk.syncFile(file)
      if ((await disk.rename(file, target)) === 'renamed') return folders.sync(dirname(target))
      await put(path, createReadStream(file), signal && { signal })
      await disk.unlink(file)
    },
    async sync(paths, signal) {
      const files = paths.map(locate)
      await folders.ensure(top)
      await mapLimit(files, syncsAtOnce, async (file) => {
        signal?.throwIfAborted()
        if (!(await folders.inside(file))) throw new MillraceError('OBJECT_NOT_FOUND', { path: file })
        await disk.syncFile(file)
      })
      const all = [...new Set(files.flatMap((file) => folders.above(file)))].sort(compareUtf8)
      for (const folder of all) await folders.close(folder)
      await mapLimit(all, syncsAtOnce, (folder) => folders.sync(folder))
    },
    async delete(path, signal) {
      const target = locate(path)
      signal?.throwIfAborted()
      if ((await look(dirname(target)))?.kind !== 'folder') return
      try {
        await disk.unlink(target)
      } catch (error) {
        if (!isError(error, 'OBJECT_NOT_FOUND')) throw error
      }
      await folders.sync(dirname(target))
    },
    localPath: locate,
    async close() {},
  }
}
