import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import { MillraceError } from '../../../core/errors.ts'
import type { TailSpec } from '../../tail.ts'
import { failureType } from '../errors.ts'
import { countsOf, type LineCounts, linesIn } from './lines.ts'
import { createSql, dropSql, type LoadSql, loadSql, strayedSql } from './tail-sql.ts'

/** Lines to load: their bytes, the first offset wanted of them, and what there is from it on. */
export interface Lines extends LineCounts {
  readonly bytes: Uint8Array
  readonly from: bigint
}

/** Failures that are not the fault of a line: the same lines can be loaded later. */
const passing = new Set(['Out of Memory', 'IO', 'Interrupt', 'Connection', 'Fatal', 'FATAL'])

/** Two tables, of rows and of rejects, that lines are loaded into until the next generation takes over. */
export class Generation {
  readonly number: number
  readonly spec: TailSpec
  readonly #tail: string
  readonly #connection: DuckDBConnection
  readonly #sql: LoadSql
  readonly #statements = new Map<keyof LoadSql, DuckDBPreparedStatement>()
  /** The first offset it holds, or will. */
  first: bigint
  /** The offset after the last, once it takes no more. */
  end: bigint | undefined
  leases = 0
  /** Whether its table of rejects may hold any. */
  hasRejects = false
  /** From this offset on its rows are of a load that is to be done again. */
  #stray: bigint | undefined
  dropped = false

  private constructor(tail: string, number: number, spec: TailSpec, first: bigint, connection: DuckDBConnection) {
    this.#tail = tail
    this.number = number
    this.spec = spec
    this.first = first
    this.#connection = connection
    this.#sql = loadSql(tail, number, spec)
  }

  static async create(
    tail: string,
    number: number,
    spec: TailSpec,
    first: bigint,
    connection: DuckDBConnection,
  ): Promise<Generation> {
    const generation = new Generation(tail, number, spec, first, connection)
    try {
      for (const statement of createSql(tail, number, spec)) await connection.run(statement.text)
      await generation.#statement('good')
      if (spec.simple) await generation.#statement('simpleGood')
      return generation
    } catch (error) {
      await generation.drop()
      throw error
    }
  }

  /**
   * Loads lines, each record into a row or a reject, once. Should the SQL throw, the lines are halved until the one is
   * found that made it, which becomes a reject. `loaded` is told after each part that is in the tables.
   */
  async load(lines: Lines, loaded: (next: bigint) => void): Promise<void> {
    try {
      if (!(await this.#loadAtOnce(lines))) await this.#transaction(() => this.#load(lines))
    } catch (error) {
      const type = failureType(error)
      if (type === undefined || passing.has(type)) throw error
      if (lines.records > 1) {
        for (const half of halves(lines)) await this.load(half, loaded)
        return
      }
      const [reason = ''] = (error as Error).message.split('\n')
      await this.#transaction(async () => {
        // that it is no UTF-8 may be the reason
        const bytes = Buffer.from(new TextDecoder().decode(lines.bytes))
        await this.#run('unloadable', { ...lines, bytes }, reason)
      })
    }
    loaded(lines.from + BigInt(lines.records))
  }

  async drop(): Promise<void> {
    for (const statement of this.#statements.values()) statement.destroySync()
    this.#statements.clear()
    await this.#connection.run(dropSql(this.#tail, this.number).text)
  }

  /**
   * By one statement, which is its own transaction: where each call waits for its turn on a busy machine, a third of the
   * time of three. False where not each of the lines became a row.
   */
  async #loadAtOnce(lines: Lines): Promise<boolean> {
    const { records, events, simple } = lines
    const isSimple = this.spec.simple !== undefined && simple === records
    const isPlain = this.spec.simple === undefined && events === records
    // where some were rejects, others will be
    if (this.hasRejects || this.#stray !== undefined || !(isSimple || isPlain)) return false
    if ((await this.#run(isSimple ? 'simpleGood' : 'good', lines)) === records) return true
    this.#stray = lines.from
    return false
  }

  async #load(lines: Lines): Promise<void> {
    const { records, events } = lines
    if (this.#stray !== undefined) await this.#connection.run(strayedSql(this.#tail, this.number, this.#stray).text)
    const simple = this.spec.simple ? lines.simple : 0
    let found = await this.#judge(lines, simple, 'simpleGood', 'simpleBad')
    found += await this.#judge(lines, events - simple, 'good', 'bad')
    if (records > events) found += await this.#run('others', lines)
    if (found < records) found += await this.#run('forgotten', lines, lines.from + BigInt(records))
    if (found === records) return
    const reason = `${records} records from offset ${lines.from} on made ${found} rows and rejects`
    throw new MillraceError('INTERNAL', { reason })
  }

  /** The rows and rejects that so many of the lines give. */
  async #judge(lines: Lines, count: number, good: keyof LoadSql, bad: keyof LoadSql): Promise<number> {
    if (count === 0) return 0
    const found = await this.#run(good, lines)
    return found === count ? found : found + (await this.#run(bad, lines))
  }

  async #run(step: keyof LoadSql, lines: Lines, third?: string | bigint): Promise<number> {
    const statement = await this.#statement(step)
    statement.bindBlob(1, lines.bytes)
    statement.bindBigInt(2, lines.from)
    if (typeof third === 'string') statement.bindVarchar(3, third)
    if (typeof third === 'bigint') statement.bindBigInt(3, third)
    try {
      const rows = (await statement.run()).rowsChanged
      if (rows > 0 && step !== 'good' && step !== 'simpleGood') this.hasRejects = true
      return rows
    } finally {
      if (!this.#statements.has(step)) statement.destroySync()
    }
  }

  async #statement(step: keyof LoadSql): Promise<DuckDBPreparedStatement> {
    const known = this.#statements.get(step)
    if (known) return known
    const statement = await this.#connection.prepare(this.#sql[step].text)
    // this one reads the tables: a plan made for what they held once may leave out rows that came since
    if (step !== 'forgotten') this.#statements.set(step, statement)
    return statement
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    await this.#connection.run('BEGIN')
    try {
      await work()
      await this.#connection.run('COMMIT')
      this.#stray = undefined
    } catch (error) {
      // a failed COMMIT has ended it already
      await this.#connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
  }
}

/** Each half with its own records; trailers and what lies before `from` are left out. */
function halves(lines: Lines): readonly Lines[] {
  const wanted = linesIn(lines.bytes).filter((line) => {
    const [offset = ''] = line.split('\t', 1)
    return /^\d+$/.test(offset) && BigInt(offset) >= lines.from
  })
  const half = wanted.length >> 1
  return [wanted.slice(0, half), wanted.slice(half)].map((part, index) => ({
    bytes: Buffer.from(part.join('\n'), 'latin1'),
    from: lines.from + BigInt(index * half),
    ...countsOf(part),
  }))
}
