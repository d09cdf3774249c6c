import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import type { LeaseRequest, LineRange, SealedTail, Tail, TailLease, TailSpec } from '../tail.ts'
import type { Child } from './child.ts'

/** A tail in another process, which is lost with it. */
export class RemoteTail implements Tail {
  readonly #child: Child
  readonly #tail: number
  readonly #stream: string
  #closed = false
  readonly #listeners: (() => void)[] = []

  private constructor(child: Child, tail: number, stream: string) {
    this.#child = child
    this.#tail = tail
    this.#stream = stream
    child.onEnd(() => this.#lost())
  }

  static async open(child: Child, spec: TailSpec, from: bigint): Promise<RemoteTail> {
    const { id } = await child.call('tail', { spec, from })
    return new RemoteTail(child, id, spec.stream)
  }

  feed(range: LineRange): void {
    if (!this.#closed) this.#child.tell({ tell: 'feed', tail: this.#tail, range })
  }

  async lease(request: LeaseRequest, context: Context): Promise<TailLease> {
    const { id, value } = await this.#call(() => this.#child.call('lease', { tail: this.#tail, request }, context))
    return { ...value, [Symbol.dispose]: () => this.#child.tell({ tell: 'release', id }) }
  }

  async seal(context: Context, spec?: TailSpec): Promise<SealedTail> {
    const asks = { tail: this.#tail, ...(spec ? { spec } : {}) }
    const { id, value } = await this.#call(() => this.#child.call('seal', asks, context))
    return { ...value, drop: () => this.#child.tell({ tell: 'release', id }) }
  }

  onLost(listener: () => void): void {
    if (this.#closed) listener()
    else this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.#call(() => this.#child.call('closeTail', { tail: this.#tail })).catch((error: unknown) => {
      if (!isError(error, 'TAIL_LOST')) throw error
    })
    this.#lost()
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed || this.#child.ended) throw new MillraceError('TAIL_LOST', { stream: this.#stream })
    try {
      return await work()
    } catch (error) {
      if (isError(error, 'ENGINE_LOST')) throw new MillraceError('TAIL_LOST', { stream: this.#stream }, error)
      throw error
    }
  }

  #lost(): void {
    if (this.#closed) return
    this.#closed = true
    for (const listener of this.#listeners) listener()
  }
}
