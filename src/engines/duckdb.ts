import { mkdir } from 'node:fs/promises'
import type { Column } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { placeOfByte } from '../sql/place.ts'
import { raw } from '../sql/text.ts'
import { clockOf } from './duckdb/clock.ts'
import { copiedFiles, discard, planCopy, storedColumns, withoutEmpty, writtenFile } from './duckdb/copy.ts'
import { readSelects, writeSelects } from './duckdb/delta.ts'
import { completed } from './duckdb/footers.ts'
import { type DuckdbOptions, Instance } from './duckdb/instance.ts'
import { reachOf } from './duckdb/reach.ts'
import { tailsIn, viewsOf } from './duckdb/relations.ts'
import { columnBatches, DuckdbResult } from './duckdb/result.ts'
import { Session } from './duckdb/session.ts'
import { sourceColumns } from './duckdb/source-columns.ts'
import { DuckdbTail } from './duckdb/tail/duckdb-tail.ts'
import type { Duckdb } from './duckdb/types.ts'
import type { ColumnBatch, Engine, Query, Result, WriteTarget, Written } from './engine.ts'
import type { Tail, TailSpec } from './tail.ts'
import { assertTyped } from './typed.ts'

export type { DuckdbOptions }

/** Opens DuckDB in this process, in memory, spilling to `tempFolder`. */
export async function openDuckdb(options: DuckdbOptions): Promise<Engine> {
  const duckdb = await import('@duckdb/node-api')
  await mkdir(options.tempFolder, { recursive: true, mode: 0o700 })
  return new DuckdbEngine(duckdb, options)
}

class DuckdbEngine implements Engine {
  readonly name = 'duckdb'
  readonly can = { writes: 'files', cancel: true, tail: true } as const
  readonly #duckdb: Duckdb
  readonly #options: DuckdbOptions
  #reads: Promise<Instance> | undefined
  #writes: Promise<Instance> | undefined
  /** Holds the tails and runs the queries over them. */
  #live: Promise<Instance> | undefined
  readonly #tails = new Map<string, DuckdbTail>()
  readonly #sessions = new Set<Session>()

  constructor(duckdb: Duckdb, options: DuckdbOptions) {
    this.#duckdb = duckdb
    this.#options = options
  }

