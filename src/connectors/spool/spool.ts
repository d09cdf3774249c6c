import { basename, resolve } from 'node:path'
import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import type { FoundFile } from '../../sources/reader.ts'
import type { SpoolSource } from '../../sources/spool-source.ts'
import type { Disk } from '../../storage/disk.ts'
import type { Arrived, Ingested } from '../../streams/ingest.ts'
import type { Position } from '../../streams/positions.ts'
import { findFiles } from '../files/glob.ts'
import { batchesOf, type Reading, type RowBatch } from './batches.ts'
import { completeness, inodeOf, type Seen } from './complete.ts'
import { type Finishing, finish, finishAside, type ReadFile } from './finish.ts'
import { Nudges } from './nudges.ts'

/** Rows of a file: the JSON of each stands in the body. */
interface Rows {
  readonly body: Uint8Array
  readonly events: readonly Arrived[]
}

export interface SpoolOptions {
  /** The source's name. */
  readonly name: string
  readonly spool: SpoolSource
  /** The project's folder: paths are recorded relative to it. */
  readonly root: string
  /** What is done with files that were read goes through it. */
  readonly disk: Disk
  /** Folders whose changes are watched for. */
  readonly folders: readonly string[]
  readonly reading: Reading
  /** How far files were read before. */
  readonly positions: ReadonlyMap<string, Position>
  /** Keeps rows and position together, or neither; a `busy` error passes. */
  readonly take: (rows: Rows, position: Position) => Promise<Ingested>
  /** What is in the way, each thing once until it changes. */
  readonly onTrouble: (error: unknown, path: string) => void
  readonly context: Context
}

const [leastMs, mostMs] = [50, 250]
/** How long a file, or a stream, that gave an error is left alone. */
const troubleMs = 1_000

/** Reads files as they come until it is closed; then what it has begun to hand over is finished. */
export class Spool implements AsyncDisposable {
  readonly #options: SpoolOptions
  readonly #positions: Map<string, Position>
  readonly #seen = new Map<string, Seen>()
  /** Stamps of files that were read to their end. */
  readonly #read = new Map<string, string>()
  readonly #troubles = new Map<string, { readonly reason: string; readonly atMs: number }>()
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#positions = new Map(options.positions)
    this.#running = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    using nudges = new Nudges(this.#options.folders)
    while (!this.#stop.signal.aborted) {
      const began = performance.now()
      await this.#guarded('', () => this.#look())
      // of many files a look takes long, and should not be all that is done
      const tookMs = performance.now() - began
      await nudges.wait(Math.max(leastMs, tookMs), Math.max(mostMs, 2 * tookMs), this.#stop.signal)
    }
  }

