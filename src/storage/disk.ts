import { constants, type Stats, writeSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { MillraceError } from '../core/errors.ts'
import { Pace } from './pace.ts'

/** What lies at a path; a symbolic link is not followed. */
export interface DiskEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly sizeBytes: number
  readonly modifiedMs: number
  /** The permission bits: 0o700. */
  readonly mode: number
}

/** A file under way. Its bytes survive a power cut once `sync` has resolved; its name does once its folder is synced. */
export interface DiskFile extends AsyncDisposable {
  /** Appends all of the bytes. After a failure the file may hold any part of them. */
  write(bytes: Uint8Array): Promise<void>
  /** fdatasync. After a failure the file is never synced again: what it holds is unknown. */
  sync(): Promise<void>
  /**
   * `write` and `sync`, in one call of the system where there is one: on a busy machine each call waits for its turn. A few
   * bytes on a quick disk are there when this returns.
   */
  writeSynced(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** A file that many parts are read of, one after the other or at once. It stays readable when its name is gone. */
export interface DiskReader extends AsyncDisposable {
  /** Bytes `start` to `end` (exclusive), as many of them as there are. */
  read(start: number, end: number): Promise<Uint8Array>
}

/**
 * The calls of `node:fs` that promise something, and what must stand beside them. Everything durable goes through this
 * seam, so that one faulty disk and one power cut test all of it. Paths are absolute.
 *
 * Failures are coded: OBJECT_NOT_FOUND, PERMISSION_DENIED, DISK_FULL, PATH_INVALID (a name too long, a file where a
 * folder is needed), else STORE_UNREACHABLE with the system's own words.
 */
export interface Disk {
  /** `new`: a file that is not there yet, mode 0600. `append`: one that is. */
  open(path: string, how: 'new' | 'append'): Promise<DiskFile>
  /** Bytes `start` to `end` (exclusive), as many of them as there are. */
  readRange(path: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array>
  /** For many parts of one file: one call of the system each, where `readRange` takes four. */
  openReader(path: string): Promise<DiskReader>
  stat(path: string): Promise<DiskEntry | undefined>
  /** Names and kinds in a folder, in no order; nothing when it is not there. */
  readFolder(path: string): Promise<readonly { readonly name: string; readonly kind: DiskEntry['kind'] }[]>
  /** The path with every symbolic link resolved. */
  realPath(path: string): Promise<string | undefined>
  /** A folder of mode 0700 whose parent is there; `exists` when it was there before. */
  makeFolder(path: string): Promise<'created' | 'exists'>
  /** Replaces `to` in one step; `other-device`, and nothing done, when they lie on two file systems. */
  rename(from: string, to: string): Promise<'renamed' | 'other-device'>
  /** A second name for a file; `exists`, and nothing done, when `to` is taken. */
  link(from: string, to: string): Promise<'created' | 'exists'>
  /** OBJECT_NOT_FOUND when there is nothing to unlink. */
  unlink(path: string): Promise<void>
  truncate(path: string, sizeBytes: number): Promise<void>
  /** fdatasync of a file that something else has written; its mode becomes 0600. */
  syncFile(path: string): Promise<void>
  /** fsync of a folder: the names in it, new and gone, survive a power cut. */
  syncFolder(path: string): Promise<void>
  setMode(path: string, mode: number): Promise<void>
  /** What the file system of this path has left for this user. */
  freeBytes(path: string): Promise<number>
}

/** The machine's own disk. */
export function nodeDisk(): Disk {
  return {
    async open(path, how) {
      const flags =
        how === 'new' ? 'wx' : constants.O_WRONLY | constants.O_APPEND | (writesSync ? constants.O_DSYNC : 0)
      const handle = await coded('create', path, fs.open(path, flags, 0o600))
      return diskFile(path, handle, how === 'append' && writesSync)
    },
    async readRange(path, range) {
      return coded('read', path, range ? readPart(path, range) : fs.readFile(path))
    },
    async openReader(path) {
      const handle = await coded('read', path, fs.open(path, 'r'))
      return {
        read: (start, end) => coded('read', path, fill(handle, start, new Uint8Array(Math.max(0, end - start)))),
        [Symbol.asyncDispose]: () => coded('close', path, handle.close()),
      }
    },
    async stat(path) {
      const stats = await orMissing('look at', path, fs.lstat(path))
      return (
        stats && { kind: kindOf(stats), sizeBytes: stats.size, modifiedMs: stats.mtimeMs, mode: stats.mode & 0o777 }
      )
    },
    async readFolder(path) {
      const entries = await orMissing('list', path, fs.readdir(path, { withFileTypes: true }))
      return (entries ?? []).map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
    },
    async realPath(path) {
      return orMissing('look at', path, fs.realpath(path))
    },
    async makeFolder(path) {
      const made = fs.mkdir(path, 0o700).then(() => 'created' as const)
      return answered<'created' | 'exists'>('create', path, made, { EEXIST: 'exists' })
    },
    async rename(from, to) {
      const renamed = fs.rename(from, to).then(() => 'renamed' as const)
      return answered<'renamed' | 'other-device'>('write', to, renamed, { EXDEV: 'other-device' })
    },
    async link(from, to) {
      const linked = fs.link(from, to).then(() => 'created' as const)
      return answered<'created' | 'exists'>('write', to, linked, { EEXIST: 'exists' })
    },
    async unlink(path) {
      await coded('delete', path, fs.unlink(path))
    },
    async truncate(path, sizeBytes) {
      await coded('write', path, fs.truncate(path, sizeBytes))
    },
    async syncFile(path) {
      await using file = await coded('sync', path, fs.open(path, 'r+'))
      await coded('sync', path, file.chmod(0o600))
      await coded('sync', path, file.datasync())
    },
    async syncFolder(path) {
      await using folder = await coded('sync', path, fs.open(path, constants.O_RDONLY | constants.O_DIRECTORY))
      await coded('sync', path, folder.sync())
    },
    async setMode(path, mode) {
      await coded('change', path, fs.chmod(path, mode))
    },
    async freeBytes(path) {
      const { bavail, bsize } = await coded('look at', path, fs.statfs(path))
      return bavail * bsize
    },
  }
}

/** Where O_DSYNC is what fdatasync is. On macOS it leaves the bytes in the cache of the drive. */
const writesSync = process.platform === 'linux'

/** As many bytes as a disk takes in about the time that it takes to answer. */
const fewBytes = 64 * 1024

/** `isSynced`: each write of it is. */
function diskFile(path: string, handle: fs.FileHandle, isSynced: boolean): DiskFile {
  const close = (): Promise<void> => coded('close', path, handle.close())
  const write = (bytes: Uint8Array): Promise<void> => coded('write', path, writeAll(handle, bytes))
  const sync = (): Promise<void> => coded('sync', path, handle.datasync())
  const pace = new Pace()
  return {
    write,
    sync,
    async writeSynced(bytes) {
      if (!isSynced) {
        await write(bytes)
        return sync()
      }
      const startedMs = performance.now()
      const isWaitedFor = pace.isQuick && bytes.byteLength <= fewBytes
      await (isWaitedFor ? coded('write', path, writeAllNow(handle, bytes)) : write(bytes))
      if (bytes.byteLength <= fewBytes) pace.took(performance.now() - startedMs)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** One write may take only a part of the bytes: a signal came, or the disk is almost full. */
async function writeAll(handle: fs.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.byteLength; ) from += (await handle.write(bytes, from)).bytesWritten
}

/** The same, before it returns. */
async function writeAllNow({ fd }: fs.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.byteLength; ) from += writeSync(fd, bytes, from)
}

async function readPart(path: string, { start, end }: { start: number; end: number }): Promise<Uint8Array> {
  await using file = await fs.open(path, 'r')
  const size = Math.min(end, (await file.stat()).size) - start
  return fill(file, start, new Uint8Array(Math.max(0, size)))
}

/** As many bytes from `start` on as there are and as there is room for. */
async function fill(file: fs.FileHandle, start: number, bytes: Uint8Array): Promise<Uint8Array> {
  let filled = 0
  while (filled < bytes.byteLength) {
    const { bytesRead } = await file.read(bytes, filled, bytes.byteLength - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

function kindOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): DiskEntry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

/** The result of a call, or undefined where there is nothing at the path. */
async function orMissing<Result>(operation: string, path: string, call: Promise<Result>): Promise<Result | undefined> {
  return answered(operation, path, call, { ENOENT: undefined, ENOTDIR: undefined })
}

async function coded<Result>(operation: string, path: string, call: Promise<Result>): Promise<Result> {
  return answered(operation, path, call, {})
}

/** The result of a call, where some of the system's errors are answers and the others become Millrace's. */
async function answered<Result>(
  operation: string,
  path: string,
  call: Promise<Result>,
  answers: Readonly<Record<string, Result>>,
): Promise<Result> {
  try {
    return await call
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code in answers) return answers[code] as Result
    throw diskError(error, operation, path)
  }
}

/** A failure of `node:fs` in Millrace's words; any other error as it is. */
export function diskError(error: unknown, operation: string, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof MillraceError || typeof code !== 'string' || code.startsWith('ERR_')) return error
  switch (code) {
    case 'ENOENT':
      return new MillraceError('OBJECT_NOT_FOUND', { path }, error)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new MillraceError('PERMISSION_DENIED', { operation, path }, error)
    case 'ENOSPC':
    case 'EDQUOT':
      return new MillraceError('DISK_FULL', { path }, error)
    case 'ENAMETOOLONG':
      return new MillraceError('PATH_INVALID', { path, reason: 'a name in it is too long for the disk' }, error)
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ELOOP':
      return new MillraceError('PATH_INVALID', { path, reason: 'a file and a folder of it are mixed up' }, error)
    default:
      return new MillraceError('STORE_UNREACHABLE', { operation, path, reason: message }, error)
  }
}
