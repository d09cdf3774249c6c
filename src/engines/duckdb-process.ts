import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { DuckdbOptions } from './duckdb/instance.ts'
import { Child } from './duckdb-process/child.ts'
import type { SentQuery } from './duckdb-process/messages.ts'
import { sentRelations } from './duckdb-process/relations.ts'
import { RemoteResult, remoteColumns } from './duckdb-process/remote-result.ts'
import { RemoteTail } from './duckdb-process/remote-tail.ts'
import type { ColumnBatch, Engine, Query, Result, WriteTarget, Written } from './engine.ts'
import type { Tail, TailSpec } from './tail.ts'
import { assertTyped } from './typed.ts'

/** Of a call that is safe to make again. */
const attempts = 3

/**
 * DuckDB in a process of its own, started by the first call. It may die at any moment: calls under way are ENGINE_LOST,
 * tails are lost, and the next call starts another. It ends when this process does, however that ends.
 */
export class DuckdbProcess implements Engine {
  readonly name = 'duckdb'
  readonly can = { writes: 'files', cancel: true, tail: true } as const
  readonly #options: DuckdbOptions
  #child: Promise<Child> | undefined
  #closed = false
  readonly #lostListeners: ((reason: string) => void)[] = []

  constructor(options: DuckdbOptions) {
    this.#options = options
  }

  async describe(query: Query, context: Context): Promise<readonly Column[]> {
    for (let attempt = 1; ; attempt++)
      try {
        const child = await this.#alive()
        return (await child.call('describe', { query: await sentQuery(child, query) }, context)).value
      } catch (error) {
        // it reads no rows and changes nothing: it can be asked of the next process
        if (attempt === attempts || this.#closed || !isError(error, 'ENGINE_LOST')) throw error
      }
  }

  async run(query: Query, context: Context): Promise<Result> {
    const child = await this.#alive()
    return RemoteResult.run(child, await sentQuery(child, query), context)
  }

  async *readColumns(query: Query, context: Context): AsyncGenerator<ColumnBatch> {
    const child = await this.#alive()
    yield* remoteColumns(child, await sentQuery(child, query), context)
  }

  async write(query: Query, target: WriteTarget, context: Context): Promise<Written> {
    const child = await this.#alive()
    return (
      await child.call('write', { query: await sentQuery(child, query), target }, context, { event: context.emit })
    ).value
  }

  async tail(spec: TailSpec, from: bigint): Promise<Tail> {
    return RemoteTail.open(await this.#alive(), spec, from)
  }

  /** Of the process that answers calls, which is started when there is none. */
  async pid(): Promise<number | undefined> {
    return (await this.#alive()).pid
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    await (await this.#child)?.close()
  }

  async #alive(): Promise<Child> {
    if (this.#closed) throw new MillraceError('ENGINE_LOST', { reason: 'it was closed' })
    this.#child ??= this.#start().catch((error: unknown) => {
      // one that could not be started is none: the next call starts another
      this.#child = undefined
      throw error
    })
    return this.#child
  }

  async #start(): Promise<Child> {
    await clearSpill(this.#options.tempFolder)
    const child = new Child(this.#options)
    child.onEnd((reason) => {
      this.#child = undefined
      if (!this.#closed) for (const listener of this.#lostListeners) listener(reason)
    })
    return child
  }
}

/** Looks at typed text here, where it has been parsed already. */
async function sentQuery(child: Child, query: Query): Promise<SentQuery> {
  if (query.trust === 'lake') await assertTyped(query)
  return { ...query, from: sentRelations(query.from, (files) => child.keyOf(files)) }
}

/** Takes away what processes that were killed have left. */
async function clearSpill(tempFolder: string): Promise<void> {
  for (const name of await readdir(tempFolder).catch(() => [])) {
    const pid = /^process-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(tempFolder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
