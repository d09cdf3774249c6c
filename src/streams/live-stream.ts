import { type Columns, typeText } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { Turns } from '../core/turns.ts'
import type { Relation, TailRelation } from '../engines/relation.ts'
import type { LineRange, SealedTail, Tail, TailSpec } from '../engines/tail.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { join, name, raw, sql } from '../sql/text.ts'
import type { EventIds } from './event-ids.ts'
import { flushPortion, judge, type Portion, portionOf } from './flush.ts'
import type { LiveStreamOptions } from './live-options.ts'
import type { Appended, Log, LogGroup } from './log.ts'
import { logsOf, readOf } from './read-logs.ts'
import { recoverIds } from './recover-ids.ts'
import { type Flushed, flushedOf } from './row-account.ts'

/** What a stream held when it was asked for, for as long as this is not disposed of. */
export interface HeldTail extends Disposable {
  /**
   * What a version of the table lacks of it, which was read afterwards; of that what has `from` or a later offset.
   * TAIL_AHEAD where some of it is not held.
   */
  beyond(snapshot: Snapshot, from?: bigint): Relation | undefined
}

/** The same of a log, with what is no row. */
export interface HeldLog extends HeldTail {
  /** The records held that are no rows: see `rejectColumns`. */
  readonly rejects: Relation
  /** The offset of the last record that was in the table already. */
  readonly after: bigint
}

/** How often a query tries again when the tail is lost. */
const attempts = 3

/**
 * A stream of which this process is the one writer: its log, what of it is not in the table yet, and the way there. What
 * the log has acknowledged is in every answer from then on. LOG_MISSING, LOG_BEHIND_TABLE.
 */
export async function openLiveStream(options: LiveStreamOptions): Promise<LiveStream> {
  const { lake, stream, log, folder, beginAnew, context } = options
  const snapshot = await readSnapshot(lake, stream, {}, context)
  const [other] = logsOf(snapshot)
  if (!logsOf(snapshot).includes(log.id) && other !== undefined && log.next === 0n && !beginAnew)
    throw new MillraceError('LOG_MISSING', { table: stream, log: other, folder })
  const stored = readOf(snapshot, log.id)
  if (log.next <= stored) throw new MillraceError('LOG_BEHIND_TABLE', { folder, next: log.next, stored })
  const live = new LiveStream(options, snapshot)
  await live.start()
  return live
}

export class LiveStream implements AsyncDisposable {
  readonly #options: LiveStreamOptions
  #tail: Tail | undefined
  /** Sealed and not in the table, oldest first. */
  #pending: Promise<SealedTail>[] = []
  /** What is on its way of the oldest of them. */
  #portion: Portion | undefined
  /** The offset after the last record that is sealed. */
  #sealed: bigint
  /** That of the last one in the table. */
  #stored: bigint
  /** What became of the events up to there. */
  #flushed: Flushed
  /** The contract that the tail loads by. */
  #contract: number
  /** Loading, flushing, judging: one after the other. */
  readonly #turns = new Turns()
  #timer: NodeJS.Timeout | undefined
  #flushing = false
  #trouble: Error | undefined
  /** What was acknowledged before the tail was opened is in it. */
  #isRead = false
  #listener: Disposable | undefined
  #closed = false
  /** Up to here the index knows what the rules have said. */
  #judged: bigint
  #judging: NodeJS.Timeout | undefined
  #following: NodeJS.Timeout | undefined

  /** Called by `openLiveStream`. */
  constructor(options: LiveStreamOptions, snapshot: Snapshot) {
    const stored = readOf(snapshot, options.log.id)
    this.#options = options
    this.#stored = stored
    this.#flushed = flushedOf(snapshot, options.log.id)
    this.#sealed = stored + 1n
    this.#judged = stored + 1n
    this.#contract = options.contract
  }

