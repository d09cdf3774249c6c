import type { Disk, DiskFile } from '../../src/storage/disk.ts'

/** A call of the disk seam. `write` and `syncFile` of an open file bear the path that it was opened by. */
export interface DiskCall {
  readonly name: keyof Disk | 'write'
  readonly path: string
  /** The new name of `rename` and `link`. */
  readonly to?: string
  /** Of `write`. */
  readonly bytes?: Uint8Array
}

/** Calls that leave a trace on the disk, and those that make traces durable. */
const changing: readonly DiskCall['name'][] = [
  'open',
  'write',
  'makeFolder',
  'rename',
  'link',
  'unlink',
  'truncate',
  'setMode',
  'syncFile',
  'syncFolder',
]

export function changes(call: DiskCall): boolean {
  return changing.includes(call.name)
}

/**
 * Stands before every call of a disk: it may carry it out, or not, or a part of it (`perform` with fewer bytes, for
 * `write`), and may throw.
 */
export type Intercept = <Result>(call: DiskCall, perform: (bytes?: Uint8Array) => Promise<Result>) => Promise<Result>

/** A disk all of whose calls go through `intercept`, but for `close`. */
export function interceptedDisk(disk: Disk, intercept: Intercept): Disk {
  return {
    async open(path, how) {
      const file = await intercept({ name: 'open', path }, () => disk.open(path, how))
      return interceptedFile(file, path, intercept)
    },
    readRange: (path, range) => intercept({ name: 'readRange', path }, () => disk.readRange(path, range)),
    async openReader(path) {
      const reader = await intercept({ name: 'openReader', path }, () => disk.openReader(path))
      return {
        read: (start, end) => intercept({ name: 'readRange', path }, () => reader.read(start, end)),
        [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
      }
    },
    stat: (path) => intercept({ name: 'stat', path }, () => disk.stat(path)),
    readFolder: (path) => intercept({ name: 'readFolder', path }, () => disk.readFolder(path)),
    realPath: (path) => intercept({ name: 'realPath', path }, () => disk.realPath(path)),
    makeFolder: (path) => intercept({ name: 'makeFolder', path }, () => disk.makeFolder(path)),
    rename: (path, to) => intercept({ name: 'rename', path, to }, () => disk.rename(path, to)),
    link: (path, to) => intercept({ name: 'link', path, to }, () => disk.link(path, to)),
    unlink: (path) => intercept({ name: 'unlink', path }, () => disk.unlink(path)),
    truncate: (path, sizeBytes) => intercept({ name: 'truncate', path }, () => disk.truncate(path, sizeBytes)),
    syncFile: (path) => intercept({ name: 'syncFile', path }, () => disk.syncFile(path)),
    syncFolder: (path) => intercept({ name: 'syncFolder', path }, () => disk.syncFolder(path)),
    setMode: (path, mode) => intercept({ name: 'setMode', path }, () => disk.setMode(path, mode)),
    freeBytes: (path) => intercept({ name: 'freeBytes', path }, () => disk.freeBytes(path)),
  }
}

function interceptedFile(file: DiskFile, path: string, intercept: Intercept): DiskFile {
  const write = (bytes: Uint8Array) =>
    intercept({ name: 'write', path, bytes }, (part: Uint8Array = bytes) => file.write(part))
  const sync = () => intercept({ name: 'syncFile', path }, () => file.sync())
  return {
    write,
    sync,
    // two steps: the power may go, and either may fail, in between
    async writeSynced(bytes) {
      await write(bytes)
      await sync()
    },
    close: () => file.close(),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** A disk that does one call after the other, for operations with work beside them: what is durable is told between calls. */
export function oneByOne(disk: Disk): Disk {
  let last: Promise<unknown> = Promise.resolve()
  return interceptedDisk(disk, (_, perform) => {
    const done = last.then(() => perform())
    last = done.catch(() => undefined)
    return done
  })
}
