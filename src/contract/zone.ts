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

/** The offsets of a zone from 1900 to 2099. */
function erasOf(zone: string): readonly Era[] {
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
function offsets(zone: string): (ms: number) => number {
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

/** A step function as SQL: `steps` in order, each value holding from `from` on. */
function stepwise(at: SqlText, steps: readonly { readonly from: bigint; readonly give: SqlText }[]): SqlText {
  const middle = steps.length >> 1
  const step = steps[middle]
  if (step === undefined) return sql`NULL`
  if (middle === 0) return step.give
  return sql`CASE WHEN ${at} < ${value(step.from)} THEN ${stepwise(at, steps.slice(0, middle))} ELSE ${stepwise(at, steps.slice(middle))} END`
}

const us = (ms: number): bigint => BigInt(ms) * 1000n

/**
 * Microseconds of local time from microseconds UTC. A search over the zone's own offsets: three times as fast as
 * DuckDB's calendar, which is asked for what lies before 1900 and after 2099.
 */
export function localMicros(utc: SqlText, zone: string): SqlText {
  const eras = erasOf(zone)
  if (eras.length === 1 && eras[0]?.offsetMs === 0) return utc
  const steps = eras.map(({ fromMs, offsetMs }) => ({ from: us(fromMs), give: sql`${utc} + ${value(us(offsetMs))}` }))
  return sql`CASE WHEN ${utc} BETWEEN ${value(us(firstMs))} AND ${value(us(lastMs) - 1n)} THEN ${stepwise(utc, steps)} ELSE epoch_us(timezone(${value(zone)}, make_timestamptz(${utc}))) END`
}

/**
 * Microseconds UTC from microseconds of local time. A time that the zone has twice (clocks go back) is the earlier one,
 * as in java.time and Temporal; a time that it skips (clocks go forward) does not exist: NULL.
 */
export function utcMicros(local: SqlText, zone: string): SqlText {
  const eras = erasOf(zone)
  if (eras.length === 1 && eras[0]?.offsetMs === 0) return local
  const steps = eras.flatMap(({ fromMs, offsetMs }, index) => {
    const give = sql`${local} - ${value(us(offsetMs))}`
    const before = eras[index - 1]
    if (before === undefined) return [{ from: us(fromMs + offsetMs), give }]
    const [ends, begins] = [us(fromMs + before.offsetMs), us(fromMs + offsetMs)]
    return begins > ends
      ? [
          { from: ends, give: sql`NULL` },
          { from: begins, give },
        ]
      : [{ from: ends, give }]
  })
  const [first, last] = [us(firstMs + 86_400_000), us(lastMs - 86_400_000)]
  return sql`CASE WHEN ${local} BETWEEN ${value(first)} AND ${value(last)} THEN ${stepwise(local, steps)} ELSE epoch_us(timezone(${value(zone)}, make_timestamp(${local}))) END`
}
