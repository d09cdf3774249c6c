import { offsets } from '../contract/zone.ts'

/** A span of time as it is written: in the words of a preset, or `FROM/TO`. */
export type Period =
  | { readonly kind: 'all' }
  | { readonly kind: 'last'; readonly count: number; readonly unit: Unit }
  /** The calendar's own: `back` units before the one that is now. */
  | { readonly kind: 'calendar'; readonly unit: 'day' | 'week' | 'month' | 'year'; readonly back: number }
  | { readonly kind: 'between'; readonly from: string; readonly to: string }

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

/** From `startMs` on, before `endMs`. */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** A period at a time: undefined where it is all time. */
export interface ResolvedPeriod {
  readonly span?: Span
  /** What the span is compared with. */
  readonly previous?: Span
  /** How fine a line over it is worth drawing. */
  readonly grain: Unit
}

/** What the page offers first. */
export const presets = [
  'last 15 minutes',
  'last hour',
  'last 24 hours',
  'last 7 days',
  'last 30 days',
  'today',
  'yesterday',
  'this week',
  'this month',
  'all time',
] as const

const minuteMs = 60_000
const lengths: Readonly<Record<Unit, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 24 * 60 * minuteMs,
  week: 7 * 24 * 60 * minuteMs,
  month: 30 * 24 * 60 * minuteMs,
  year: 365 * 24 * 60 * minuteMs,
}

