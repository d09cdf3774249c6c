import { isError } from '../../core/errors.ts'
import { mapLimit } from '../../core/map-limit.ts'
import type { Disk, DiskReader } from '../../storage/disk.ts'
import { marksOf, placeOf } from './key-hash.ts'
import { contentIn, openRun, pageOf, type Run, readPages } from './run-file.ts'
import type { IdBatch } from './sort.ts'

const readsAtOnce = 4

/** The runs of an index, the oldest first. A file that is no longer one of them goes when nobody reads it any more. */
export class Runs {
  readonly #disk: Disk
  readonly #tables: Uint32Array
  readonly #readers = new Map<Run, number>()
  /** Opened by the first who reads a page. */
  readonly #files = new Map<Run, Promise<DiskReader>>()
  readonly #leaving = new Set<Run>()
  #list: readonly Run[] = []

  constructor(disk: Disk, tables: Uint32Array) {
    this.#disk = disk
    this.#tables = tables
  }

  get list(): readonly Run[] {
    return this.#list
  }

  /** Other runs from now on; the files of those that are gone are deleted as soon as may be. */
  async replace(list: readonly Run[]): Promise<void> {
    for (const run of this.#list) if (!list.includes(run)) this.#leaving.add(run)
    this.#list = list
    for (const run of [...this.#leaving]) await this.#deleteUnread(run)
  }

  /** Runs that stay readable while `work` is under way. */
  async reading<Result>(runs: readonly Run[], work: () => Promise<Result>): Promise<Result> {
    for (const run of runs) this.#readers.set(run, (this.#readers.get(run) ?? 0) + 1)
    try {
      return await work()
    } finally {
      for (const run of runs) {
        const others = (this.#readers.get(run) ?? 1) - 1
        if (others > 0) this.#readers.set(run, others)
        else this.#readers.delete(run)
        await this.#deleteUnread(run)
      }
    }
  }

  /** False: no run holds this key. */
  mayHold(keys: Uint32Array, at: number): boolean {
    if (this.#list.length === 0) return false
    const place = placeOf(this.#tables, keys, at)
    const marks = marksOf(this.#tables, keys, at)
    for (const run of this.#list) if (pageOf(run, keys, at, place, marks) !== undefined) return true
    return false
  }

  /** The contents of those ids that are stored, by their place in the batch; of two runs the older counts. */
  async lookUp({ keys }: IdBatch, places: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const runs = this.#list
    return this.reading(runs, async () => {
      const found = new Map<number, number>()
      for (const run of runs) {
        const open = places.filter((at) => !found.has(at))
        for (const [at, content] of await this.#lookUpIn(run, keys, open)) found.set(at, content)
      }
      return found
    })
  }

  /** The contents of those ids of a batch that one run holds; it need not be of the list. */
  async lookUpIn(run: Run, { keys, contents }: IdBatch): Promise<ReadonlyMap<number, number>> {
    const places = Array.from(contents, (_, at) => at)
    return this.reading([run], () => this.#lookUpIn(run, keys, places))
  }

  /** A run that is not of the list, and will not be: it is gone as soon as may be. */
  async discard(run: Run): Promise<void> {
    this.#leaving.add(run)
    await this.#deleteUnread(run)
  }

  /** A run whose file another has taken the name of. */
  async replaced(run: Run): Promise<void> {
    await this.#close(run)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.#files.keys()) await this.#close(run)
  }

  async #lookUpIn(run: Run, keys: Uint32Array, places: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const found = new Map<number, number>()
    const tables = this.#tables
    const pages = Map.groupBy(places, (at) =>
      pageOf(run, keys, 4 * at, placeOf(tables, keys, 4 * at), marksOf(tables, keys, 4 * at)),
    )
    pages.delete(undefined)
    await mapLimit([...pages], readsAtOnce, async ([number = 0, wanted]) => {
      const [page] = await readPages(await this.#fileOf(run), run, number, number + 1)
      for (const at of wanted) {
        const content = page && contentIn(page, keys, 4 * at)
        if (content !== undefined) found.set(at, content)
      }
    })
    return found
  }

  #fileOf(run: Run): Promise<DiskReader> {
    const open = this.#files.get(run) ?? this.#disk.openReader(run.path)
    this.#files.set(run, open)
    open.catch(() => this.#files.delete(run))
    return open
  }

  async #close(run: Run): Promise<void> {
    const open = this.#files.get(run)
    this.#files.delete(run)
    const file = await open?.catch(() => undefined)
    await file?.[Symbol.asyncDispose]()
  }

  async #deleteUnread(run: Run): Promise<void> {
    if (this.#readers.has(run) || !this.#leaving.delete(run)) return
    await this.#close(run)
    await deleteFile(this.#disk, run.path)
  }
}

/** A file that is left behind costs room, and goes at the next start. */
export async function deleteFile(disk: Disk, path: string): Promise<void> {
  try {
    await disk.unlink(path)
  } catch (error) {
    if (
      !['OBJECT_NOT_FOUND', 'STORE_UNREACHABLE', 'DISK_FULL', 'PERMISSION_DENIED'].some((code) =>
        isError(error, code as 'DISK_FULL'),
      )
    )
      throw error
  }
}

/** The runs of a manifest; undefined when one of them is not the one that it names. */
export async function openRuns(
  disk: Disk,
  folder: string,
  entries: readonly { readonly file: string; readonly checksum: number; readonly ids: number }[],
): Promise<readonly Run[] | undefined> {
  const runs: Run[] = []
  for (const { file, checksum, ids } of entries) {
    const run = await orLost(openRun(disk, `${folder}/${file}`))
    if (run?.checksum !== checksum || run.ids !== ids) return undefined
    runs.push(run)
  }
  return runs
}

/** undefined in the place of a file that is gone or damaged. */
export async function orLost(run: Promise<Run>): Promise<Run | undefined> {
  try {
    return await run
  } catch (error) {
    if (isLost(error)) return undefined
    throw error
  }
}

export function isLost(error: unknown): boolean {
  return isError(error, 'FILE_DAMAGED') || isError(error, 'OBJECT_NOT_FOUND')
}
