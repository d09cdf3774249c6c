import { randomBytes, randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MillraceError } from '../../core/errors.ts'
import { Turns } from '../../core/turns.ts'
import type { IdCommit, IdFigures, IdIndex, IdIndexOptions, StagedIds } from '../dedupe.ts'
import { buildRun } from './build.ts'
import { takenOf, without } from './bulk.ts'
import { withContents } from './contents.ts'
import { type KeyHash, keyHash, writeKey } from './key-hash.ts'
import { readManifest, writeManifest } from './manifest.ts'
import { MemoryIds, type Reservation } from './memory-ids.ts'
import { mergedIds, runsToMerge } from './merge.ts'
import { openWholeRun, type Run, writeRun } from './run-file.ts'
import { deleteFile, isLost, openRuns, orLost, Runs } from './runs.ts'
import { type IdBatch, type Ids, joined, unknownContent } from './sort.ts'

/** What was sealed and is neither adopted nor withdrawn yet. */
interface Sealed {
  /** None when there was no id. */
  readonly run: Run | undefined
  /** Of records of the log; 0 of those that have not come by it. */
  readonly upTo: bigint
  /** Of ids that came in bulk: runs that they have been held against. */
  readonly against?: readonly Run[]
}

export async function openIndex(options: IdIndexOptions): Promise<IdIndex> {
  const { disk, folder, stored } = options
  for (const each of [dirname(folder), folder]) {
    await disk.makeFolder(each)
    // also of one that is there: whoever made it may have been killed before this
    await disk.syncFolder(dirname(each))
  }
  const found = await readManifest(disk, folder)
  const known = found?.table === stored.table ? found : undefined
  const index = new DiskIdIndex(options, keyHash(known ? Buffer.from(known.secret, 'base64') : randomBytes(32)))
  const runs = known && (await openRuns(disk, folder, known.runs))
  await index.start(known && runs ? { version: known.version, runs } : undefined)
  return index
}

class DiskIdIndex implements IdIndex {
  readonly #options: IdIndexOptions
  readonly #hash: KeyHash
  readonly #runs: Runs
  readonly #memory: MemoryIds
  readonly #sealed = new Map<string, Sealed>()
  /** The commit for whose time reservations wait. */
  #holder: string | undefined
  #version = -1
  /** What changes the runs goes one after the other. */
  readonly #turns = new Turns()
  #rebuilding: Promise<void> | undefined
  #merging: Promise<void> | undefined
  #learning: Promise<void> | undefined
  #trouble: unknown
  #started = false
  readonly #lookUps = new Set<Promise<unknown>>()
  #closed = false

  constructor(options: IdIndexOptions, hash: KeyHash) {
    this.#options = options
    this.#hash = hash
    this.#runs = new Runs(options.disk, hash.tables)
    const stored = {
      mayHold: (keys: Uint32Array, at: number) => this.#runs.mayHold(keys, at),
      lookUp: (ids: IdBatch, places: readonly number[]) => this.#lookUp(ids, places),
    }
    this.#memory = new MemoryIds(hash.tables, stored, options)
  }

