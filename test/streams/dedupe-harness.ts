import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'vitest'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import {
  type IdBatch,
  type IdCommit,
  type IdIndex,
  type IdIndexOptions,
  type IdKeys,
  openIdIndex,
  type StoredIds,
  unknownContent,
  type Verdict,
} from '../../src/streams/dedupe.ts'

/** An id and the content of its row. */
export type Row = readonly [id: string, content: number]

/** A table of ids alone: a folder of commits, one file each. It counts what the index reads from it. */
export interface IdsTable extends StoredIds {
  readonly reads: { all: number; ownAdded: number; foreignAdded: number; contents: number }
  /** Durable when it resolves; its version. */
  append(rows: readonly Row[], commit?: string): Promise<number>
  rows(): Promise<readonly Row[]>
}

export function idsTable(folder: string, disk: Disk = nodeDisk(), table = 'a table'): IdsTable {
  const at = join(folder, 't', 'commits')
  const reads = { all: 0, ownAdded: 0, foreignAdded: 0, contents: 0 }

  async function versions(): Promise<readonly number[]> {
    const names = (await disk.readFolder(at)).map(({ name }) => name).filter((name) => name.endsWith('.json'))
    return names.map((name) => Number.parseInt(name, 10)).toSorted((a, b) => a - b)
  }

  async function read(version: number): Promise<{ readonly commit?: string; readonly rows: readonly Row[] }> {
    return JSON.parse(Buffer.from(await disk.readRange(join(at, `${version}.json`))).toString())
  }

  async function* batches(keys: IdKeys, rows: readonly Row[]): AsyncGenerator<IdBatch> {
    for (let from = 0; from < rows.length; from += 3) yield batchOf(keys, rows.slice(from, from + 3))
  }

  const idsOf = (rows: readonly Row[]): Row[] => rows.map(([id]) => [id, unknownContent])

  async function rowsOf(there: readonly number[]): Promise<readonly Row[]> {
    const all: Row[] = []
    for (const version of there) all.push(...(await read(version)).rows)
    return all
  }

  return {
    table,
    reads,
    rows: async () => rowsOf(await versions()),
    async since(version) {
      const there = await versions()
      if (version > (there.at(-1) ?? -1)) return undefined
      const commits: IdCommit[] = []
      for (const each of there.filter((other) => other > version)) {
        const { commit, rows: added } = await read(each)
        const count = () => reads[commit === undefined ? 'foreignAdded' : 'ownAdded']++
        commits.push({
          version: each,
          ...(commit !== undefined && { commit }),
          added: async (keys) => {
            count()
            return { batches: batches(keys, idsOf(added)) }
          },
        })
      }
      return commits
    },
    async all(keys) {
      // of one snapshot: commits may be made meanwhile
      const there = await versions()
      const all = await rowsOf(there)
      if (all.length > 0) reads.all++
      return { version: there.at(-1) ?? -1, ids: { batches: batches(keys, idsOf(all)) } }
    },
    async contents(keys) {
      reads.contents++
      return { batches: batches(keys, await rowsOf(await versions())) }
    },
    async append(added, commit) {
      const version = ((await versions()).at(-1) ?? -1) + 1
      const [from, path] = [join(at, 'new'), join(at, `${version}.json`)]
      if (await disk.stat(from)) await disk.unlink(from)
      {
        await using file = await disk.open(from, 'new')
        await file.write(Buffer.from(JSON.stringify({ commit, rows: added })))
        await file.sync()
      }
      await disk.rename(from, path)
      await disk.syncFolder(at)
      return version
    },
  }
}

export function openIds(folder: string, stored: StoredIds, options: Partial<IdIndexOptions> = {}): Promise<IdIndex> {
  return openIdIndex({
    disk: nodeDisk(),
    folder: join(folder, 't', '_millrace', 'ids'),
    stored,
    rules: false,
    ...options,
  })
}

export function batchOf(keys: IdKeys, rows: readonly Row[]): IdBatch {
  return keys.batch(
    rows.map(([id]) => id),
    rows.map(([, content]) => content),
  )
}

/** The verdicts on rows whose reservation is given back. */
export async function probe(index: IdIndex, rows: readonly Row[]): Promise<readonly Verdict[]> {
  const reservation = index.reserve(batchOf(index, rows))
  const verdicts = await reservation.verdicts
  reservation.release()
  return verdicts
}

/** Sends rows as one group that is logged from an offset on. */
export async function send(index: IdIndex, rows: readonly Row[], first: bigint): Promise<readonly Verdict[]> {
  const reservation = index.reserve(batchOf(index, rows))
  const verdicts = await reservation.verdicts
  reservation.confirm(first, (at) => at)
  return verdicts
}

/** A commit's UUID by its number. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}

/** Until no runs are being merged. */
export async function merged(index: IdIndex): Promise<void> {
  while (index.figures().merging) await nextTurn()
}

/** Exactly these rows are taken, and `free` ids are not. */
export async function expectTaken(index: IdIndex, rows: readonly Row[], free: readonly string[] = []): Promise<void> {
  const found = await probe(index, rows)
  expect(rows.filter((_, at) => found[at] !== 'duplicate')).toEqual([])
  const others = await probe(
    index,
    rows.map(([id, content]) => [id, content + 1] as const),
  )
  expect(rows.filter((_, at) => others[at] !== 'conflict')).toEqual([])
  const unknown = await probe(
    index,
    free.map((id) => [id, 0] as const),
  )
  expect(free.filter((_, at) => unknown[at] !== 'new')).toEqual([])
}
