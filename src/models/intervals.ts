import { instantsOf } from '../contract/zone.ts'
import type { ColumnType } from '../core/columns.ts'
import { join, type SqlText, sql, value } from '../sql/text.ts'
import { bucketOriginMs, type TraceStep } from '../sql/trace.ts'
import type { Grain } from './model.ts'

/**
 * An interval of an incremental model by the local time of its start in the project's zone: `2019-11-01` (day, week,
 * month), `2019-11-01 13:00` (hour, minute). null: the rows whose time is NULL. Years past 9999 or before 1, and
 * infinity, are labels as DuckDB writes the TIMESTAMP.
 */
export type Label = string | null

/** The local start of the interval that a time lies in, as TIMESTAMP; NULL for NULL. A week begins on Monday. */
export function bucketSql(time: SqlText, type: ColumnType, grain: Grain, zone: string): SqlText {
  return sql`date_trunc(${value(grain)}, ${localSql(time, type, zone)})`
}

/** What the zone's clocks show at a time, as TIMESTAMP; a date is its midnight there. */
export function localSql(time: SqlText, type: ColumnType, zone: string): SqlText {
  return type.kind === 'date' ? sql`CAST(${time} AS TIMESTAMP)` : sql`timezone(${value(zone)}, ${time})`
}

/** A bucket as text that `labelOf` reads. */
export function bucketText(bucket: SqlText): SqlText {
  return sql`CAST(${bucket} AS VARCHAR)`
}

/** The label of a bucket that was read as text. */
export function labelOf(text: string | null, grain: Grain): Label {
  const plain = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d):00$/.exec(text ?? '')
  if (!plain) return text
  return grain === 'minute' || grain === 'hour' ? `${plain[1]} ${plain[2]}` : (plain[1] as string)
}

/** The bucket of a label, for comparing. */
export function labelSql(label: string): SqlText {
  return sql`TIMESTAMP ${value(label)}`
}

/** Whether a bucket is that of one of the labels; never NULL. */
export function inLabels(bucket: SqlText, labels: readonly Label[]): SqlText {
  const named = labels.filter((label) => label !== null)
  const [some, none] = [sql`coalesce(${bucket} IN (${join(named.map(labelSql))}), false)`, sql`${bucket} IS NULL`]
  if (named.length === labels.length) return named.length === 0 ? sql`false` : some
  return named.length === 0 ? none : sql`(${some} OR ${none})`
}

/** Labels of one list, each once, in the order of time; null is the last. */
export function sortLabels(labels: Iterable<Label>): readonly Label[] {
  return [...new Set(labels)].sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
}

/** The label of the interval that follows; undefined after one that no calendar has. */
export function nextLabel(label: string, grain: Grain): Label | undefined {
  const fromMs = startOf(label)
  if (fromMs === undefined) return undefined
  return labelOf(isoOf(endOf(fromMs, grain)).slice(0, 19).replace('T', ' '), grain)
}

/** Times from `from` on and below `to`: dates, or instants with `Z`. */
export interface TimeRange {
  readonly from: string
  readonly to: string
}

/** A column, how its value becomes the time, and how far around the interval it is looked at. */
export interface TimeColumn {
  readonly type: ColumnType
  readonly steps?: readonly TraceStep[]
  readonly widen?: { readonly beforeMs: number; readonly afterMs: number }
}

/**
 * All values of a column of this type whose time, after the steps, can lie in the interval: exact, but that around a
 * midnight which clocks pass twice it may hold some of the neighbour's. undefined where nothing can be said.
 */
