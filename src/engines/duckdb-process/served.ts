import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { openDuckdb } from '../duckdb.ts'
import type { ColumnBatch, Engine, Query, Result } from '../engine.ts'
import type { DataFile } from '../relation.ts'
import type { Tail } from '../tail.ts'
import {
  batchesAhead,
  type Call,
  type Calls,
  type Reply,
  type RowBatch,
  type SentQuery,
  sentError,
  type Told,
} from './messages.ts'
import { type ProcessorShare, ProcessorTime } from './processor-time.ts'
import { receivedRelations } from './relations.ts'

/** What calls under way are given when the engine is closed. */
const stopMs = 1_000

/** A call under way: how to stop it, what it takes, and, of a run, how many batches may be sent. */
interface Running {
  readonly controller: AbortController
  readonly processor: ProcessorShare
  credit: number
  more: () => void
}

/** The engine's side of the channel: it does what it is asked, and answers by `reply`. */
export class Served {
  readonly #reply: (reply: Reply) => void
  #engine: Promise<Engine> | undefined
  readonly #running = new Map<number, Running>()
  readonly #processor = new ProcessorTime()
  readonly #files = new Map<number, readonly DataFile[]>()
  readonly #tails = new Map<number, Tail>()
  /** Leases and sealed generations: what `release` does. */
  readonly #held = new Map<number, () => void>()

  constructor(reply: (reply: Reply) => void) {
    this.#reply = reply
  }

  receive(message: Call | Told): void {
    if ('call' in message) void this.#answer(message)
    else this.#hear(message)
  }

  async #answer(call: Call): Promise<void> {
    const { id } = call
    using processor = this.#processor.share()
    const running: Running = { controller: new AbortController(), processor, credit: batchesAhead, more: () => {} }
    this.#running.set(id, running)
    const { signal } = running.controller
    const emit: Context['emit'] = (event) => this.#reply({ id, kind: 'event', event })
    try {
      await this.#perform(call, running, { signal, emit, now: Date.now })
    } catch (error) {
      this.#reply({ id, kind: 'failed', error: sentError(error) })
    } finally {
      this.#running.delete(id)
    }
  }

  async #perform(call: Call, running: Running, context: Context): Promise<void> {
    const { id } = call
    switch (call.call) {
      case 'open':
        this.#engine = openDuckdb(call.options)
        await this.#engine
        return this.#done<'open'>(id, null)
      case 'describe':
        return this.#done<'describe'>(id, await (await this.#opened()).describe(this.#query(call.query), context))
      case 'run':
        return this.#run(id, this.#query(call.query), running, context)
      case 'readColumns': {
        const batches = (await this.#opened()).readColumns(this.#query(call.query), context)
        this.#done<'readColumns'>(id, null)
        return this.#send(id, batches, running, context)
      }
      case 'write': {
        const written = await (await this.#opened()).write(this.#query(call.query), call.target, context)
        return this.#done<'write'>(id, written)
      }
      case 'tail': {
        const tail = await (await this.#opened()).tail?.(call.spec, call.from)
        if (tail) this.#tails.set(id, tail)
        return this.#done<'tail'>(id, null)
      }
      case 'lease': {
        const lease = await this.#tail(call.tail).lease(call.request, context)
        this.#held.set(id, () => lease[Symbol.dispose]())
        return this.#done<'lease'>(id, { rows: lease.rows, rejects: lease.rejects })
      }
      case 'seal': {
        const { rows, rejects, upTo, drop } = await this.#tail(call.tail).seal(context, call.spec)
        this.#held.set(id, drop)
        return this.#done<'seal'>(id, { rows, rejects, upTo })
      }
      case 'closeTail':
        await this.#tail(call.tail).close()
        this.#tails.delete(call.tail)
        return this.#done<'closeTail'>(id, null)
      case 'close':
        await this.#stopOthers(id)
        await (await this.#engine)?.close()
        return this.#done<'close'>(id, null)
      default:
        call satisfies never
    }
  }

  async #run(id: number, query: Query, running: Running, context: Context): Promise<void> {
    await using result = await (await this.#opened()).run(query, context)
    this.#done<'run'>(id, result.columns)
    await this.#send(id, result.batches, running, context, result)
  }

  /** Sends batches as far ahead as whoever reads them has asked for, and what is known at their end. */
  async #send(
    id: number,
    batches: AsyncIterable<RowBatch | ColumnBatch>,
    running: Running,
    { signal }: Context,
    whole: Pick<Result, 'truncated'> = { truncated: false },
  ): Promise<void> {
    signal.addEventListener('abort', () => running.more())
    for await (const batch of batches) {
      while (running.credit === 0 && !signal.aborted)
        await new Promise<void>((resolve) => {
          running.more = resolve
        })
      signal.throwIfAborted()
      running.credit--
      this.#reply({ id, kind: 'batch', batch })
    }
    this.#reply({ id, kind: 'end', truncated: whole.truncated, cpuMs: running.processor.ms() })
  }

  /** Whoever reads is told that it was cut short before the process ends, and not only that it has ended. */
  async #stopOthers(id: number): Promise<void> {
    const until = performance.now() + stopMs
    for (const [other, { controller }] of this.#running)
      if (other !== id) controller.abort(new MillraceError('CANCELLED', { what: 'the query' }))
    while (this.#running.size > 1 && performance.now() < until) await nextTurn()
  }

  #hear(told: Told): void {
    switch (told.tell) {
      case 'files':
        this.#files.set(told.key, told.files)
        return
      case 'forget':
        this.#files.delete(told.key)
        return
      case 'feed':
        this.#tails.get(told.tail)?.feed(told.range)
        return
      case 'more': {
        const running = this.#running.get(told.id)
        if (!running) return
        running.credit++
        running.more()
        return
      }
      case 'stop':
        this.#running.get(told.id)?.controller.abort()
        return
      case 'release':
        this.#held.get(told.id)?.()
        this.#held.delete(told.id)
        return
      default:
        told satisfies never
    }
  }

  #done<Name extends keyof Calls>(id: number, value: Calls[Name]['gives']): void {
    this.#reply({ id, kind: 'done', value })
  }

  async #opened(): Promise<Engine> {
    if (this.#engine) return this.#engine
    throw new MillraceError('INTERNAL', { reason: 'the engine was not opened' })
  }

  #tail(id: number): Tail {
    const tail = this.#tails.get(id)
    if (tail) return tail
    throw new MillraceError('INTERNAL', { reason: `there is no tail ${id}` })
  }

  #query(sent: SentQuery): Query {
    const filesOf = (key: number): readonly DataFile[] => {
      const files = this.#files.get(key)
      if (files) return files
      throw new MillraceError('INTERNAL', { reason: `there is no list of files ${key}` })
    }
    return { ...sent, from: receivedRelations(sent.from, filesOf) }
  }
}
