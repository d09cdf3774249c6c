import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { MillEvent } from '../../core/events.ts'
import type { DuckdbOptions } from '../duckdb/instance.ts'
import type { ColumnBatch } from '../engine.ts'
import type { DataFile } from '../relation.ts'
import {
  type Call,
  type CallName,
  type Calls,
  type End,
  errorFrom,
  type Reply,
  type RowBatch,
  type SentError,
  type Told,
} from './messages.ts'

/**
 * Threads that wait for DuckDB, one for each statement that runs: with Node's four, four long queries would keep the
 * loader of a tail waiting.
 */
const waitingThreads = 64

/**
 * Heaps that glibc shares among all those threads, where it would give them sixteen, each of which keeps what was freed in it.
 * Measured: 200 viewers of a dashboard over 10 million rows took 640 to 700 MB of both processes instead of 780, and events
 * were loaded in no more time.
 */
const heaps = { MALLOC_ARENA_MAX: '2' }

/**
 * V8's young generation is two halves of so many MiB: all that is made here is rows on their way to whoever asked, and
 * of 40 queries at once it grew to 56 MB.
 */
const smallHeap = ['--max-semi-space-size=8']

/** How long the process may take to end when it is asked to. */
const closeMs = 5_000

const main = join(import.meta.dirname, `engine-main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`)

/** What a call is told while it runs. */
export interface Listener {
  readonly event?: (event: MillEvent) => void
  readonly batch?: (batch: RowBatch | ColumnBatch) => void
  readonly end?: (end: End) => void
  readonly failed?: (error: unknown) => void
}

interface Pending extends Listener {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What a DuckDB says that has to be opened anew. */
function isBroken({ code }: SentError): boolean {
  return code === 'ENGINE_BROKEN' || code === 'ENGINE_LOST'
}

/** One process with an engine in it, from its start to its death. */
export class Child {
  readonly #process: ChildProcess
  readonly #calls = new Map<number, Pending>()
  readonly #keys = new WeakMap<readonly DataFile[], number>()
  readonly #forgotten = new FinalizationRegistry<number>((key) => this.tell({ tell: 'forget', key }))
  readonly #onEnd: ((reason: string) => void)[] = []
  #ended: string | undefined
  #next = 0

  constructor(options: DuckdbOptions) {
    this.#process = fork(main, {
      serialization: 'advanced',
      execArgv: smallHeap,
      env: { ...heaps, ...process.env, UV_THREADPOOL_SIZE: String(waitingThreads) },
    })
    this.#process.on('message', (reply: Reply) => this.#receive(reply))
    this.#process.on('exit', (code, signal) => this.#end(signal ? `it was killed (${signal})` : `exit code ${code}`))
    this.#process.on('error', (error) => this.#end(error.message))
    this.#process.unref()
    // killed, it has closed its channel: this process must not end for want of work before it is told of that
    this.#process.on('disconnect', () => this.#process.ref())
    void this.call('open', { options: { ...options, looked: true } }).catch(() => this.#process.kill('SIGKILL'))
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get ended(): boolean {
    return this.#ended !== undefined
  }

  onEnd(listener: (reason: string) => void): void {
    if (this.#ended !== undefined) listener(this.#ended)
    else this.#onEnd.push(listener)
  }

  /** Resolves with the answer. ENGINE_LOST when the process ends before it; the signal’s reason when it says so. */
  async call<Name extends CallName>(
    name: Name,
    asks: Calls[Name]['asks'],
    context?: Context,
    listener: Listener = {},
  ): Promise<{ readonly id: number; readonly value: Calls[Name]['gives'] }> {
    context?.signal.throwIfAborted()
    if (this.#ended !== undefined) throw new MillraceError('ENGINE_LOST', { reason: this.#ended })
    const id = this.#next++
    const stop = () => this.tell({ tell: 'stop', id })
    context?.signal.addEventListener('abort', stop)
    try {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      this.#calls.set(id, { ...listener, resolve, reject })
      this.#process.channel?.ref()
      this.#send({ id, call: name, ...asks } as Call)
      // the answer is of the call, by its id
      return { id, value: (await promise) as Calls[Name]['gives'] }
    } catch (error) {
      context?.signal.throwIfAborted()
      throw error
    } finally {
      context?.signal.removeEventListener('abort', stop)
      if (!listener.end) this.#settled(id)
    }
  }

  tell(told: Told): void {
    if (this.#ended === undefined) this.#send(told)
  }

  /** The key of a list of files, which is sent when it is new. */
  keyOf(files: readonly DataFile[]): number {
    const known = this.#keys.get(files)
    if (known !== undefined) return known
    const key = this.#next++
    this.#keys.set(files, key)
    this.#forgotten.register(files, key)
    this.tell({ tell: 'files', key, files })
    return key
  }

  /** Ends the engine, then the process. */
  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.onEnd(() => resolve()))
    const late = setTimeout(() => this.#process.kill('SIGKILL'), closeMs)
    await this.call('close', {}).catch(() => undefined)
    if (this.#process.connected) this.#process.disconnect()
    await gone
    clearTimeout(late)
  }

  #send(message: Call | Told): void {
    // a channel that is closed is told by the process’s end, which is never far then
    this.#process.send(message, (error) => {
      if (error) this.#process.kill('SIGKILL')
    })
  }

  #receive(reply: Reply): void {
    // the others under way, and the tails, are lost with it: no instance in there can be trusted any more
    if (reply.kind === 'failed' && isBroken(reply.error)) this.#process.kill('SIGKILL')
    const call = this.#calls.get(reply.id)
    if (!call) return
    switch (reply.kind) {
      case 'done':
        call.resolve(reply.value)
        return
      case 'failed':
        this.#fail(reply.id, call, errorFrom(reply.error))
        return
      case 'event':
        call.event?.(reply.event)
        return
      case 'batch':
        call.batch?.(reply.batch)
        return
      case 'end':
        this.#settled(reply.id)
        call.end?.(reply)
        return
      default:
        reply satisfies never
    }
  }

  #fail(id: number, call: Pending, error: unknown): void {
    this.#settled(id)
    call.reject(error)
    call.failed?.(error)
  }

  #settled(id: number): void {
    if (this.#calls.delete(id) && this.#calls.size === 0) this.#process.channel?.unref()
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    for (const [id, call] of [...this.#calls]) this.#fail(id, call, new MillraceError('ENGINE_LOST', { reason }))
    for (const listener of this.#onEnd) listener(reason)
  }
}
