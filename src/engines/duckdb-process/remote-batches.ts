import type { Context } from '../../core/context.ts'
import type { ColumnBatch } from '../engine.ts'
import type { Child } from './child.ts'
import type { Calls, End, RowBatch, SentQuery } from './messages.ts'

/** What another process reads for one call, a few batches ahead of whoever uses them. */
export class RemoteBatches<Batch extends RowBatch | ColumnBatch> implements AsyncDisposable {
  readonly #child: Child
  readonly #context: Context
  #id = -1
  readonly #waiting: Batch[] = []
  #end: End | undefined
  #over = false
  #failure: { readonly error: unknown } | undefined
  readonly #wakes: (() => void)[] = []
  readonly #abort = () => this.#child.tell({ tell: 'stop', id: this.#id })

  constructor(child: Child, context: Context) {
    this.#child = child
    this.#context = context
  }

  /** Begins the call, whose batches are `Batch`es; resolves with what it gives before them. */
  async ask<Name extends 'run' | 'readColumns'>(name: Name, query: SentQuery): Promise<Calls[Name]['gives']> {
    const context = this.#context
    const { id, value } = await this.#child.call(name, { query }, context, {
      event: context.emit,
      batch: (batch) => {
        this.#waiting.push(batch as Batch)
        this.#wake()
      },
      end: (end) => {
        this.#end = end
        this.#finish()
      },
      failed: (error) => {
        this.#failure = { error }
        this.#finish()
      },
    })
    this.#id = id
    context.signal.addEventListener('abort', this.#abort)
    if (context.signal.aborted) this.#abort()
    return value
  }

  /** Known once all batches were read. */
  get end(): End | undefined {
    return this.#end
  }

  async *read(): AsyncGenerator<Batch> {
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
