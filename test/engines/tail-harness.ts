import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { checkSql } from '../../src/contract/check-sql.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { parseColumn } from '../../src/core/columns.ts'
import type { Engine, Query } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import type { Tail, TailLease, TailSpec } from '../../src/engines/tail.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import type { Log, LogRecord } from '../../src/streams/log.ts'
import { openSegmentLog } from '../../src/streams/segment-log.ts'
import { tempFolder } from '../temp-folder.ts'
import { contextOf } from './harness.ts'

/** Events with a number and a kind, and a rule on the number. */
export const contract: Contract = {
  columns: [
    { ...parseColumn('n', 'bigint not null'), formats: [], pii: false },
    { ...parseColumn('kind', 'varchar'), formats: [], pii: false },
  ],
  key: [],
  partitionBy: {},
  unknown: 'drop',
  nan: 'null',
  rules: [{ name: 'not_negative', sql: 'n >= 0' }],
  timezone: 'UTC',
}

/** The spec of a contract, whose rows have their offset and time beside the columns. */
export function specOf(of: Contract = contract, number = 1): TailSpec {
  const { good, bad } = checkSql(of, { input: { kind: 'json', keys: [] }, carry: ['_offset', '_received_at'] })
  const carried = [parseColumn('_offset', 'bigint'), parseColumn('_received_at', 'timestamptz')]
  return {
    stream: 'events',
    contract: number,
    good,
    bad,
    columns: [...of.columns.map(({ name, type, nullable }) => ({ name, type, nullable })), ...carried],
  }
}

export async function openLog(options: { readonly segmentBytes?: number } = {}): Promise<Log> {
  const folder = join(await tempFolder(), 'log', 'events')
  const log = await openSegmentLog({
    disk: nodeDisk(),
    folder,
    table: 'a',
    contract: 1,
    now: () => 1_700_000_000_000,
    ...options,
  })
  onTestFinished(() => log[Symbol.asyncDispose]())
  return log
}

export function event(payload: string | object): LogRecord {
  return { kind: 'event', payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)) }
}

/** Appends events with the numbers `from` to before `to`, in one group. */
export function numbers(log: Log, from: number, to: number): Promise<unknown> {
  const records = Array.from({ length: to - from }, (_, at) => event({ n: from + at, kind: 'view' }))
  return log.append({ records, counts: { received: records.length, accepted: records.length } })
}

/** Feeds all that the log has from an offset on. */
export function feedAll(tail: Tail, log: Log, from = 0n): void {
  for (const range of log.ranges(from)) tail.feed(range)
}

/** A lease of all that the log has after an offset. */
export function leaseAll(tail: Tail, log: Log, after = -1n, timeoutMs = 20_000): Promise<TailLease> {
  return tail.lease({ after, upTo: log.next, timeoutMs }, contextOf())
}

export async function rowsOf(engine: Engine, rows: Relation, sql = 'SELECT * FROM t', more: Partial<Query> = {}) {
  return collect(await engine.run({ sql, from: { t: rows }, ...more }, contextOf()))
}
