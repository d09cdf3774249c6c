import type { Context } from '../../core/context.ts'
import type { Value } from '../../core/values.ts'
import type { Result, ResultColumn } from '../engine.ts'
import type { Child } from './child.ts'
import type { SentQuery } from './messages.ts'

type Batch = readonly (readonly Value[])[]

/** Rows that another process reads, a few batches ahead of whoever uses them. */
export class RemoteResult implements Result {
  readonly batches: AsyncIterable<Batch>
  readonly #child: Child
  readonly #context: Context
  #id = -1
  #columns: readonly ResultColumn[] = []
  readonly #waiting: Batch[] = []
  #truncated = false
  #over = false
  #failure: { readonly error: unknown } | undefined
  readonly #wakes: (() => void)[] = []
  readonly #abort = () => this.#child.tell({ tell: 'stop', id: this.#id })

  private constructor(child: Child, context: Context) {
    this.#child = child
    this.#context = context
    this.batches = this.#read()
  }

  static async run(child: Child, query: SentQuery, context: Context): Promise<RemoteResult> {
    const result = new RemoteResult(child, context)
    const { id, value } = await child.call('run', { query }, context, {
      event: context.emit,
      batch: (rows) => {
        result.#waiting.push(rows)
        result.#wake()
      },
      end: (truncated) => {
        result.#truncated = truncated
        result.#finish()
      },
      failed: (error) => {
        result.#failure = { error }
        result.#finish()
      },
    })
    result.#id = id
    result.#columns = value
    context.signal.addEventListener('abort', result.#abort)
    if (context.signal.aborted) result.#abort()
    return result
  }

  get columns(): readonly ResultColumn[] {
    return this.#columns
  }

  get truncated(): boolean {
    return this.#truncated
  }

  async *#read(): AsyncGenerator<Batch> {
    try {
      for (;;) {
        const batch = this.#waiting.shift()
        if (batch) {
          this.#child.tell({ tell: 'more', id: this.#id })
          yield batch
        } else if (this.#over) {
          if (!this.#failure) return
          this.#context.signal.throwIfAborted()
          throw this.#failure.error
        } else await this.#change()
      }
    } finally {
      await this[Symbol.asyncDispose]()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakes.push(resolve)
    })
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }

  #finish(): void {
    this.#over = true
    this.#wake()
  }

  /** Resolves when nothing runs any more on the other side. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#context.signal.removeEventListener('abort', this.#abort)
    if (!this.#over) this.#abort()
    while (!this.#over) await this.#change()
  }
}
