import { isError } from '../../core/errors.ts'
import { mapLimit } from '../../core/map-limit.ts'
import type { Disk, DiskReader } from '../../storage/disk.ts'
import { marksOf, placeOf } from './key-hash.ts'
import { contentIn, pageOf, type Run, readPages } from './run-file.ts'
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
    return this.#list.some((run) => pageOf(run, keys, at, place, marks) !== undefined)
  }

  /** The contents of those ids that are stored, by their place in the batch; of two runs the older counts. */
  async lookUp({ keys }: IdBatch, places: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const runs = this.#list
    return this.reading(runs, async () => {
      const found = new Map<number, number>()
      for (const run of runs) {
        const pages = Map.groupBy(
          places.filter((at) => !found.has(at)),
          (at) => pageOf(run, keys, 4 * at, placeOf(this.#tables, keys, 4 * at), marksOf(this.#tables, keys, 4 * at)),
        )
        pages.delete(undefined)
        await mapLimit([...pages], readsAtOnce, async ([number = 0, wanted]) => {
          const [page] = await readPages(await this.#fileOf(run), run, number, number + 1)
          for (const at of wanted) {
            const content = page && contentIn(page, keys, 4 * at)
            if (content !== undefined) found.set(at, content)
          }
        })
      }
      return found
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.#files.keys()) await this.#close(run)
  }

  #fileOf(run: Run): Promise<DiskReader> {
    const open = this.#files.get(run) ?? this.#disk.openReader(run.path)
    this.#files.set(run, open)
    open.catch(() => this.#files.delete(run))
    return open
  }

  async #close(run: Run): Promise<void> {
    const file = await this.#files.get(run)?.catch(() => undefined)
    this.#files.delete(run)
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