export function rangeOf(
  label: string,
  grain: Grain,
  zone: string,
  { type, steps = [], widen }: TimeColumn,
): TimeRange | undefined {
  const fromMs = startOf(label)
  const kinds = kindsOf(type, steps)
  const last = kinds.at(-1)
  if (fromMs === undefined || (last !== 'date' && last !== 'timestamptz')) return undefined
  const { beforeMs = 0, afterMs = 0 } = widen ?? {}
  const local = { fromMs: fromMs - beforeMs, toMs: endOf(fromMs, grain) + afterMs }
  let span: Span | undefined = last === 'date' ? local : instantsOf(zone, local.fromMs, local.toMs)
  for (let at = steps.length - 1; at >= 0 && span; at--) span = before(steps[at] as TraceStep, kinds[at], span)
  if (!span || !isWritten(span)) return undefined
  if (type.kind !== 'date') return { from: isoOf(span.fromMs), to: isoOf(span.toMs) }
  const [from, to] = [ceilTo(span.fromMs, 'day'), ceilTo(span.toMs, 'day')] as [number, number]
  return { from: isoOf(from).slice(0, 10), to: isoOf(to).slice(0, 10) }
}

/** Milliseconds of a timeline, UTC or local. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** False beyond the years 1 to 9999, which texts have four digits for. */
function isWritten({ fromMs, toMs }: Span): boolean {
  return fromMs >= firstMs && toMs <= lastMs
}

const firstMs = Date.parse('0001-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-31T00:00:00Z')

/** The types of a column's value before each step, and after the last. */
function kindsOf(type: ColumnType, steps: readonly TraceStep[]): readonly string[] {
  const kinds: string[] = [type.kind]
  for (const step of steps) {
    const held = kinds.at(-1) as string
    if (step.kind === 'cast') kinds.push(step.to)
    else if (step.kind === 'zone') kinds.push(held === 'timestamptz' ? 'timestamp' : 'timestamptz')
    else kinds.push(held === 'date' ? 'timestamp' : held)
  }
  return kinds
}

/** What the values are before a step that lie in the span after it. */
function before(step: TraceStep, kind: string | undefined, span: Span): Span | undefined {
  switch (step.kind) {
    case 'cast':
      return step.to === 'date' ? ceiled(span, 'day') : span
    case 'trunc':
      return ceiled(span, step.unit)
    case 'bucket':
      return { fromMs: bucketAfter(span.fromMs, step.ms), toMs: bucketAfter(span.toMs, step.ms) }
    case 'zone':
      if (kind === 'timestamptz') return instantsOf(step.zone, span.fromMs, span.toMs)
      // no zone is farther from UTC than this
      return { fromMs: span.fromMs - 26 * 3_600_000, toMs: span.toMs + 26 * 3_600_000 }
    default:
      return step satisfies never
  }
}

/** Cut down to a unit, a time lies in a span if it lies between the unit's next steps. */
function ceiled({ fromMs, toMs }: Span, unit: string): Span | undefined {
  const [from, to] = [ceilTo(fromMs, unit), ceilTo(toMs, unit)]
  return from === undefined || to === undefined ? undefined : { fromMs: from, toMs: to }
}

const fixedMs: Readonly<Record<string, number>> = {
  microsecond: 1,
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
}

const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }

function bucketAfter(ms: number, widthMs: number): number {
  return bucketOriginMs + Math.ceil((ms - bucketOriginMs) / widthMs) * widthMs
}

/** The first Monday of 1970. */
const mondayMs = 4 * 86_400_000

/** The unit's first step at or after a time; undefined for units that are not known. */
function ceilTo(ms: number, unit: string): number | undefined {
  const length = fixedMs[unit]
  const origin = unit === 'week' ? mondayMs : 0
  if (length !== undefined) return origin + Math.ceil((ms - origin) / length) * length
  const count = months[unit]
  if (count === undefined) return undefined
  const date = new Date(ms)
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth()
  const floor = month - (month % count)
  return startOfMonth(floor) === ms ? ms : startOfMonth(floor + count)
}

/** The first of a month, counted from year 0. */
function startOfMonth(month: number): number {
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1)
}

function startOf(label: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/.test(label)
    ? Date.parse(`${label.replace(' ', 'T')}${label.length > 10 ? 'Z' : ''}`)
    : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/** Where the interval ends that begins there. */
function endOf(startMs: number, grain: Grain): number {
  if (grain !== 'month') return startMs + (fixedMs[grain] as number)
  const start = new Date(startMs)
  return startOfMonth(start.getUTCFullYear() * 12 + start.getUTCMonth() + 1)
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