  /** From what a manifest says, or without one from the table alone. */
  async start(known: { readonly version: number; readonly runs: readonly Run[] } | undefined): Promise<void> {
    const { disk, folder } = this.#options
    if (known) {
      // whoever put the manifest there may have been killed before this
      await disk.syncFolder(folder)
      this.#version = known.version
      await this.#runs.replace(known.runs)
      await this.#cover()
    } else await this.#rebuild()
    const used = new Set(['manifest', ...this.#runs.list.map(fileOf)])
    for (const { name } of await disk.readFolder(folder)) if (!used.has(name)) await disk.unlink(`${folder}/${name}`)
    // not before: what a merge writes is no run yet
    this.#started = true
    this.#merge()
  }

  batch(ids: readonly string[], contents: ArrayLike<number>): IdBatch {
    const keys = new Uint32Array(4 * ids.length)
    this.write(ids, keys)
    return { keys, contents: new Uint32Array(contents) }
  }

  write(ids: readonly (string | null)[], keys: Uint32Array): void {
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as string | null
      if (id !== null) writeKey(this.#hash, id, keys, 4 * at)
    }
  }

  reserve(ids: IdBatch): Reservation {
    return this.#memory.reserve(ids)
  }

  recover(ids: IdBatch, offsetOf: (at: number) => bigint): void {
    this.#memory.recover(ids, offsetOf)
  }

  judge(upTo: bigint, rejected: IdBatch, offsetOf: (at: number) => bigint): void {
    this.#memory.judge(upTo, rejected, offsetOf)
  }

  async seal(commit: string, upTo: bigint): Promise<void> {
    const run = await this.#build(`${commit}.run`, { batches: inTurns(this.#memory.before(upTo)) })
    this.#sealed.set(commit, { run, upTo })
  }

  async stage(commit: string, ids: Ids): Promise<StagedIds> {
    const run = await this.#build(`${commit}.run`, ids)
    return { taken: await this.#holdAgainst(commit, run, []), distinct: run?.ids ?? 0 }
  }

  async restage(commit: string): Promise<IdBatch> {
    const { run, against = [] } = this.#sealedBy(commit)
    try {
      this.#holder = commit
      await this.#memory.hold()
      return await this.#holdAgainst(commit, run, against)
    } catch (error) {
      this.#resume(commit)
      throw error
    }
  }

  waiting(ids: IdBatch): readonly boolean[] {
    return this.#memory.holds(ids)
  }

  #resume(commit: string): void {
    if (this.#holder !== commit) return
    this.#holder = undefined
    this.#memory.resume()
  }

  /** Takes out of a run what is taken by memory, or by runs that it has not been held against. */
  async #holdAgainst(commit: string, run: Run | undefined, before: readonly Run[]): Promise<IdBatch> {
    try {
      return await this.#holdOnce(commit, run, before)
    } catch (error) {
      if (!isLost(error)) throw error
      await this.#mend()
      return this.#holdOnce(commit, run, before)
    }
  }

  async #holdOnce(commit: string, run: Run | undefined, before: readonly Run[]): Promise<IdBatch> {
    const { disk } = this.#options
    const { list } = this.#runs
    this.#sealed.set(commit, { run, upTo: 0n, against: list })
    if (!run) return joined([])
    const others = list.filter((each) => !before.includes(each))
    const taken = await this.#runs.reading(others, () =>
      takenOf(disk, this.#runs, run, others, inTurns(this.#memory.confirmed())),
    )
    if (taken.contents.length === 0) return taken
    const rest = await without(disk, this.#hash.tables, run, taken)
    await this.#runs.replaced(run)
    this.#sealed.set(commit, { run: rest, upTo: 0n, against: list })
    return taken
  }

  adopt(commit: string, version: number): Promise<void> {
    return this.#turns.run(async () => {
      const sealed = this.#sealedBy(commit)
      if (version === this.#version + 1) await this.#take([{ version, commit }])
      else if (version > this.#version) await this.#cover()
      await this.#settle(commit, sealed)
    })
  }

  async withdraw(commit: string): Promise<void> {
    const sealed = this.#sealed.get(commit)
    this.#sealed.delete(commit)
    try {
      if (sealed?.run) await this.#runs.discard(sealed.run)
    } finally {
      this.#resume(commit)
    }
  }

  #sealedBy(commit: string): Sealed {
    const sealed = this.#sealed.get(commit)
    if (!sealed) throw new MillraceError('INTERNAL', { reason: `nothing was sealed for commit ${commit}` })
    return sealed
  }

  follow(): Promise<void> {
    return this.#turns.run(() => this.#cover())
  }

  figures(): IdFigures {
    const { list } = this.#runs
    const held = list.reduce((sum, { fences, filter }) => sum + fences.byteLength + filter.byteLength, 0)
    return {
      unflushed: this.#memory.count,
      stored: list.reduce((sum, { ids }) => sum + ids, 0),
      runs: list.length,
      merging: this.#merging !== undefined,
      version: this.#version,
      memoryBytes: held + this.#memory.bytes,
      trouble: this.#trouble,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const found of this.#lookUps) await found.catch(() => undefined)
    await this.#turns.ended()
    await this.#merging
    await this.#runs[Symbol.asyncDispose]()
  }

  #lookUp(ids: IdBatch, places: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const found = this.#find(ids, places).finally(() => this.#lookUps.delete(found))
    this.#lookUps.add(found)
    return found
  }

  async #find(ids: IdBatch, places: readonly number[]): Promise<ReadonlyMap<number, number>> {
    for (let mended = false; ; ) {
      if (this.#closed) throw new MillraceError('INTERNAL', { reason: 'the index was closed' })
      try {
        const found = await this.#runs.lookUp(ids, places)
        if (![...found.values()].includes(unknownContent)) return found
        await this.#learn()
      } catch (error) {
        if (mended || !isLost(error)) throw error
        await this.#mend()
        mended = true
      }
    }
  }

  /** Reads from the table the contents that no run knows: once for all who need one, and not while runs are merged. */
  #learn(): Promise<void> {
    this.#learning ??= this.#learnOnce().finally(() => {
      this.#learning = undefined
      this.#merge()
    })
    return this.#learning
  }

  async #learnOnce(): Promise<void> {
    await this.#merging
    const { disk, stored } = this.#options
    const old = this.#runs.list.filter(({ unknown }) => unknown > 0)
    if (old.length === 0) return
    const ids = await stored.contents(this)
    const told = await this.#build(`${randomUUID()}.run`, { ...ids, batches: this.#whileOpen(ids.batches) })
    try {
      await this.#become(old, withContents(mergedIds(disk, old), mergedIds(disk, told ? [told] : [])))
    } finally {
      if (told) await deleteFile(disk, told.path)
    }
  }

  /** Reads all ids from the table in the place of a file that was found damaged; once for all who found it so. */
  #mend(): Promise<void> {
    this.#rebuilding ??= this.#turns
      .run(() => this.#rebuild())
      .finally(() => {
        this.#rebuilding = undefined
      })
    return this.#rebuilding
  }

  /** Takes in the commits that are not covered yet. */
  async #cover(): Promise<void> {
    const commits = await this.#options.stored.since(this.#version)
    if (!commits) await this.#rebuild()
    else if (commits.length > 0) await this.#take(commits)
  }

  async #take(commits: readonly IdCommit[]): Promise<void> {
    const runs: Run[] = []
    for (const commit of commits) {
      const run = await this.#runOf(commit)
      if (run) runs.push(run)
    }
    await this.#change([...this.#runs.list, ...runs], commits.at(-1)?.version ?? this.#version)
    this.#merge()
  }

  /** The run of a commit: sealed by us, found as it was sealed before a restart, or read from what it added. */
  async #runOf({ commit, added }: IdCommit): Promise<Run | undefined> {
    const { disk, folder } = this.#options
    if (commit !== undefined) {
      const sealed = this.#sealed.get(commit)
      if (sealed) return sealed.run
      const run = await orLost(openWholeRun(disk, `${folder}/${commit}.run`))
      // whoever wrote it may have been killed before that
      if (run) await disk.syncFile(run.path)
      if (run) return run
    }
    return added && this.#build(`${commit ?? randomUUID()}.run`, await added(this))
  }

  /** All ids anew, from the table. */
  async #rebuild(): Promise<void> {
    const { version, ids } = await this.#options.stored.all(this)
    const run = await this.#build(`${randomUUID()}.run`, ids)
    await this.#change(run ? [run] : [], version)
  }

  async #change(runs: readonly Run[], version: number): Promise<void> {
    const { disk, folder, stored } = this.#options
    await writeManifest(disk, folder, {
      table: stored.table,
      version,
      secret: Buffer.from(this.#hash.secret).toString('base64'),
      runs: runs.map((run) => ({ file: fileOf(run), ids: run.ids, checksum: run.checksum })),
    })
    this.#version = version
    await this.#runs.replace(runs)
  }

  /** What a commit stores is known from disk now: memory can forget it. */
  async #settle(commit: string, { run, upTo }: Sealed): Promise<void> {
    this.#sealed.delete(commit)
    if (run && !this.#runs.list.includes(run)) await this.#runs.discard(run)
    this.#resume(commit)
    for (const _ of this.#memory.forget(upTo)) await nextTurn()
  }

  #build(file: string, ids: Ids): Promise<Run | undefined> {
    const { disk, folder } = this.#options
    return buildRun(disk, `${folder}/${file}`, this.#hash.tables, ids)
  }

  /** Merges runs in the background as long as there are too many of a size. */
  #merge(): void {
    if (!this.#started || this.#closed || this.#merging || this.#learning) return
    const old = runsToMerge(this.#runs.list)
    if (old.length === 0) return
    this.#merging = this.#become(old, mergedIds(this.#options.disk, old))
      .catch((error: unknown) => (isLost(error) ? this.#mend() : Promise.reject(error)))
      .then(
        () => {
          this.#trouble = undefined
          return true
        },
        (error: unknown) => {
          this.#trouble = error
          return false
        },
      )
      .then((again) => {
        this.#merging = undefined
        if (again) this.#merge()
      })
  }

  /** One run takes the place of some others; not if these are runs no more when it is written. */
  async #become(old: readonly Run[], sorted: AsyncIterable<IdBatch>): Promise<void> {
    const { disk, folder } = this.#options
    const most = old.reduce((sum, { ids }) => sum + ids, 0)
    const path = `${folder}/${randomUUID()}.run`
    const run = await this.#runs.reading(old, async () => {
      try {
        const written = await writeRun(disk, path, this.#hash.tables, most, this.#whileOpen(sorted))
        await disk.syncFolder(folder)
        return written
      } catch (error) {
        await deleteFile(disk, path)
        throw error
      }
    })
    await this.#turns.run(async () => {
      const { list } = this.#runs
      // it was built anew from the table meanwhile
      if (!old.every((each) => list.includes(each))) return deleteFile(disk, path)
      const rest = list.map((each) => (each === old[0] ? run : each)).filter((each) => !old.includes(each))
      await this.#change(rest, this.#version)
    })
  }

  async *#whileOpen(batches: Ids['batches']): AsyncGenerator<IdBatch> {
    for await (const batch of batches) {
      if (this.#closed) throw new MillraceError('INTERNAL', { reason: 'the index was closed' })
      yield batch
    }
  }
}

/** Each item in a turn of the event loop of its own. */
async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) {
    yield item
    await nextTurn()
  }
}

function fileOf({ path }: Run): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
