import type { Context } from '../../core/context.ts'
import type { ColumnBatch, Result, ResultColumn } from '../engine.ts'
import type { Child } from './child.ts'
import type { RowBatch, SentQuery } from './messages.ts'
import { RemoteBatches } from './remote-batches.ts'

/** Rows that another process reads, a few batches ahead of whoever uses them. */
export class RemoteResult implements Result {
  readonly columns: readonly ResultColumn[]
  readonly batches: AsyncIterable<RowBatch>
  readonly #remote: RemoteBatches<RowBatch>

  private constructor(remote: RemoteBatches<RowBatch>, columns: readonly ResultColumn[]) {
    this.#remote = remote
    this.columns = columns
    this.batches = remote.read()
  }

  static async run(child: Child, query: SentQuery, context: Context): Promise<RemoteResult> {
    const remote = new RemoteBatches<RowBatch>(child, context)
    return new RemoteResult(remote, await remote.ask('run', query))
  }

  get truncated(): boolean {
    return this.#remote.end?.truncated ?? false
  }

  get cpuMs(): number | undefined {
    return this.#remote.end?.cpuMs
  }

  /** Resolves when nothing runs any more on the other side. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remote[Symbol.asyncDispose]()
  }
}

/** As a `RemoteResult`, by columns. */
export async function* remoteColumns(child: Child, query: SentQuery, context: Context): AsyncGenerator<ColumnBatch> {
  const remote = new RemoteBatches<ColumnBatch>(child, context)
  await remote.ask('readColumns', query)
  yield* remote.read()
}
