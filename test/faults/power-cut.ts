import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Disk } from '../../src/storage/disk.ts'
import { changes, type DiskCall, interceptedDisk } from './calls.ts'

/** What a power cut may leave of all that was done after the last successful sync. */
export const leftovers = [
  /** Nothing: names as of their folder's last sync, bytes as of their file's. */
  'nothing',
  /** The names, but not the bytes: files that were never synced are empty. */
  'names',
  /** The bytes, but not the names. */
  'bytes',
  /** Of the names some, of unsynced bytes the first half. */
  'some',
  /** The others of the names, of unsynced bytes the first half. */
  'the others',
  /** All: the process was killed, the power stayed. */
  'everything',
] as const

export type Leftover = (typeof leftovers)[number]

/** What is found after the cut: path below the top → bytes, or `folder`. */
export type Tree = ReadonlyMap<string, Uint8Array | 'folder'>

export interface PowerCutDisk extends Disk {
  /** What would be found if the power went now. */
  readonly cut: (left: Leftover) => Tree
}

type Name = { readonly kind: 'folder' } | { readonly kind: 'file'; readonly id: number }

/**
 * A real disk that knows what of the folder `top` is durable: the bytes of a file at its last sync, the names in a
 * folder at its last sync; all that lies there at the start is. Files that others write behind it are seen, and are
 * durable once they are synced through it. `before` is told of each call that changes something, before it is done.
 */
export function powerCutDisk(
  disk: Disk,
  top: string,
  before: (call: DiskCall) => void = () => undefined,
): PowerCutDisk {
  /** What is in the file that has this path now; two names of one file share it. */
  const ids = new Map<string, number>()
  const syncedBytes = new Map<number, Uint8Array>()
  const syncedNames = new Map<string, ReadonlyMap<string, Name>>()
  let lastId = 0

  function idOf(path: string): number {
    const id = ids.get(path) ?? ++lastId
    ids.set(path, id)
    return id
  }

  function namesNow(folder: string): ReadonlyMap<string, Name> {
    if (!existsSync(folder)) return new Map()
    return new Map(
      readdirSync(folder, { withFileTypes: true }).map((entry) => [
        entry.name,
        entry.isDirectory() ? { kind: 'folder' } : { kind: 'file', id: idOf(join(folder, entry.name)) },
      ]),
    )
  }

  function syncAll(folder: string): void {
    syncedNames.set(folder, namesNow(folder))
    for (const [name, { kind }] of namesNow(folder)) {
      if (kind === 'folder') syncAll(join(folder, name))
      else noteSync({ name: 'syncFile', path: join(folder, name) })
    }
  }

  function noteSync({ name, path }: DiskCall): void {
    if (name === 'syncFile') syncedBytes.set(idOf(path), readFileSync(path))
    else syncedNames.set(path, namesNow(path))
  }

  function note({ name, path, to = '' }: DiskCall, answer: unknown): void {
    if (name === 'open' && !ids.has(path)) idOf(path)
    if (answer === 'created' && name === 'link') ids.set(to, idOf(path))
    if (answer === 'renamed') ids.set(to, idOf(path))
    if (answer === 'renamed' || name === 'unlink') ids.delete(path)
    if (name === 'syncFile' || name === 'syncFolder') noteSync({ name, path })
  }

  function cut(left: Leftover): Tree {
    const tree = new Map<string, Uint8Array | 'folder'>()
    const paths = new Map([...ids].filter(([path]) => existsSync(path)).map(([path, id]) => [id, path]))
    walk(top, '')
    return tree

    function walk(folder: string, at: string): void {
      for (const [name, entry] of namesLeft(folder)) {
        const path = at === '' ? name : `${at}/${name}`
        tree.set(path, entry.kind === 'folder' ? 'folder' : bytesLeft(entry.id))
        if (entry.kind === 'folder') walk(join(folder, name), path)
      }
    }

    function namesLeft(folder: string): ReadonlyMap<string, Name> {
      const durable = syncedNames.get(folder) ?? new Map<string, Name>()
      if (left === 'nothing' || left === 'bytes') return durable
      const now = namesNow(folder)
      if (left === 'names' || left === 'everything') return now
      const names = new Map<string, Name>()
      for (const name of new Set([...durable.keys(), ...now.keys()])) {
        const [old, fresh] = [durable.get(name), now.get(name)]
        const entry = isKept(join(folder, name), fresh ?? old) ? fresh : old
        if (entry) names.set(name, entry)
      }
      return names
    }

    /** A change of names is kept or not as one: both names of a renamed file hang on what is in it. */
    function isKept(path: string, entry: Name | undefined): boolean {
      const key = entry?.kind === 'file' ? String(entry.id) : path
      return (createHash('sha1').update(key).digest()[0] as number) % 2 === (left === 'some' ? 0 : 1)
    }

    function bytesLeft(id: number): Uint8Array {
      const durable = syncedBytes.get(id)
      const path = paths.get(id)
      const now = left === 'nothing' || left === 'names' || path === undefined ? undefined : readNow(path)
      if (now === undefined) return durable ?? new Uint8Array(0)
      if (durable && now.byteLength === durable.byteLength) return durable
      if (left === 'bytes' || left === 'everything') return now
      return now.subarray(0, Math.max(durable?.byteLength ?? 0, Math.floor(now.byteLength / 2)))
    }
  }

  syncAll(top)
  const wrapped = interceptedDisk(disk, async (call, perform) => {
    if (changes(call)) before(call)
    const result = await perform()
    note(call, result)
    return result
  })
  return { ...wrapped, cut }
}

/** The bytes of a file; undefined when a call that runs beside the cut has just taken it away. */
function readNow(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What lies in a folder now. */
export function treeOf(folder: string): Tree {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const entries = paths.map(
    (path) => [path, statSync(join(folder, path)).isDirectory() ? 'folder' : undefined] as const,
  )
  return new Map(entries.map(([path, kind]) => [path, kind ?? readFileSync(join(folder, path))]))
}

/** Puts what was found in the place of what is there. */
export function restore(tree: Tree, top: string): void {
  rmSync(top, { recursive: true, force: true })
  mkdirSync(top, { recursive: true })
  for (const [path, content] of tree) {
    if (content === 'folder') mkdirSync(join(top, path), { recursive: true })
    else {
      mkdirSync(dirname(join(top, path)), { recursive: true })
      writeFileSync(join(top, path), content)
    }
  }
}

/** The same for two trees with the same names and bytes. */
export function fingerprint(tree: Tree): string {
  const hash = createHash('sha1')
  for (const [path, content] of [...tree].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(JSON.stringify([path, content === 'folder' ? content : content.byteLength])).update(content)
  return hash.digest('hex')
}
