import type { Columns, ColumnType } from '../../core/columns.ts'
import type { Filter } from '../../sql/filters.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Occurrence, TraceStep } from '../../sql/trace.ts'
import {
  bucketSql,
  inLabels,
  type Label,
  labelSql,
  localSql,
  nextLabel,
  rangeOf,
  sortLabels,
  type TimeRange,
} from '../intervals.ts'
import type { BoundModel, Grain, Span } from '../model.ts'

/** Intervals from one label to another, both included; without one of them, without an end. */
export interface Run {
  readonly from?: string
  readonly to?: string
}

/** A time in each row of an input, by which it belongs to intervals of a model. */
export interface Timed {
  /** Over the input's columns. */
  readonly time: SqlText
  readonly type: ColumnType
  /** The column that it is made of by monotone steps, where it is. */
  readonly column?: { readonly name: string; readonly type: ColumnType; readonly steps: readonly TraceStep[] }
}

/** The intervals that a row is read for: from the first to the last, as buckets; NULL for a row without a time. */
export interface Reach {
  readonly first: SqlText
  readonly last: SqlText
  /** They are the same. */
  readonly one: boolean
}

/** What tells the intervals of an input's rows; undefined for a dimension, which is read whole. */
export function timedOf(model: BoundModel, { traced, time }: Occurrence, columns: Columns): Timed | undefined {
  const find = (wanted: string) => columns.find((column) => column.name.toLowerCase() === wanted.toLowerCase())
  const [first] = traced ?? []
  if (first) {
    // an input may be tied by its date to the time of another
    const type: ColumnType =
      first.type === 'date' || first.type === 'timestamptz' ? { kind: first.type } : timeColumn(model).type
    const column = first.column === undefined ? undefined : find(first.column)
    if (!column || !first.steps) return { time: first.sql, type }
    return { time: first.sql, type, column: { name: column.name, type: column.type, steps: first.steps } }
  }
  const own = time === undefined || !looksAround(model) ? undefined : find(time)
  if (!own) return undefined
  return { time: name(own.name), type: own.type, column: { name: own.name, type: own.type, steps: [] } }
}

/** The output column that places a row in an interval. */
export function timeColumn({ time, output }: BoundModel): Columns[number] {
  const wanted = (time ?? '').toLowerCase()
  const found = output.find((column) => column.name.toLowerCase() === wanted)
  return found ?? { name: time ?? '', type: { kind: 'timestamptz' }, nullable: true }
}

/** True when rows outside an interval are read for it too. */
export function looksAround({ lookback, lookahead }: BoundModel): boolean {
  return lookback !== undefined || lookahead !== undefined
}

/**
 * Which intervals a row is read for. Spans are those of the calendar on the zone's clocks and those of the same length in
 * UTC, whichever reach farther: an hour that clocks skip or repeat is within both.
 */
export function reachOf(model: BoundModel, { time, type }: Timed, zone: string): Reach {
  const grain = grainOf(model)
  const own = bucketSql(time, type, grain, zone)
  if (!looksAround(model)) return { first: own, last: own, one: true }
  const local = localSql(time, type, zone)
  const [back, ahead] = [spanSql(model.lookback), spanSql(model.lookahead)]
  const cut = (at: SqlText) => sql`date_trunc(${value(grain)}, ${at})`
  // a month before the 31st can be the 28th, whose month after is not the 31st
  const slack = sql`to_days(3)`
  const [first, last] = [cut(sql`${local} - ${ahead} - ${slack}`), cut(sql`${local} + ${back} + ${slack}`)]
  if (hasMonths(model)) return { first, last, one: false }
  const [near, far] = [cut(sql`${local} - ${ahead}`), cut(sql`${local} + ${back}`)]
  if (type.kind === 'date') return { first: near, last: far, one: false }
  const moved = (at: SqlText) => bucketSql(at, type, grain, zone)
  return {
    first: sql`least(${near}, ${moved(sql`${time} - ${ahead}`)})`,
    last: sql`greatest(${far}, ${moved(sql`${time} + ${back}`)})`,
    one: false,
  }
}

function hasMonths({ lookback, lookahead }: BoundModel): boolean {
  return (lookback?.months ?? 0) > 0 || (lookahead?.months ?? 0) > 0
}

