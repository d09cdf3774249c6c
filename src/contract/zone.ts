import { type SqlText, sql, value } from '../sql/text.ts'

/** From `fromMs` on (UTC), local time is `offsetMs` ahead of UTC. */
interface Era {
  readonly fromMs: number
  readonly offsetMs: number
}

const firstMs = Date.UTC(1900, 0, 1)
const lastMs = Date.UTC(2100, 0, 1)
/** No zone has had an offset for less than this. */
const stepMs = 10 * 24 * 3_600_000

/** True for names of the IANA database, `UTC` and fixed offsets such as `+05:30`. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Zones that were asked for: finding one's offsets takes 20 ms, and every file of a load asks. They never change. */
const known = new Map<string, readonly Era[]>()

/** The offsets of a zone from 1900 to 2099. */
export function erasOf(zone: string): readonly Era[] {
  const eras = known.get(zone) ?? findEras(zone)
  known.set(zone, eras)
  return eras
}

function findEras(zone: string): readonly Era[] {
  const offsetAt = offsets(zone)
  const eras: Era[] = [{ fromMs: firstMs, offsetMs: offsetAt(firstMs) }]
  let before = eras[0] as Era
  for (let at = firstMs + stepMs; at <= lastMs; at += stepMs) {
    const offsetMs = offsetAt(at)
    if (offsetMs === before.offsetMs) continue
    let [low, high] = [at - stepMs, at]
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offsetAt(middle) === before.offsetMs) low = middle
      else high = middle
    }
    before = { fromMs: high, offsetMs: offsetAt(high) }
    eras.push(before)
  }
  return eras
}

/** The offset of a zone at an instant, both in milliseconds. */
export function offsets(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (ms) => {
    const [month, day, year, hour, minute, second] = (format.format(ms).match(/\d+/g) ?? []).map(Number)
    return Date.UTC(year as number, (month as number) - 1, day, hour, minute, second) - ms
  }
}

const us = (ms: number): bigint => BigInt(ms) * 1000n

/** A list literal: one token for DuckDB's parser, folded once when the query is planned. */
function listOf(values: readonly (bigint | number)[]): SqlText {
  return sql`${value(`[${values.join(',')}]`)}::BIGINT[]`
}

/**
 * The number, from 1, of the last step that begins at or before `at`, as SQL. Time is cut into equal slices of at most
 * one step each, and the slice tells the step at its beginning: two look-ups a row, however many steps there are.
 */
function stepOf(at: SqlText, steps: readonly bigint[]): SqlText {
  const first = steps[0] as bigint
  const last = us(lastMs)
  const gaps = steps.slice(2).map((step, index) => step - (steps[index + 1] as bigint))
  const slice = gaps.reduce((least, gap) => (gap < least ? gap : least), last - first)
  const numbers: number[] = []
  let current = 1
  for (let begin = first; begin < last; begin += slice) {
    while (current < steps.length && (steps[current] as bigint) <= begin) current++
    numbers.push(current)
  }
  const before = sql`list_extract(${listOf(numbers)}, (${at} - ${value(first)}) // ${value(slice)} + 1)`
  const next = listOf([...steps.slice(1), last])
  return sql`(${before} + CASE WHEN ${at} >= list_extract(${next}, ${before}) THEN 1 ELSE 0 END)`
}

/**
 * Microseconds of local time from microseconds UTC, three times as fast as DuckDB's calendar, which is asked for what
 * lies before 1900 and after 2099.
 */
export function localMicros(utc: SqlText, zone: string): SqlText {
  const eras = erasOf(zone)
  const between = sql`${utc} BETWEEN ${value(us(firstMs))} AND ${value(us(lastMs) - 1n)}`
  const calendar = sql`epoch_us(timezone(${value(zone)}, make_timestamptz(${utc})))`
  if (eras.length === 1) {
    const { offsetMs } = eras[0] as Era
    return offsetMs === 0 ? utc : sql`CASE WHEN ${between} THEN ${utc} + ${value(us(offsetMs))} ELSE ${calendar} END`
  }
  const step = stepOf(
    utc,
    eras.map(({ fromMs }) => us(fromMs)),
  )
  const ahead = listOf(eras.map(({ offsetMs }) => us(offsetMs)))
  return sql`CASE WHEN ${between} THEN ${utc} + list_extract(${ahead}, ${step}) ELSE ${calendar} END`
}

/**
 * Microseconds UTC from microseconds of local time. A time that the zone has twice (clocks go back) is the earlier one,
 * as in java.time and Temporal; a time that it skips (clocks go forward) does not exist: NULL.
 */
export function utcMicros(local: SqlText, zone: string): SqlText {
  const eras = erasOf(zone)
  const [first, last] = [us(firstMs + 86_400_000), us(lastMs - 86_400_000)]
  const between = sql`${local} BETWEEN ${value(first)} AND ${value(last)}`
  const calendar = sql`epoch_us(timezone(${value(zone)}, make_timestamp(${local})))`
  if (eras.length === 1) {
    const { offsetMs } = eras[0] as Era
    return offsetMs === 0
      ? local
      : sql`CASE WHEN ${between} THEN ${local} - ${value(us(offsetMs))} ELSE ${calendar} END`
  }
  // by the clock that was: an era begins where the one before it ends, so that a repeated time is still the earlier one
  const ends = eras.map((era, index) => us(era.fromMs + (eras[index - 1] ?? era).offsetMs))
  const begins = eras.map((era) => us(era.fromMs + era.offsetMs))
  const step = stepOf(local, ends)
  const ahead = listOf(eras.map(({ offsetMs }) => us(offsetMs)))
  const skipped = sql`${local} < list_extract(${listOf(begins)}, ${step})`
  const read = sql`CASE WHEN ${skipped} THEN NULL ELSE ${local} - list_extract(${ahead}, ${step}) END`
  return sql`CASE WHEN ${between} THEN ${read} ELSE ${calendar} END`
}

/** Local time of any zone is within this of UTC. */
const farthestMs = 26 * 3_600_000

/** Rules after this may be news to one of two programs: they can be an hour apart there. */
const settledMs = Date.UTC(2025, 0, 1)

/**
 * The instants, in milliseconds UTC, from the first to past the last at which the zone's clocks show a time in
 * [from, to), itself in milliseconds. Before 1900 and after 2099, and where clocks never show it, more than that; an hour
 * more on both sides where the engine's own time zones may be of another year than these.
 */
export function instantsOf(
  zone: string,
  fromMs: number,
  toMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const wide = { fromMs: fromMs - farthestMs, toMs: toMs + farthestMs }
  if (wide.fromMs < firstMs || wide.toMs > lastMs) return wide
  const eras = erasOf(zone)
  const spans = eras
    .map((era, index) => ({
      fromMs: Math.max(era.fromMs, fromMs - era.offsetMs),
      toMs: Math.min(eras[index + 1]?.fromMs ?? lastMs, toMs - era.offsetMs),
    }))
    .filter((span) => span.fromMs < span.toMs)
  const [first, last] = [spans[0], spans.at(-1)]
  if (!first || !last) return wide
  const settled = toMs < settledMs || (eras.at(-1) as Era).fromMs < settledMs
  const slackMs = settled ? 0 : 3_600_000
  return { fromMs: first.fromMs - slackMs, toMs: last.toMs + slackMs }
}
