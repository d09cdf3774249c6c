import { name, type SqlText, sql } from '../sql/text.ts'
import type { ContractColumn, PartitionGrain } from './contract.ts'
import { localMicros } from './zone.ts'

/**
 * The partition that a row belongs to: the local day, or first day of the month or year, as DATE; the instant at which
 * the local hour begins as TIMESTAMPTZ.
 */
export function partitionValue(grain: PartitionGrain, column: ContractColumn, zone: string): SqlText {
  const time = name(column.name)
  const utc = sql`epoch_us(${time})`
  const local = localMicros(utc, zone)
  const date = column.type.kind === 'date' ? time : sql`make_timestamp(${local})::DATE`
  switch (grain) {
    case 'hour':
      return sql`make_timestamptz(${utc} - ((${local}) % 3600000000 + 3600000000) % 3600000000)`
    case 'day':
      return date
    case 'month':
      return sql`date_trunc('month', ${date})::DATE`
    case 'year':
      return sql`date_trunc('year', ${date})::DATE`
    default:
      return grain satisfies never
  }
}
