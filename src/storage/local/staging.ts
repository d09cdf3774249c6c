import { randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Disk } from '../disk.ts'
import { stagingFolder } from '../paths.ts'

/** After this time a staged file belongs to no writer any more, but to one that was killed. */
const abandonedAfterMs = 24 * 60 * 60 * 1000

/** Where files are made whole before they get their name: a folder of the store, as link and rename need one disk. */
export interface Staging {
  /** A new file with these bytes, which survive a power cut. Failed, it leaves no file behind that it could delete. */
  write(body: Uint8Array | Readable, signal: AbortSignal | undefined): Promise<string>
  /** Deletes a staged file; failing to is no error. */
  discard(file: string): Promise<void>
}

/** `ensureRoot` is called before the first file. */
export function localStaging(root: string, disk: Disk, ensureRoot: () => Promise<void>): Staging {
  const folder = join(root, stagingFolder)
  let swept = false

  async function write(body: Uint8Array | Readable, signal: AbortSignal | undefined): Promise<string> {
    await ensureRoot()
    await disk.makeFolder(folder)
    const path = join(folder, randomUUID())
    try {
      await fill(path, body, signal)
    } catch (error) {
      await discard(path)
      throw error
    }
    if (!swept) await sweep(path)
    swept = true
    return path
  }

  async function fill(path: string, body: Uint8Array | Readable, signal: AbortSignal | undefined): Promise<void> {
    await using file = await disk.open(path, 'new')
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      signal?.throwIfAborted()
      await file.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    }
    signal?.throwIfAborted()
    await file.sync()
  }

  async function discard(file: string): Promise<void> {
    try {
      await disk.unlink(file)
    } catch {
      // what is left is deleted by a later sweep
    }
  }

  /** Deletes what killed processes left. Ages are told by the disk's own clock: the time of a file made just now. */
  async function sweep(fresh: string): Promise<void> {
    const now = (await disk.stat(fresh))?.modifiedMs ?? 0
    for (const { name } of await disk.readFolder(folder)) {
      const left = await disk.stat(join(folder, name))
      if (name !== basename(fresh) && left && left.modifiedMs < now - abandonedAfterMs)
        await discard(join(folder, name))
    }
  }

  return { write, discard }
}
