import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { isError, MillraceError } from '../core/errors.ts'
import { localStore } from './local-store.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from './own-file.ts'
import type { ObjectStore } from './store.ts'

/** The right to write, until it is closed or the process ends, however it ends. */
export interface Lock extends AsyncDisposable {
  close(): Promise<void>
}

/** Who holds the lock, for people; the lock itself is the operating system's. */
const holderFile: OwnFileKind<{ readonly pid: number; readonly command: string }> = {
  format: 1,
  content: z.object({ pid: z.number(), command: z.string() }),
}

/** Another holder that is just ending is waited for this long. */
const patienceMs = 250

/**
 * Takes the one lock of a folder, which is made if need be: an open exclusive transaction on an empty SQLite file, so
 * that kill -9 frees it. `command` is what a second one is told. PROJECT_LOCKED names the holder's process and command.
 */
export async function holdLock(folder: string, command: string): Promise<Lock> {
  const store = localStore(folder)
  const file = join(folder, 'lock.db')
  const holder = { pid: process.pid, command }
  // a file that is there is not opened: to close it would free the lock that this same process may hold on it
  await store.put('lock.db', new Uint8Array(0), { ifAbsent: true })
  const database = new DatabaseSync(file)
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`)
    database.exec('BEGIN EXCLUSIVE')
    await writeOwnFile(store, 'holder.json', holderFile, holder)
  } catch (error) {
    database.close()
    throw await lockError(error, store, folder, file)
  }
  const close = async (): Promise<void> => {
    if (database.isOpen) database.close()
  }
  return { close, [Symbol.asyncDispose]: close }
}

async function lockError(error: unknown, store: ObjectStore, folder: string, file: string): Promise<unknown> {
  const { errcode } = error as { readonly errcode?: number }
  if (errcode === undefined) return error
  const busy = (errcode & 0xff) === 5 // SQLITE_BUSY, https://sqlite.org/rescode.html
  if (!busy) return lockFault(error as SqliteError, file)
  const holder = await readHolder(store)
  return new MillraceError('PROJECT_LOCKED', { dir: folder, pid: holder.pid, command: holder.command }, error)
}

async function readHolder(store: ObjectStore): Promise<{ readonly pid: number | string; readonly command: string }> {
  try {
    const holder = await readOwnFile(store, 'holder.json', holderFile)
    if (holder) return holder
  } catch (error) {
    if (!isError(error, 'FILE_DAMAGED') && !isError(error, 'FORMAT_TOO_NEW')) throw error
  }
  return { pid: 'unknown', command: 'another millrace' }
}

export interface SqliteError extends Error {
  readonly errcode: number
}

/** What SQLite says of the lock’s file: DISK_FULL, else STATE_CORRUPT. */
export function lockFault(error: SqliteError, file: string): MillraceError {
  const isFull = (error.errcode & 0xff) === 13 // SQLITE_FULL
  return isFull
    ? new MillraceError('DISK_FULL', { path: file }, error)
    : new MillraceError('STATE_CORRUPT', { file, reason: error.message }, error)
}