  async #look(): Promise<void> {
    const { spool, root, context } = this.#options
    const files = (await Promise.all([spool.glob].flat().map((glob) => filesOf(glob, root)))).flat()
    const paths = new Set(files.map(({ path }) => path))
    for (const path of this.#seen.keys()) if (!paths.has(path)) this.#seen.delete(path)
    for (const path of this.#read.keys()) if (!paths.has(path)) this.#read.delete(path)
    for (const position of [...this.#positions.values()])
      if (!paths.has(position.path)) await this.#guarded(position.path, () => this.#leave(position))
    for (const file of files) {
      if (this.#stop.signal.aborted) return
      if (this.#read.get(file.path) === file.stamp) continue
      const seen = this.#seen.get(file.path)
      const nowMs = context.now()
      // after a clock was set back the rest begins anew
      const isSame = seen?.stamp === file.stamp && seen.sinceMs <= nowMs
      const now: Seen = isSame ? seen : { stamp: file.stamp, sinceMs: nowMs }
      this.#seen.set(file.path, now)
      await this.#guarded(file.path, async () => {
        const found = await completeness(file, now, context.now())
        if (found === 'take') await this.#takeFile(file)
        if (found === 'endless') throw new MillraceError('SPOOL_LINE_OPEN', { path: file.path })
      })
    }
  }

  async #takeFile(file: FoundFile): Promise<void> {
    const { context, name } = this.#options
    const finishing = this.#finishing
    const before = this.#positions.get(file.path)
    // where files leave, one that lies there with another inode has come since
    const isSame = before && (!finishing || inodeOf(before.stamp) === inodeOf(file.stamp))
    // one that was set aside and has grown has its name again, and is read on when it is next looked at
    if (before?.whole && finishing && !isSame && !(await finishAside(this.#fileOf(before), finishing))) return
    if (!before?.whole || before.stamp !== file.stamp) {
      const counts = { stored: 0, duplicate: 0, rejected: 0 }
      await this.#takeFrom(file, isSame ? before : undefined, ({ accepted, duplicates, rejected }) => {
        counts.stored += accepted
        counts.duplicate += duplicates
        counts.rejected += rejected.length
      })
      context.emit({ kind: 'fact', type: 'file.loaded', source: name, path: file.path, ...counts })
    }
    if (!finishing) this.#read.set(file.path, file.stamp)
    else if (await finish(file, finishing)) await this.#forget(file.path)
  }

  /** Files that were read stay where there is none. */
  get #finishing(): Finishing | undefined {
    const { spool, root, disk } = this.#options
    const { done = 'keep' } = spool
    return done === 'keep' ? undefined : { done, root, disk }
  }

  #fileOf({ path, stamp }: Position): ReadFile {
    return { path, absolute: resolve(this.#options.root, path), stamp }
  }

  /** Of a file whose name is gone; one that was set aside, and has grown since, is to be read on. */
  async #leave(position: Position): Promise<void> {
    const finishing = this.#finishing
    if (position.whole && finishing && !(await finishAside(this.#fileOf(position), finishing))) return
    await this.#forget(position.path)
  }

  async #takeFrom(file: FoundFile, after: Position | undefined, count: (ingested: Ingested) => void): Promise<void> {
    const { reading, context } = this.#options
    let last = after
    for await (const batch of batchesOf(file, after, reading, context.signal)) {
      if (batch === 'another') return this.#takeFrom(file, undefined, count)
      this.#stop.signal.throwIfAborted()
      last = this.#positionOf(file, batch)
      count(await this.#hand(rowsOf(file, batch), last))
    }
    // nothing new is in it, or its last bytes came with others
    if (last && (last === after || !last.whole)) await this.#hand(noRows, { ...last, stamp: file.stamp, whole: true })
  }

  #positionOf({ path, stamp }: FoundFile, { to, last }: RowBatch): Position {
    return { source: this.#options.name, path, stamp, whole: last, ...to }
  }

  async #forget(path: string): Promise<void> {
    const gone = { source: this.#options.name, path, stamp: '', whole: true, bytes: 0, lines: 0, digest: '' }
    await this.#options.take(noRows, gone)
    this.#positions.delete(path)
  }

  async #hand(rows: Rows, position: Position): Promise<Ingested> {
    const ingested = await this.#options.take(rows, position)
    this.#positions.set(position.path, position)
    return ingested
  }

  /** What goes wrong with one file is told, and tried again a while later; the others go on. */
  async #guarded(path: string, work: () => Promise<void>): Promise<void> {
    const { onTrouble, context } = this.#options
    const known = this.#troubles.get(path)
    if (known && Math.abs(context.now() - known.atMs) < troubleMs) return
    try {
      await work()
      this.#troubles.delete(path)
    } catch (error) {
      if (this.#stop.signal.aborted && error === this.#stop.signal.reason) return
      const reason = error instanceof Error ? error.message : String(error)
      this.#troubles.set(path, { reason, atMs: context.now() })
      if (known?.reason !== reason && !isGone(error)) onTrouble(error, path)
    }
  }
}

const noRows: Rows = { body: new Uint8Array(0), events: [] }

function rowsOf({ path }: FoundFile, { rows }: RowBatch): Rows {
  let start = 0
  const events = rows.map(({ line, raw, json, fault }) => {
    const from = start
    start += json.length
    return { start: from, end: start, source: { raw, place: `line ${line} of ${path}` }, ...(fault && { fault }) }
  })
  return { body: Buffer.concat(rows.map(({ json }) => json)), events }
}

/** Files that are meant for others, or not yet: hidden ones and `.tmp`. */
async function filesOf(glob: string, root: string): Promise<readonly FoundFile[]> {
  try {
    const found = await findFiles(glob, root)
    return found.filter(({ path }) => !basename(path).startsWith('.') && !path.endsWith('.tmp'))
  } catch (error) {
    if (isError(error, 'FILE_NOT_FOUND')) return []
    throw error
  }
}

/** Taken away between one look and the next. */
function isGone(error: unknown): boolean {
  if (error instanceof MillraceError) return error.code === 'FILE_NOT_FOUND' || error.code === 'OBJECT_NOT_FOUND'
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