  /** Records that one commit takes at most. */
  get #commitRows(): number {
    const { flushRows = 200_000, commitRows = Math.max(flushRows, 200_000) } = this.#options
    return commitRows
  }

  get log(): Log {
    return this.#options.log
  }

  /** Of streams whose events have ids. */
  get ids(): EventIds | undefined {
    return this.#options.ids
  }

  /** The offset of the last record that is in the table. */
  get stored(): bigint {
    return this.#stored
  }

  /** Why the table took nothing when it was last tried. */
  get trouble(): Error | undefined {
    return this.#trouble
  }

  /** A query is answered without reading the log first: it has been read since the tail was begun. */
  get isRead(): boolean {
    return this.#isRead
  }

  /** Records that the table has not read: events, rejects, and what the log says of them. */
  get waiting(): bigint {
    return this.log.next - this.#stored - 1n
  }

  /** Of so many, events that come are refused. */
  get waitingLimit(): number {
    return this.#options.waitingRecords ?? 2_000_000
  }

  /** What became of the events that it has read. */
  get flushed(): Flushed {
    return this.#flushed
  }

  /** Accepted events that it has not read. */
  get pending(): bigint {
    const { accepted, mended } = this.log.counters
    const { stored, rejected, late } = this.#flushed
    return BigInt(accepted + mended) - stored - rejected - late
  }

  async start(): Promise<void> {
    await recoverIds(this.#options, this.#stored + 1n)
    await this.#turns.run(() => this.#load())
    this.log.stored(this.#stored + 1n)
    this.#readAhead()
    this.#listener = this.log.onAppend((range) => {
      if (this.#tail) this.#feed(this.#tail, range)
      this.#schedule()
      this.#judgeSoon()
    })
    this.#judgeSoon()
    this.#followLater()
    if (this.log.next > this.#stored + 1n) this.#schedule()
  }

  /** `Log.append`, while the table keeps up. STREAM_FULL. */
  append(group: LogGroup): Promise<Appended> {
    const { waiting: records, waitingLimit: limit } = this
    if (records < BigInt(limit)) return this.log.append(group)
    const reason = this.#trouble?.message ?? 'it is slow'
    return Promise.reject(new MillraceError('STREAM_FULL', { records, limit, stream: this.#options.stream, reason }))
  }

  /** Keeps what is not in the table by now, and waits until all before an offset is there to be read. TAIL_LATE. */
  async hold(upTo: bigint, context: Context): Promise<HeldLog> {
    const { barrierMs = 10_000, stream } = this.#options
    for (let attempt = 1; ; attempt++)
      try {
        const tail = this.#tail ?? (await this.#turns.run(() => this.#load()))
        const held = this.#stored
        const lease = await tail.lease({ after: held, upTo, timeoutMs: barrierMs }, context)
        return {
          after: held,
          rejects: lease.rejects,
          beyond: (snapshot, from = 0n) => {
            const after = max(readOf(snapshot, this.log.id), from - 1n)
            if (upTo <= after + 1n) return undefined
            if (after < held) throw new MillraceError('TAIL_AHEAD', { stream, after, first: held + 1n })
            return withColumns({ ...lease.rows, after }, snapshot.columns)
          },
          [Symbol.dispose]: () => lease[Symbol.dispose](),
        }
      } catch (error) {
        if (attempt === attempts || !isLost(error)) throw error
      }
  }

  /** Brings what was acknowledged by now into the table. The errors of `append`. */
  flush(context: Context = this.#options.context): Promise<void> {
    return this.#turns.run(async () => {
      for (let attempt = 1; ; attempt++)
        try {
          await this.#flush(context)
          this.#say(undefined)
          return
        } catch (error) {
          if (!isLost(error)) this.#say(error)
          if (attempt === attempts || !isLost(error)) throw error
        }
    })
  }

  /** Takes in the ids that commits of others have brought by now. */
  async follow(): Promise<void> {
    await this.#options.ids?.index.follow()
  }

  /** Lets go of what is held in memory; it is read from the log again. */
  async dropTail(): Promise<void> {
    const tail = this.#tail
    this.#tail = undefined
    await tail?.close()
  }

  /** Flushes, and lets go of the log. What cannot be flushed is in the log, for the next who opens it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const timer of [this.#timer, this.#judging, this.#following]) clearTimeout(timer)
    this.#listener?.[Symbol.dispose]()
    try {
      await this.flush()
    } finally {
      await this.#tail?.close()
      await this.#options.ids?.index[Symbol.asyncDispose]()
      await this.log[Symbol.asyncDispose]()
    }
  }

  #say(trouble: unknown): void {
    const before = this.#trouble
    this.#trouble = trouble === undefined || trouble instanceof Error ? trouble : new Error(String(trouble))
    const { onTrouble, stream } = this.#options
    if (before?.message !== this.#trouble?.message) onTrouble?.(stream, this.#trouble)
  }

  /** Reads what is not in the table before somebody asks for it; again where the tail is lost meanwhile. */
  #readAhead(): void {
    if (this.#closed) return
    const { context, readMs = 60_000 } = this.#options
    const read = this.#turns.run(async () => {
      const tail = await this.#load()
      using _ = await tail.lease({ after: this.#stored, upTo: this.log.next, timeoutMs: readMs }, context)
      if (this.#tail === tail) this.#isRead = true
    })
    read.catch(() => setTimeout(() => this.#readAhead(), againMs).unref())
  }

  /** Whoever sends an id again with other content waits for what the rules say of the first. */
  #judgeSoon(): void {
    const { ids, judgeMs = 200 } = this.#options
    if (!ids?.hasRules || this.#closed || this.#judging || this.log.next <= this.#judged) return
    const again = () => {
      this.#judging = undefined
      this.#judgeSoon()
    }
    this.#judging = setTimeout(() => {
      // a flush judges too; what is in the way of both is told there
      this.#turns.run(() => this.#judge(ids)).then(again, again)
    }, judgeMs)
  }

  async #judge(ids: EventIds): Promise<void> {
    const { lake, context, barrierMs = 10_000 } = this.#options
    const upTo = this.log.next
    if (upTo <= this.#judged) return
    const tail = this.#tail ?? (await this.#load())
    using lease = await tail.lease({ after: this.#judged - 1n, upTo, timeoutMs: barrierMs }, context)
    await judge(lake, ids, lease.rejects, upTo, context)
    this.#judged = upTo
  }

  /** Rows that others have added have ids too. */
  #followLater(): void {
    const { ids, followMs = 5_000 } = this.#options
    if (!ids) return
    this.#following = setTimeout(() => {
      const again = () => {
        if (!this.#closed) this.#followLater()
      }
      ids.index.follow().then(again, again)
    }, followMs)
  }

  async #flush(context: Context): Promise<void> {
    const { stream: table, spec } = this.#options
    const tail = this.#tail ?? (await this.#load())
    if (this.log.next > this.#sealed) this.#seal(tail, this.log.next, spec(this.#contract))
    const site = { ...this.#options, table }
    for (let sealed = await this.#pending[0]; sealed; sealed = await this.#pending[0]) {
      const startedMs = performance.now()
      this.#portion ??= portionOf(sealed, this.#stored, this.#commitRows)
      const { upTo } = this.#portion
      const snapshot = await flushPortion(site, this.#portion, context)
      // before it is gone: whoever asks from now on has to begin after it
      this.#stored = upTo - 1n
      this.#flushed = flushedOf(snapshot, this.log.id)
      this.#portion = undefined
      this.#judged = max(this.#judged, upTo)
      if (upTo === sealed.upTo) {
        sealed.drop()
        this.#pending.shift()
      }
      await this.log.trim(upTo)
      const seconds = (performance.now() - startedMs) / 1000
      context.emit({ kind: 'fact', type: 'stream.flushed', stream: table, version: snapshot.version, upTo, seconds })
    }
  }

  /** A tail of all that is not in the table, loaded by the contracts that it was judged by. */
  async #load(): Promise<Tail> {
    if (this.#tail) return this.#tail
    const { lake, stream, context, spec, engine, contract } = this.#options
    const snapshot = await readSnapshot(lake, stream, {}, context)
    this.#stored = readOf(snapshot, this.log.id)
    this.#flushed = flushedOf(snapshot, this.log.id)
    this.#sealed = this.#stored + 1n
    this.#pending = []
    this.#portion = undefined
    this.#contract = this.log.ranges(this.#sealed)[0]?.contract ?? contract
    const tail = await engine.tail?.(spec(this.#contract), this.#sealed)
    if (!tail) throw new MillraceError('INTERNAL', { reason: `${engine.name} holds no tails` })
    // from here on in one turn: what is appended now is fed by the listener
    for (const range of this.log.ranges(this.#sealed)) this.#feed(tail, range)
    this.#tail = tail
    tail.onLost(() => this.#giveUp(tail))
    return tail
  }

  /** What a tail held that is lost, or could not be sealed, is read from the log again. */
  #giveUp(tail: Tail): void {
    if (this.#tail !== tail) return
    this.#tail = undefined
    this.#isRead = false
    tail.close().catch(() => undefined)
    this.#readAhead()
  }

  #feed(tail: Tail, range: LineRange): void {
    const { contract, first } = range
    if (contract !== this.#contract) {
      this.#contract = contract
      this.#seal(tail, first, this.#options.spec(contract))
    }
    tail.feed(range)
  }

  /** All before an offset, which has been fed, becomes a generation of its own. */
  #seal(tail: Tail, upTo: bigint, spec: TailSpec): void {
    const sealed = tail.seal(this.#options.context, spec)
    // whoever flushes is told
    sealed.catch(() => this.#giveUp(tail))
    this.#pending.push(sealed)
    this.#sealed = upTo
  }

  /** The next flush: in time, or now when much waits. */
  #schedule(): void {
    const { flushRows = 200_000, flushMs = 60_000 } = this.#options
    if (this.#closed || this.#flushing) return
    if (this.log.next - this.#stored - 1n >= BigInt(flushRows) && !this.#trouble) this.#flushNow()
    else this.#timer ??= setTimeout(() => this.#flushNow(), this.#trouble ? retryMs : flushMs)
  }

  #flushNow(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing = true
    const done = () => {
      this.#flushing = false
      if (this.log.next > this.#stored + 1n) this.#schedule()
    }
    // what is in the way is `trouble`, until it is not
    this.flush().then(done, done)
  }
}

/** The rows of a tail with the columns of a version of the table, in their order. */
function withColumns(rows: TailRelation, columns: Columns): Relation {
  const has = new Set(rows.columns.map((column) => column.name))
  const selected = columns.map((column) =>
    has.has(column.name) ? name(column.name) : sql`CAST(NULL AS ${raw(typeText(column.type))}) AS ${name(column.name)}`,
  )
  return { kind: 'select', sql: sql`SELECT ${join(selected)} FROM tail`.text, from: { tail: rows } }
}

/** The process that held the tail has ended: the same can be done with the next one. */
function isLost(error: unknown): boolean {
  return isError(error, 'TAIL_LOST') || isError(error, 'ENGINE_LOST')
}

/** How long a tail that could not be begun is left alone. */
const againMs = 200

/** How long a table that took nothing is left alone. */
const retryMs = 5_000

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