function spanSql(span: Span = { months: 0, days: 0, micros: 0 }): SqlText {
  return sql`(to_months(${value(span.months)}) + to_days(${value(span.days)}) + to_microseconds(${value(span.micros)}))`
}

/** The most that a span can reach, clocks that change on the way included. */
function spanMs(span: Span | undefined): number {
  if (!span) return 0
  const { months, days, micros } = span
  return (months * 31 + days + (months > 0 ? 3 : 0)) * 86_400_000 + Math.ceil(micros / 1000) + 7_200_000
}

/** The buckets of all intervals that rows are read for, one a row and interval. */
export function bucketsOf({ first, last, one }: Reach, grain: Grain): SqlText {
  if (one) return first
  const step = grain === 'month' ? raw('to_months(1)') : raw(`INTERVAL 1 ${grain}`)
  const none = sql`CAST([NULL] AS TIMESTAMP[])`
  return sql`unnest(CASE WHEN ${first} IS NULL THEN ${none} WHEN isfinite(${first}) AND isfinite(${last}) THEN generate_series(${first}, ${last}, ${step}) ELSE [${first}] END)`
}

/** Whether a row is read for one of these intervals. */
export function reaches({ first, last, one }: Reach, labels: readonly Label[], grain: Grain): SqlText {
  if (one) return inLabels(first, labels)
  const runs = runsOf(labels, grain).map((run) => touches({ first, last, one }, run))
  const none = labels.includes(null) ? [sql`${first} IS NULL`] : []
  return runs.length + none.length === 0 ? sql`false` : sql`(${join([...runs, ...none], ' OR ')})`
}

/** Whether a row is read for an interval of the run; never NULL. */
export function touches({ first, last }: Reach, { from, to }: Run): SqlText {
  const after = from === undefined ? [] : [sql`${last} >= ${labelSql(from)}`]
  const before = to === undefined ? [] : [sql`${first} <= ${labelSql(to)}`]
  return sql`coalesce(${join([...after, ...before, sql`${first} IS NOT NULL`], ' AND ')}, false)`
}

/** Labels that follow each other as one. */
export function runsOf(labels: readonly Label[], grain: Grain): readonly Required<Run>[] {
  const runs: Required<Run>[] = []
  for (const label of sortLabels(labels)) {
    if (label === null) continue
    const last = runs.at(-1)
    if (last && nextLabel(last.to, grain) === label) runs[runs.length - 1] = { from: last.from, to: label }
    else runs.push({ from: label, to: label })
  }
  return runs
}

/** What every row fulfils that is read for one of the labels; undefined where nothing is known. */
export function filterOfLabels(
  model: BoundModel,
  timed: Timed,
  labels: readonly Label[],
  zone: string,
): Filter | undefined {
  if (!timed.column) return undefined
  const ranges: TimeRange[] = []
  for (const run of runsOf(labels, grainOf(model))) {
    const [first, last] = [rangeAt(model, timed, run.from, zone), rangeAt(model, timed, run.to, zone)]
    if (!first || !last) return undefined
    ranges.push({ from: first.from, to: last.to })
  }
  return { column: [timed.column.name], op: 'within', ranges, orNull: labels.includes(null) }
}

/** What every row fulfils that is read for an interval of the run. */
export function filtersOfRun(model: BoundModel, timed: Timed, { from, to }: Run, zone: string): readonly Filter[] {
  if (!timed.column) return []
  const column = [timed.column.name]
  const [first, last] = [rangeAt(model, timed, from, zone), rangeAt(model, timed, to, zone)]
  return [
    ...(first ? [{ column, op: '>=', value: first.from } as const] : []),
    ...(last ? [{ column, op: '<', value: last.to } as const] : []),
  ]
}

function rangeAt(model: BoundModel, { column }: Timed, label: string | undefined, zone: string): TimeRange | undefined {
  if (!column || label === undefined) return undefined
  const widen = { beforeMs: spanMs(model.lookback), afterMs: spanMs(model.lookahead) }
  return rangeOf(label, grainOf(model), zone, { ...column, widen })
}

export function grainOf({ grain }: BoundModel): Grain {
  return grain ?? 'day'
}