const instant = String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?`
const between = new RegExp(String.raw`^(${instant})\/(${instant})$`)

/** Reads a period as people and URLs write it; undefined where it is none. */
export function parsePeriod(text: string): Period | undefined {
  const plain = text.trim().replaceAll(/\s+/g, ' ')
  const words = plain.toLowerCase()
  if (words === 'all time') return { kind: 'all' }
  if (words === 'today') return { kind: 'calendar', unit: 'day', back: 0 }
  if (words === 'yesterday') return { kind: 'calendar', unit: 'day', back: 1 }
  const own = /^(this|last) (week|month|year)$/.exec(words)
  if (own) return { kind: 'calendar', unit: own[2] as 'week' | 'month' | 'year', back: own[1] === 'this' ? 0 : 1 }
  const last = /^last (?:(\d{1,4}) )?(minute|hour|day|week|month|year)s?$/.exec(words)
  if (last && Number(last[1] ?? 1) >= 1) return { kind: 'last', count: Number(last[1] ?? 1), unit: last[2] as Unit }
  const [, from, to] = between.exec(plain) ?? []
  if (from === undefined || to === undefined) return undefined
  const isOrdered = instantOf(from, 'UTC') < instantOf(to, 'UTC') || (from === to && from.length === 10)
  return isOrdered ? { kind: 'between', from, to } : undefined
}

/**
 * The span of a period at a time, in a zone. A span that ends now ends with the minute, so that what is asked within one
 * is the same; a day as its end is in it.
 */
export function resolvePeriod(period: Period, nowMs: number, zone: string): ResolvedPeriod {
  const minute = Math.floor(nowMs / minuteMs) * minuteMs + minuteMs
  switch (period.kind) {
    case 'all':
      return { grain: 'day' }
    case 'last': {
      const step = stepOf(period, nowMs, zone)
      const wholeMs = shifted(startOf(nowMs, step, zone), step, 1, zone)
      // 200 hours are of days, and no number of them
      const startMs = startOf(shifted(wholeMs, period.unit, -period.count, zone), step, zone)
      const before = shifted(startMs, period.unit, -period.count, zone)
      return withGrain({ startMs, endMs: minute }, asMuchOf(before, { startMs, endMs: minute }))
    }
    case 'calendar': {
      const { unit, back } = period
      const startMs = shifted(startOf(nowMs, unit, zone), unit, -back, zone)
      const whole = shifted(startMs, unit, 1, zone)
      const span = { startMs, endMs: Math.min(whole, minute) }
      return withGrain(span, asMuchOf(shifted(startMs, unit, -1, zone), span))
    }
    case 'between': {
      const startMs = instantOf(period.from, zone)
      const to = instantOf(period.to, zone)
      const endMs = period.to.length === 10 ? shifted(to, 'day', 1, zone) : to
      return withGrain({ startMs, endMs }, { startMs: startMs - (endMs - startMs), endMs: startMs })
    }
    default:
      return period satisfies never
  }
}

/** The steps of one unit, and of several. */
const steps: Readonly<Record<Unit, readonly [one: Unit, several: Unit]>> = {
  minute: ['minute', 'minute'],
  hour: ['minute', 'minute'],
  day: ['hour', 'day'],
  week: ['day', 'day'],
  month: ['day', 'month'],
  year: ['month', 'month'],
}

/**
 * A period that goes on begins where one of its steps does, and the step that is now is one of them: `last 24 hours` is
 * this hour and the 23 before it, `last 7 days` today and the six before. Begun at any minute, it would cut the first
 * hour of every chart, which would look like a rise; and all tiles, numbers too, are of the same span.
 */
function stepOf({ count, unit }: Extract<Period, { kind: 'last' }>, nowMs: number, zone: string): Unit {
  const own = steps[unit][count === 1 ? 0 : 1]
  const grain = grainOf({ startMs: shifted(nowMs, unit, -count, zone), endMs: nowMs })
  return lengths[own] > lengths[grain] ? own : grain
}

/** What has not ended yet is compared with as much of what was before. */
function asMuchOf(beforeMs: number, { startMs, endMs }: Span): Span {
  return { startMs: beforeMs, endMs: Math.min(startMs, beforeMs + endMs - startMs) }
}

function withGrain(span: Span, previous: Span): ResolvedPeriod {
  return { span, previous, grain: grainOf(span) }
}

function grainOf({ startMs, endMs }: Span): Unit {
  const length = endMs - startMs
  if (length <= 6 * lengths.hour) return 'minute'
  if (length <= 8 * lengths.day) return 'hour'
  return length <= 2 * lengths.year ? 'day' : 'month'
}

/** The date that the zone's clocks show. */
export function localDate(ms: number, zone: string): string {
  return new Date(ms + offsets(zone)(ms)).toISOString().slice(0, 10)
}

function instantOf(text: string, zone: string): number {
  const iso = text.replace(' ', 'T')
  if (/(?:Z|[+-]\d\d:\d\d)$/.test(iso)) return Date.parse(iso)
  return instantOfLocal(Date.parse(iso.length === 10 ? `${iso}T00:00:00Z` : `${iso}Z`), zone)
}

/** Hours and minutes are lengths; days and more are the calendar's of the zone. */
function shifted(ms: number, unit: Unit, count: number, zone: string): number {
  if (unit === 'minute' || unit === 'hour') return ms + count * lengths[unit]
  const local = new Date(ms + offsets(zone)(ms))
  if (unit === 'day' || unit === 'week') local.setUTCDate(local.getUTCDate() + count * (unit === 'week' ? 7 : 1))
  else {
    const day = local.getUTCDate()
    local.setUTCDate(1)
    local.setUTCMonth(local.getUTCMonth() + count * (unit === 'year' ? 12 : 1))
    const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate()
    local.setUTCDate(Math.min(day, last))
  }
  return instantOfLocal(local.getTime(), zone)
}

/** Where the unit begins in which a time lies; weeks begin on Monday. */
export function startOf(ms: number, unit: Unit, zone: string): number {
  // offsets are of whole seconds
  const second = Math.floor(ms / 1000) * 1000
  const offset = offsets(zone)(second)
  const local = new Date(second + offset)
  if (unit === 'minute' || unit === 'hour') return Math.floor(local.getTime() / lengths[unit]) * lengths[unit] - offset
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()]
  const back = unit === 'week' ? (local.getUTCDay() + 6) % 7 : 0
  const at = Date.UTC(year, unit === 'year' ? 0 : month, unit === 'day' || unit === 'week' ? day - back : 1)
  return instantOfLocal(at, zone)
}

/** The instant at which the clocks show a time; the offset of a guess can differ from its own near a change of the clocks. */
export function instantOfLocal(local: number, zone: string): number {
  const offsetAt = offsets(zone)
  return local - offsetAt(local - offsetAt(local))
}
