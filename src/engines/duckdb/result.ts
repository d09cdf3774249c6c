import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api'
import type { Value } from '../../core/values.ts'
import type { ColumnBatch, Result } from '../engine.ts'
import { columnReader } from './column-reader.ts'
import type { Session } from './session.ts'
import { type Duckdb, typeName } from './types.ts'
import { rowReader } from './values.ts'

/** Rows of a statement that runs while they are read; its session ends with the last of them. */
export class DuckdbResult implements Result {
  readonly columns: Result['columns']
  readonly batches: AsyncIterable<readonly (readonly Value[])[]>
  #truncated = false
  readonly #session: Session

  constructor(duckdb: Duckdb, session: Session, result: DuckDBResult, limit: number | undefined) {
    const types = result.columnTypes()
    this.columns = result.columnNames().map((name, at) => ({ name, type: typeName(duckdb, types[at] as never) }))
    this.#session = session
    this.batches = this.#read(rowReader(duckdb, types), result, limit ?? Number.POSITIVE_INFINITY)
  }

  get truncated(): boolean {
    return this.#truncated
  }

  async *#read(
    rowsOf: ReturnType<typeof rowReader>,
    result: DuckDBResult,
    limit: number,
  ): AsyncGenerator<readonly (readonly Value[])[]> {
    let left = limit
    for await (const chunk of chunksOf(this.#session, result)) {
      const rows = rowsOf(chunk)
      if (rows.length > left) {
        this.#truncated = true
        if (left > 0) yield rows.slice(0, left)
        return
      }
      left -= rows.length
      yield rows
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.stop()
  }
}

/** As a `DuckdbResult`, by columns. */
export async function* columnBatches(
  duckdb: Duckdb,
  session: Session,
  result: DuckDBResult,
): AsyncGenerator<ColumnBatch> {
  const read = columnReader(duckdb, result.columnTypes())
  for await (const chunk of chunksOf(session, result)) yield read(chunk)
}

/** What a statement gives as it runs; its session ends with it. */
async function* chunksOf(session: Session, result: DuckDBResult): AsyncGenerator<DuckDBDataChunk> {
  try {
    for (;;) {
      const chunk = await session.watch(() => result.fetchChunk())
      if (chunk === null || chunk.rowCount === 0) return
      yield chunk
    }
  } finally {
    session[Symbol.dispose]()
  }
}
