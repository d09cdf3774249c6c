import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Context } from '../../../core/context.ts'
import { isError, MillraceError } from '../../../core/errors.ts'
import { Turns } from '../../../core/turns.ts'
import type { TailRelation } from '../../relation.ts'
import {
  type LeaseRequest,
  type LineRange,
  rejectColumns,
  type SealedTail,
  type Tail,
  type TailLease,
  type TailSpec,
} from '../../tail.ts'
import { askedOf, errorOf } from '../errors.ts'
import type { DuckdbOptions } from '../instance.ts'
import { Generation } from './generation.ts'
import { countsOf, type LineCounts, LineReader, linesIn, type Piece } from './lines.ts'

/** How long new lines wait for others before they are loaded, when nobody asks for them. */
const tickMs = 100

/** As soon as so many bytes wait, they are loaded: a load costs a millisecond, whatever is in it. */
const tickBytes = 3_000_000

/** How long a load that failed for want of memory is left alone. */
const retryMs = 200

/** A lease that is asked for: it keeps what there is, and waits for what there is not. */
interface Waiting {
  readonly upTo: bigint
  readonly held: Generation[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** A stream's tail as tables of a DuckDB, which one connection loads. */
export class DuckdbTail implements Tail {
  readonly id = randomUUID()
  readonly #connection: DuckDBConnection
  readonly #reader = new LineReader()
  readonly #generations: Generation[] = []
  readonly #options: DuckdbOptions
  readonly #onClose: (tail: DuckdbTail) => void
  readonly #lostListeners: (() => void)[] = []
  #number = 0
  #spec: TailSpec
  /** Fed and not loaded; of the first, what lies before byte `#at` is loaded. */
  #pending: LineRange[] = []
  #at: number | undefined
  /** The offset that the next range begins with. */
  #fed: bigint
  /** The first offset that is not in the tables. */
  #loaded: bigint
  /** What lies before it was dropped, or was never here. */
  #first: bigint
  /** What is loaded without another tick. */
  #wanted: bigint
  #timer: NodeJS.Timeout | undefined
  /** One thing after the other on the connection. */
  readonly #turns = new Turns()
  #loading = false
  #closed = false
  readonly #waiting = new Set<Waiting>()

  private constructor(
    spec: TailSpec,
    from: bigint,
    connection: DuckDBConnection,
    options: DuckdbOptions,
    onClose: (tail: DuckdbTail) => void,
  ) {
    this.#spec = spec
    this.#fed = from
    this.#loaded = from
    this.#first = from
    this.#wanted = from
    this.#connection = connection
    this.#options = options
    this.#onClose = onClose
  }

  static async open(
    spec: TailSpec,
    from: bigint,
    connection: DuckDBConnection,
    options: DuckdbOptions,
    onClose: (tail: DuckdbTail) => void,
  ): Promise<DuckdbTail> {
    const tail = new DuckdbTail(spec, from, connection, options, onClose)
    tail.#generations.push(await tail.#create(spec))
    return tail
  }

  feed(range: LineRange): void {
    if (this.#closed || range.next <= this.#fed) return
    const last = this.#pending.at(-1)
    const joins = last && last.path === range.path && last.end === range.start && last.contract === range.contract
    if (joins && last.next === range.first)
      this.#pending[this.#pending.length - 1] = { ...last, end: range.end, next: range.next }
    else this.#pending.push(range)
    this.#fed = range.next
    this.#schedule(tickMs)
    if (this.#waitingBytes() >= tickBytes) this.#wake()
    if ([...this.#waiting].some(({ upTo }) => upTo > this.#wanted)) this.#wake()
  }

  async lease({ after, upTo, timeoutMs }: LeaseRequest, context: Context): Promise<TailLease> {
    this.#assertOpen()
    context.signal.throwIfAborted()
    const held = this.#generations.filter((generation) => !generation.dropped)
    const first = this.#first
    for (const generation of held) generation.leases++
    const release = () => {
      for (const generation of held) {
        generation.leases--
        this.#reap(generation)
      }
    }
    try {
      if (upTo > after + 1n && first > after + 1n)
        throw new MillraceError('TAIL_AHEAD', { stream: this.#spec.stream, after, first })
      if (upTo > after + 1n) await this.#loadedTo(upTo, held, timeoutMs, context.signal)
    } catch (error) {
      release()
      throw error
    }
    let done = false
    return {
      rows: this.#relation('rows', held, after, upTo),
      rejects: this.#relation('rejects', held, after, upTo),
      [Symbol.dispose]() {
        if (done) return
        done = true
        release()
      },
    }
  }

  async seal(context: Context, spec?: TailSpec): Promise<SealedTail> {
    this.#assertOpen()
    context.signal.throwIfAborted()
    const next = spec ?? this.#spec
    const fed = this.#pending.findLast(({ contract }) => contract === this.#spec.contract)?.next
    if (fed !== undefined) this.#wanted = fed
    return this.#turns.run(async () => {
      await this.#load().catch((error: unknown) => {
        throw this.#told(error)
      })
      const created = await this.#create(next)
      const sealed = this.#current
      const upTo = this.#loaded
      sealed.end = upTo
      created.first = upTo
      this.#spec = next
      this.#generations.push(created)
      for (const { held } of this.#waiting) {
        created.leases++
        held.push(created)
      }
      if (this.#pending.length > 0) this.#schedule(tickMs)
      const after = sealed.first - 1n
      return {
        rows: this.#relation('rows', [sealed], after, upTo, sealed.spec),
        rejects: this.#relation('rejects', [sealed], after, upTo, sealed.spec),
        upTo,
        drop: () => {
          sealed.dropped = true
          if (this.#first < upTo) this.#first = upTo
          this.#reap(sealed)
        },
      }
    })
  }

  /** TAIL_LOST unless what the relation is made of is there. */
  assertHolds({ generations, stream }: TailRelation): void {
    const known = new Set(this.#generations.map(({ number }) => number))
    if (this.#closed || !generations.every((number) => known.has(number)))
      throw new MillraceError('TAIL_LOST', { stream })
  }

  onLost(listener: () => void): void {
    if (this.#closed) listener()
    else this.#lostListeners.push(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    const lost = new MillraceError('TAIL_LOST', { stream: this.#spec.stream })
    for (const waiting of this.#waiting) waiting.reject(lost)
    await this.#turns.ended()
    await this.#reader[Symbol.asyncDispose]()
    for (const generation of this.#generations) await generation.drop()
    this.#onClose(this)
    for (const listener of this.#lostListeners) listener()
  }

  /** SQL_INVALID where the SELECT of the spec is none. */
  async #create(spec: TailSpec): Promise<Generation> {
    try {
      return await Generation.create(this.id, this.#number++, spec, this.#loaded, this.#connection)
    } catch (error) {
      throw this.#told(error)
    }
  }

  /** A failure of DuckDB or of a file as one of ours. */
  #told(error: unknown): unknown {
    const told = errorOf(error, askedOf('', Number.MAX_SAFE_INTEGER, this.#options))
    if (told instanceof MillraceError || !(told instanceof Error) || !('code' in told)) return told
    const path = this.#pending[0]?.path ?? ''
    return new MillraceError('STORE_UNREACHABLE', { operation: 'reading', path, reason: told.message }, error)
  }

  get #current(): Generation {
    return this.#generations.at(-1) as Generation
  }

  #assertOpen(): void {
    if (this.#closed) throw new MillraceError('TAIL_LOST', { stream: this.#spec.stream })
  }

  #relation(
    part: TailRelation['part'],
    held: readonly Generation[],
    after: bigint,
    upTo: bigint,
    spec = this.#spec,
  ): TailRelation {
    const columns = part === 'rows' ? spec.columns : rejectColumns
    const read = held
      .filter(({ first, end }) => first < upTo && (end === undefined || end > after + 1n))
      .filter(({ hasRejects }) => part === 'rows' || hasRejects)
    const generations = read.map(({ number }) => number)
    const uniform = part === 'rejects' || read.every((one) => isDeepStrictEqual(one.spec.columns, columns))
    return { kind: 'tail', stream: spec.stream, tail: this.id, part, generations, after, upTo, columns, uniform }
  }

  /** Drops a generation that is stored and that nobody reads. */
  #reap(generation: Generation): void {
    if (!generation.dropped || generation.leases > 0 || this.#closed) return
    const at = this.#generations.indexOf(generation)
    if (at < 0) return
    this.#generations.splice(at, 1)
    void this.#turns.run(() => generation.drop())
  }

  async #loadedTo(upTo: bigint, held: Generation[], timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#loaded >= upTo) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { upTo, held, resolve, reject }
    const late = setTimeout(() => {
      reject(
        new MillraceError('TAIL_LATE', {
          stream: this.#spec.stream,
          upTo,
          loaded: this.#loaded,
          seconds: timeoutMs / 1000,
        }),
      )
    }, timeoutMs)
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    this.#waiting.add(waiting)
    this.#wake()
    try {
      await promise
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', abort)
      this.#waiting.delete(waiting)
    }
  }

  #waitingBytes(): number {
    const [first, ...rest] = this.#pending
    if (!first) return 0
    return rest.reduce((sum, { start, end }) => sum + end - start, first.end - (this.#at ?? first.start))
  }

  #schedule(afterMs: number): void {
    if (this.#closed || this.#loading) return
    this.#timer ??= setTimeout(() => this.#wake(), afterMs)
  }

  /** Loads what has been fed by now. */
  #wake(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#wanted = this.#fed
    if (this.#loading || this.#closed) return
    this.#loading = true
    void this.#turns
      .run(() => this.#load())
      .then(
        () => this.#rest(tickMs),
        (thrown: unknown) => {
          const error = this.#told(thrown)
          for (const waiting of this.#waiting) waiting.reject(error)
          // a gap does not go away by waiting; the leases are told of it again
          this.#rest(isError(error, 'TAIL_GAP') ? undefined : retryMs)
        },
      )
  }

  #rest(afterMs: number | undefined): void {
    this.#loading = false
    if (afterMs !== undefined && this.#loadable()) this.#schedule(afterMs)
  }

  #loadable(): LineRange | undefined {
    const [range] = this.#pending
    return range?.contract === this.#spec.contract ? range : undefined
  }

  /** Loads piece by piece up to what is wanted. */
  async #load(): Promise<void> {
    for (let range = this.#loadable(); range && !this.#closed; range = this.#loadable()) {
      if (this.#loaded >= this.#wanted) return
      const piece = await this.#reader.read(range, this.#at ?? range.start)
      await this.#loadPiece(range, piece)
      // the range may have grown meanwhile: what was read ends before its end then
      const grown = this.#pending[0] as LineRange
      if (piece.end < grown.end) this.#at = piece.end
      else {
        this.#pending.shift()
        this.#at = undefined
        this.#assertReached(range, piece.end, grown.next)
      }
      this.#resolveWaiting()
    }
  }

  async #loadPiece(range: LineRange, piece: Piece): Promise<void> {
    const loaded = this.#loaded
    const { first } = piece
    if (first === undefined) return
    if (first > loaded) throw this.#gap(range, this.#at ?? range.start, loaded, `it is offset ${first}`)
    const known = Number(loaded - first)
    if (known >= piece.records) return
    const { records, events, simple } = known === 0 ? piece : withoutKnown(piece.bytes, known)
    await this.#current.load({ bytes: piece.bytes, from: loaded, records, events, simple }, (next) => {
      this.#loaded = next
    })
  }

  #assertReached(range: LineRange, byte: number, next: bigint): void {
    const loaded = this.#loaded
    if (loaded < next) throw this.#gap(range, byte, loaded, 'the lines end')
  }

  #gap(range: LineRange, byte: number, expected: bigint, found: string): MillraceError {
    return new MillraceError('TAIL_GAP', { file: range.path, byte, expected, stream: this.#spec.stream, found })
  }

  #resolveWaiting(): void {
    const loaded = this.#loaded
    for (const waiting of this.#waiting) if (waiting.upTo <= loaded) waiting.resolve()
  }
}

/** What is left of lines without their first `known` records. */
function withoutKnown(bytes: Uint8Array, known: number): LineCounts {
  const lines = linesIn(bytes).filter((line) => !line.startsWith('!'))
  return countsOf(lines.slice(known))
}
