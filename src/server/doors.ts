import type { Health } from '../api/health.ts'
import type { IngestAnswer } from '../api/ingest.ts'
import type { Context } from '../core/context.ts'
import type { Answer, QueryOptions } from '../query/query.ts'

export interface IngestOptions {
  /** The body is lines of JSON, whatever it looks like. */
  readonly lines: boolean
  /** Answer once the rules have run. */
  readonly waitVisible: boolean
  /** Makes a request that is sent again the same, where events have no ids. */
  readonly idempotencyKey?: string
}

/** What the routes translate to: given by whoever has opened the project. */
export interface Doors {
  ingest(stream: string, body: Uint8Array, options: IngestOptions, context: Context): Promise<IngestAnswer>
  /** `tables`: the only ones that whoever asks may read. */
  query(sql: string, options: QueryOptions, tables: 'all' | readonly string[], context: Context): Promise<Answer>
  /** The zone of times without one. */
  readonly timezone: string
  health(): Health
}
