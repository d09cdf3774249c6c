/** True for types whose values are places in time. */
export function isTime(type: string): boolean {
  return /^(?:date|timestamp.*)$/i.test(type)
}

/**
 * What the clocks of a zone show at a value, as milliseconds of a UTC that is made of them: an axis in UTC then has its
 * marks where the zone's days and hours begin. A date, or a time without a zone, is what the clocks show already.
 */
export function wallClock(zone: string): (value: unknown) => number | null {
  const offsetAt = quarterOffsets(zone)
  return (value) => {
    if (typeof value !== 'string') return null
    const shown = Date.parse(value.length === 10 ? `${value}T00:00:00Z` : value.endsWith('Z') ? value : `${value}Z`)
    if (Number.isNaN(shown)) return null
    return value.endsWith('Z') ? shown + offsetAt(shown) : shown
  }
}

const quarterMs = 15 * 60_000

/** The offset of a zone at an instant; they change on quarters of an hour alone. */
function quarterOffsets(zone: string): (ms: number) => number {
  const known = new Map<number, number>()
  const parts = new Intl.DateTimeFormat('en-US', {
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
    const quarter = Math.floor(ms / quarterMs)
    const held = known.get(quarter)
    if (held !== undefined) return held
    const at = quarter * quarterMs
    const [month, day, year, hour, minute, second] = (parts.format(at).match(/\d+/g) ?? []).map(Number)
    const offset = Date.UTC(year as number, (month as number) - 1, day, hour, minute, second) - at
    known.set(quarter, offset)
    return offset
  }
}

/** A time of the wall clock in words, as fine as its values need it. */
export function timeLabel(locale: string | undefined, withTime: boolean): (wallMs: number) => string {
  const written = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(withTime ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { year: 'numeric' }),
  })
  return (wallMs) => written.format(wallMs)
}
