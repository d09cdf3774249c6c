import type { DuckDBConnection } from '@duckdb/node-api'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'

const pollMs = 100

/**
 * Stops what a connection runs when the signal says so or the time is over, and tells how far it is. An interrupt that
 * comes between two calls is lost on DuckDB, so it is repeated until the call ends.
 */
export class Watch implements Disposable {
  readonly #connection: DuckDBConnection
  readonly #context: Context
  readonly #task: string
  readonly #timeoutMs: number | undefined
  readonly #timers: NodeJS.Timeout[] = []
  readonly #interrupt: () => void
  #late = false
  #stopped = false
  #busy: Promise<unknown> | undefined

  constructor(connection: DuckDBConnection, context: Context, task: string, timeoutMs?: number) {
    this.#connection = connection
    this.#context = context
    this.#task = task
    this.#timeoutMs = timeoutMs
    this.#interrupt = () => {
      if (this.#busy !== undefined) this.#connection.interrupt()
    }
    context.signal.addEventListener('abort', this.#interrupt)
    this.#timers.push(setInterval(() => this.#poll(), pollMs))
    if (timeoutMs !== undefined) {
      const late = setTimeout(() => {
        this.#late = true
        this.#interrupt()
      }, timeoutMs)
      this.#timers.push(late)
    }
  }

  /** Runs one call of the connection. Throws the signal's reason, QUERY_TIMEOUT, or what the call threw. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.check()
    const running = work()
    this.#busy = running
    try {
      const result = await running
      // rows that an interrupt cut short come as if they had ended by themselves
      this.check()
      return result
    } catch (error) {
      this.check()
      throw error
    } finally {
      this.#busy = undefined
    }
  }

  /** Ends what is running, and waits until it has ended: closing a connection before that would block the process. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#interrupt()
    await this.#busy?.catch(() => undefined)
  }

  /** Throws where the work has to stop. */
  check(): void {
    this.#context.signal.throwIfAborted()
    if (this.#stopped) throw new MillraceError('CANCELLED', { what: `the ${this.#task}` })
    if (this.#late) throw new MillraceError('QUERY_TIMEOUT', { seconds: (this.#timeoutMs ?? 0) / 1000 })
  }

  #poll(): void {
    if (this.#busy === undefined) return
    if (this.#late || this.#stopped || this.#context.signal.aborted) {
      this.#interrupt()
      return
    }
    const { rows_processed: done, total_rows_to_process: total } = this.#connection.progress
    if (total > 0n)
      this.#context.emit({
        kind: 'pulse',
        type: 'task.progress',
        task: this.#task,
        done: Number(done),
        total: Number(total),
        unit: 'steps',
      })
  }

  [Symbol.dispose](): void {
    this.#context.signal.removeEventListener('abort', this.#interrupt)
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
