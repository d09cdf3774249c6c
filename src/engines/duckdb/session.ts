import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Query } from '../engine.ts'
import { type Asked, errorOf } from './errors.ts'
import type { DuckdbOptions, Instance } from './instance.ts'
import { Watch } from './watch.ts'

/** One query on a connection of its own, from its views to its last row. */
export class Session implements Disposable {
  readonly #instance: Instance
  readonly #connection: DuckDBConnection
  readonly #query: Query
  readonly #watch: Watch
  readonly #options: DuckdbOptions
  #statement: DuckDBPreparedStatement | undefined
  #bytesBefore = 0

  constructor(
    instance: Instance,
    connection: DuckDBConnection,
    query: Query,
    context: Context,
    task: string,
    options: DuckdbOptions,
  ) {
    this.#instance = instance
    this.#connection = connection
    this.#query = query
    this.#watch = new Watch(connection, context, task, query.limits?.timeoutMs)
    this.#options = options
  }

  get statement(): DuckDBPreparedStatement {
    if (!this.#statement) throw new MillraceError('INTERNAL', { reason: 'no statement was prepared' })
    return this.#statement
  }

  /** Makes a view of ours; its errors are not at a place of the query. */
  async define(text: string): Promise<void> {
    this.#bytesBefore = Number.MAX_SAFE_INTEGER
    await this.watch(() => this.#connection.run(text))
  }

  /** Prepares the one statement of `text` and binds the parameters. SQL_INVALID. */
  async prepare(text: string, bytesBefore: number): Promise<void> {
    this.#bytesBefore = bytesBefore
    this.#statement?.destroySync()
    this.#statement = await this.watch(() => this.#connection.prepare(text))
    this.#statement.bind((this.#query.parameters ?? []).map((parameter) => parameter as never))
  }

  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#watch.run(work)
    } catch (error) {
      const asked: Asked = {
        sql: this.#query.sql,
        bytesBefore: this.#bytesBefore,
        tempFolder: this.#options.tempFolder,
        memoryText: `${Math.round(this.#options.memoryBytes / 1_048_576)} MiB`,
      }
      throw errorOf(error, asked)
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]()
    this.#statement?.destroySync()
    this.#statement = undefined
    this.#instance.release(this.#connection)
  }
}
