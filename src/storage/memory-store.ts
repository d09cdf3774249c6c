import { readFile, unlink } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { MillraceError } from '../core/errors.ts'
import { diskError } from './disk.ts'
import { checkPath, compareUtf8 } from './paths.ts'
import type { ObjectInfo, ObjectStore } from './store.ts'

/** A store in memory, gone with the process. `now` gives the times of its objects. */
export function memoryStore(now: () => number = Date.now): ObjectStore {
  const objects = new Map<string, { readonly info: ObjectInfo; readonly bytes: Uint8Array }>()

  function set(path: string, bytes: Uint8Array): void {
    objects.set(path, { info: { path, sizeBytes: bytes.byteLength, modifiedMs: now() }, bytes })
  }

  return {
    can: { putIfAbsent: true, orderedList: true, local: false },
    async head(path, signal) {
      checkPath(path)
      signal?.throwIfAborted()
      return objects.get(path)?.info
    },
    async read(path, range, signal) {
      checkPath(path)
      signal?.throwIfAborted()
      const object = objects.get(path)
      if (!object) throw new MillraceError('OBJECT_NOT_FOUND', { path })
      return object.bytes.slice(range?.start, range?.end)
    },
    async *list(prefix, { after, signal } = {}) {
      if (prefix.includes('/')) checkPath(prefix.slice(0, prefix.lastIndexOf('/')))
      const paths = [...objects.keys()].filter(
        (path) => path.startsWith(prefix) && (after === undefined || compareUtf8(path, after) > 0),
      )
      for (const path of paths.sort(compareUtf8)) {
        signal?.throwIfAborted()
        const object = objects.get(path)
        if (object) yield object.info
      }
    },
    async put(path, body, { ifAbsent = false, signal } = {}) {
      checkPath(path)
      signal?.throwIfAborted()
      const bytes = body instanceof Uint8Array ? body.slice() : new Uint8Array(await buffer(body))
      signal?.throwIfAborted()
      if (ifAbsent && objects.has(path)) return 'exists'
      set(path, bytes)
      return 'created'
    },
    async putFile(path, file, signal) {
      checkPath(path)
      signal?.throwIfAborted()
      try {
        set(path, await readFile(file))
        await unlink(file)
      } catch (error) {
        throw diskError(error, 'read', file)
      }
    },
    async sync(paths) {
      for (const path of paths) checkPath(path)
    },
    async delete(path, signal) {
      checkPath(path)
      signal?.throwIfAborted()
      objects.delete(path)
    },
    async close() {},
  }
}
