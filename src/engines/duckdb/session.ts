import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { nowhere } from '../../sql/place.ts'
import type { SqlText } from '../../sql/text.ts'
import type { Query } from '../engine.ts'
import { askedOf, errorOf } from './errors.ts'
import type { Instance } from './instance.ts'
import type { Reach } from './reach.ts'
import { Watch } from './watch.ts'

/** One query on a connection of its own, from its views to its last row. */
export class Session implements Disposable {
  readonly #instance: Instance
  readonly #owned: boolean
  readonly #connection: DuckDBConnection
  readonly #query: Query
  readonly #watch: Watch
  #statement: DuckDBPreparedStatement | undefined
  readonly #onClose: (session: Session) => void
  #bytesBefore = 0
  #closed = false

  constructor(
    instance: Instance,
    owned: boolean,
    connection: DuckDBConnection,
    query: Query,
    context: Context,
    task: string,
    onClose: (session: Session) => void,
  ) {
    this.#instance = instance
    this.#owned = owned
    this.#connection = connection
    this.#query = query
    this.#watch = new Watch(connection, context, task, query.limits?.timeoutMs)
    this.#onClose = onClose
  }

  /** CANCELLED where the engine was closed meanwhile. */
  get statement(): DuckDBPreparedStatement {
    this.#watch.check()
    if (!this.#statement) throw new MillraceError('INTERNAL', { reason: 'no statement was prepared' })
    return this.#statement
  }

  /** Runs a statement of ours; its errors are not at a place of the query. */
  async own(text: string): Promise<readonly (readonly unknown[])[]> {
    this.#bytesBefore = Number.MAX_SAFE_INTEGER
    return this.watch(async () => (await this.#connection.runAndReadAll(text)).getRows())
  }

  /** Runs statements of ours, in one call: on a busy machine each waits for its turn. */
  async setUp(statements: readonly SqlText[]): Promise<void> {
    this.#bytesBefore = Number.MAX_SAFE_INTEGER
    const text = statements.map((statement) => statement.text).join(';\n')
    if (text !== '') await this.watch(() => this.#connection.run(text))
  }

  /** Lets the instance reach nothing but this. */
  async lock(reach: Reach): Promise<void> {
    this.#bytesBefore = Number.MAX_SAFE_INTEGER
    await this.watch(() => this.#instance.lock(this.#connection, reach.paths, reach.folders))
  }

  /** Prepares the one statement of `text` and binds the parameters. SQL_INVALID. */
  async prepare(text: string, bytesBefore: number): Promise<void> {
    this.#bytesBefore = bytesBefore
    this.#statement?.destroySync()
    this.#statement = await this.watch(() => this.#connection.prepare(text))
    this.#bind(this.#statement, this.#query.parameters ?? [])
  }

  #bind(statement: DuckDBPreparedStatement, parameters: NonNullable<Query['parameters']>): void {
    if (statement.parameterCount !== parameters.length) {
      const reason = `the query has ${statement.parameterCount} parameters, ${parameters.length} were given`
      throw new MillraceError('SQL_INVALID', {
        ...nowhere,
        reason,
        suggestion: 'write $1, $2, … and give each a value',
      })
    }
    for (const [at, parameter] of parameters.entries()) {
      // a bigint as a BIGINT: as the HUGEINT that the binding would take, it would cast the column it is compared with
      if (typeof parameter === 'bigint' && BigInt.asIntN(64, parameter) === parameter)
        statement.bindBigInt(at + 1, parameter)
      else statement.bindValue(at + 1, parameter)
    }
  }

  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#watch.run(work)
    } catch (error) {
      throw errorOf(error, askedOf(this.#query.sql, this.#bytesBefore, this.#instance.options))
    }
  }

  /** Ends the query where it stands. */
  async stop(): Promise<void> {
    await this.#watch.stop()
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    if (this.#closed) return
    this.#closed = true
    this.#onClose(this)
    this.#watch[Symbol.dispose]()
    this.#statement?.destroySync()
    this.#statement = undefined
    this.#instance.release(this.#connection)
    if (this.#owned) this.#instance.close()
  }
}
