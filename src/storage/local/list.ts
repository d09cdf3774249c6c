import { join } from 'node:path'
import { mapLimit } from '../../core/map-limit.ts'
import type { Disk } from '../disk.ts'
import { checkPath, compareUtf8, stagingFolder } from '../paths.ts'
import type { ObjectInfo, ObjectStore } from '../store.ts'
import type { Folders } from './folders.ts'

/** Entries of a folder that are looked at together. */
const chunk = 64

/**
 * Lists in the order of the UTF-8 bytes of the paths: a folder sorts by its name with the `/` that its paths have there,
 * so that `a.b` comes before `a/b`. Folders without a path that is asked for are not opened, files not looked at.
 */
export function localList(root: string, disk: Disk, folders: Folders): ObjectStore['list'] {
  return async function* (prefix, { after, signal } = {}) {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    if (folder !== '') checkPath(folder.slice(0, -1))
    if (await folders.inside(join(root, folder))) yield* walk(folder)

    /** `at` is empty, or a folder's path with a `/` at its end. */
    async function* walk(at: string): AsyncGenerator<ObjectInfo> {
      signal?.throwIfAborted()
      const paths = (await disk.readFolder(join(root, at)))
        .filter(({ kind }) => kind === 'file' || kind === 'folder')
        .map(({ name, kind }) => `${at}${name}${kind === 'folder' ? '/' : ''}`)
        .filter((path) => path !== `${stagingFolder}/` && isAsked(path))
        .sort(compareUtf8)
      for (let from = 0; from < paths.length; from += chunk) {
        const looked = await mapLimit(paths.slice(from, from + chunk), 8, async (path) => ({
          path,
          entry: path.endsWith('/') ? undefined : await disk.stat(join(root, path)),
        }))
        for (const { path, entry } of looked) {
          if (path.endsWith('/')) yield* walk(path)
          else if (entry) yield { path, sizeBytes: entry.sizeBytes, modifiedMs: entry.modifiedMs }
        }
      }
    }

    function isAsked(path: string): boolean {
      if (path.endsWith('/')) {
        if (!path.startsWith(prefix) && !prefix.startsWith(path)) return false
        return after === undefined || after.startsWith(path) || compareUtf8(path, after) > 0
      }
      return path.startsWith(prefix) && (after === undefined || compareUtf8(path, after) > 0)
    }
  }
}