  async describe(query: Query, context: Context): Promise<readonly Column[]> {
    const session = await this.#session(query, context, 'describe', inOrder)
    using _ = session
    return sourceColumns(this.#duckdb, session.statement).map(({ name, type }) => ({ name, type, nullable: true }))
  }

  async run(query: Query, context: Context): Promise<Result> {
    const session = await this.#session(query, context, 'query', inOrder)
    try {
      const result = await session.watch(() => session.statement.stream())
      return new DuckdbResult(this.#duckdb, session, result, query.limits?.rows)
    } catch (error) {
      session[Symbol.dispose]()
      throw error
    }
  }

  async *readColumns(query: Query, context: Context): AsyncGenerator<ColumnBatch> {
    const session = await this.#session(query, context, 'query', inAnyOrder)
    using _ = session
    const result = await session.watch(() => session.statement.stream())
    yield* columnBatches(this.#duckdb, session, result)
  }

  async write(query: Query, target: WriteTarget, context: Context): Promise<Written> {
    const way = target.oneFile ? { ...inAnyOrder, ordered: true } : inAnyOrder
    const session = await this.#session(query, context, 'write', way, target.root)
    using _ = session
    const columns = sourceColumns(this.#duckdb, session.statement)
    const plan = planCopy(query, columns, target)
    await mkdir(target.root, { recursive: true, mode: 0o700 })
    try {
      await session.prepare(plan.text, plan.bytesBefore)
      const result = await session.watch(() => session.statement.run())
      const copied = await withoutEmpty(await copiedFiles(result), target)
      const all = columns.map(({ name, type }) => ({ name, type, nullable: true }))
      const known = await completed(copied, storedColumns(all, target), (text) => session.own(text))
      const files = known.map((file) => writtenFile(file, all, target))
      context.signal.throwIfAborted()
      return { files, rows: files.reduce((rows, file) => rows + file.rows, 0) }
    } catch (error) {
      await discard(target.root, plan.filePrefix)
      throw error
    }
  }

  async tail(spec: TailSpec, from: bigint): Promise<Tail> {
    const instance = await this.#opened()
    const connection = await instance.connect()
    try {
      const tail = await DuckdbTail.open(spec, from, connection, this.#options, (closed) => {
        this.#tails.delete(closed.id)
        instance.release(connection)
      })
      this.#tails.set(tail.id, tail)
      return tail
    } catch (error) {
      instance.release(connection)
      throw error
    }
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) await session.stop()
    for (const tail of [...this.#tails.values()]) await tail.close()
    for (const instance of [this.#reads, this.#writes, this.#live]) (await instance)?.close()
  }

  #reader(): Promise<Instance> {
    this.#reads ??= Instance.open(this.#duckdb, partOf(this.#options, shares.reads), true)
    return this.#reads
  }

  #writer(): Promise<Instance> {
    this.#writes ??= Instance.open(this.#duckdb, partOf(this.#options, shares.writes), false)
    return this.#writes
  }

  /** Text that a person typed gets a DuckDB of its own, locked before the text is looked at. */
  async #session(query: Query, context: Context, task: string, way: Way, writesTo?: string): Promise<Session> {
    context.signal.throwIfAborted()
    const typed = query.trust === 'lake'
    if (typed && !this.#options.looked) await assertTyped(query)
    const { ordered, selects } = way
    const live = this.#liveFor(query) ?? (typed ? this.#sharedFor(query, writesTo) : undefined)
    // the one with the tails is confined from its beginning
    const locked = typed && live === undefined
    const instance = locked
      ? await Instance.open(this.#duckdb, partOf(this.#options, shares.reads), ordered)
      : await (live ?? this.#shared(ordered))
    const connection = await instance.connect({ watched: true })
    const session = new Session(instance, locked, connection, query, context, task, (closed) =>
      this.#sessions.delete(closed),
    )
    this.#sessions.add(session)
    try {
      // DuckDB leaves out a filter that all rows fulfil when it plans, and keeps the plan when there are more as it runs:
      // rows after `upTo` came with a query that was planned before they were loaded
      const begin = live === undefined ? [] : [raw('BEGIN')]
      const clock = query.nowMs === undefined ? [] : clockOf(query.nowMs)
      await session.setUp([...begin, ...clock, ...viewsOf(query, selects)])
      if (locked) await session.lock(reachOf(query.from, writesTo))
      await session.prepare(query.sql, 0)
      if (session.statement.statementType !== this.#duckdb.StatementType.SELECT)
        throw new MillraceError('SQL_NOT_ALLOWED', { ...placeOfByte(query.sql, 0), reason: 'this is not a SELECT' })
      return session
    } catch (error) {
      session[Symbol.dispose]()
      throw error
    }
  }

  /** The instance that holds the tails of a query; undefined where it has none. TAIL_LOST. */
  #liveFor({ from }: Query): Promise<Instance> | undefined {
    const tails = tailsIn(Object.values(from))
    for (const relation of tails) {
      const tail = this.#tails.get(relation.tail)
      if (!tail) throw new MillraceError('TAIL_LOST', { stream: relation.stream })
      tail.assertHolds(relation)
    }
    return tails.length === 0 ? undefined : this.#live
  }

  /** Text that a person typed shares that instance where memory is for all together, and its files lie where it reaches. */
  #sharedFor({ from }: Query, writesTo: string | undefined): Promise<Instance> | undefined {
    const { together, tailFolders = [] } = this.#options
    const { paths, folders } = reachOf(from, writesTo)
    const lies = (path: string) => tailFolders.some((folder) => path.startsWith(`${folder}/`))
    return together && [...paths, ...folders].every(lies) ? this.#opened() : undefined
  }

  #opened(): Promise<Instance> {
    this.#live ??= this.#openLive()
    return this.#live
  }

  async #openLive(): Promise<Instance> {
    const instance = await Instance.open(this.#duckdb, partOf(this.#options, shares.live), true)
    const connection = await instance.connect()
    await instance.lock(connection, [], this.#options.tailFolders ?? [])
    instance.release(connection)
    return instance
  }

  #shared(ordered: boolean): Promise<Instance> {
    return ordered ? this.#reader() : this.#writer()
  }
}

/** How the rows of a query are read; `selects`: see `deltaSql`. */
interface Way {
  readonly ordered: boolean
  readonly selects: number
}

const inOrder: Way = { ordered: true, selects: readSelects }
const inAnyOrder: Way = { ordered: false, selects: writeSelects }

/** Of memory that all instances share: the one of tails and queries has the most to hold. */
const shares = { live: 0.5, reads: 0.2, writes: 0.3 } as const

function partOf(options: DuckdbOptions, share: number): DuckdbOptions {
  return options.together ? { ...options, memoryBytes: Math.floor(options.memoryBytes * share) } : options
}
