import { wallClock } from '../clock.ts'
import { parsePattern } from '../forms/formats.ts'
import { dayNumber, type Instant, zoneSeconds } from './calendar.ts'
import { latin } from './reader.ts'

/** True where the trimmed text is of the format; the instant is it then. */
export type FormatReader = (bytes: Uint8Array, start: number, end: number, instant: Instant) => boolean

const epochs: Readonly<Record<string, { readonly pattern: RegExp; readonly decimals: number }>> = {
  epoch_s: { pattern: /^[+-]?[0-9]{1,18}(?:\.[0-9]{0,6}0*)?$/, decimals: 6 },
  epoch_ms: { pattern: /^[+-]?[0-9]{1,18}(?:\.[0-9]{0,3}0*)?$/, decimals: 3 },
  epoch_us: { pattern: /^[+-]?[0-9]{1,18}(?:\.0*)?$/, decimals: 0 },
}

/** Numbers since 1970; undefined where the format is no epoch. */
export function epochReader(format: string): FormatReader | undefined {
  const epoch = epochs[format]
  if (!epoch) return undefined
  const { pattern, decimals } = epoch
  return (bytes, start, end, instant) => {
    const text = latin(bytes, start, end)
    if (!pattern.test(text)) return false
    const [whole = '', fraction = ''] = text.replace('+', '').split('.')
    const micros = BigInt(`${whole}${fraction.slice(0, decimals).padEnd(decimals, '0')}`)
    const part = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
    instant.seconds = Number((micros - part) / 1_000_000n)
    instant.micros = Number(part)
    return true
  }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** What a pattern has found. */
interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  micros: number
  afternoon: boolean | undefined
  ahead: number | undefined
}

/**
 * Text of a strptime pattern, as DuckDB reads it: each directive takes as many digits as it can, whatever a regular
 * expression would leave to the next one.
 */
export function strptimeReader(format: string, kind: 'date' | 'timestamptz', zone: string): FormatReader {
  const pattern = parsePattern(format)
  if (typeof pattern === 'string') return () => false
  const whole = new RegExp(`^(?:${pattern.regexp})$`)
  const pieces = [...format.matchAll(/%(-?.)|[^%]+/gs)].map(([text, name]) => ({ text, name }))
  const clock = wallClock(zone)
  const isUtc = kind === 'date' || /(?:UTC|GMT|Z)$/.test(pattern.end)
  return (bytes, start, end, instant) => {
    const text = latin(bytes, start, end)
    if (!whole.test(text)) return false
    const parts: Parts = {
      year: 1900,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
      micros: 0,
      afternoon: undefined,
      ahead: undefined,
    }
    let at = 0
    for (const piece of pieces) {
      at = piece.name === undefined ? literal(text, at, piece.text) : take(text, at, piece.name, parts)
      if (at < 0) return false
    }
    if (at < text.length) return false
    const day = dayNumber(parts.year, parts.month, parts.day)
    if (day === undefined || parts.hour > 23 || parts.minute > 59 || parts.second > 59) return false
    const { afternoon, ahead } = parts
    if (afternoon !== undefined && (parts.hour < 1 || parts.hour > 12)) return false
    const hour = afternoon === undefined ? parts.hour : (parts.hour % 12) + (afternoon ? 12 : 0)
    const seconds = day * 86_400 + hour * 3600 + parts.minute * 60 + parts.second
    const utc = ahead !== undefined ? seconds - ahead : isUtc ? seconds : clock(seconds)
    if (utc === undefined) return false
    instant.seconds = utc
    instant.micros = parts.micros
    return true
  }
}

function literal(text: string, at: number, expected: string): number {
  return text.startsWith(expected, at) ? at + expected.length : -1
}

/** Takes what a directive stands for; where it ends, or -1. */
function take(text: string, at: number, name: string, parts: Parts): number {
  const digits = (most: number): string => /^[0-9]*/.exec(text.slice(at, at + most))?.[0] ?? ''
  const numbered = (most: number, put: (value: number, taken: string) => void): number => {
    const taken = digits(most)
    if (taken === '') return -1
    put(Number(taken), taken)
    return at + taken.length
  }
  switch (name.replace('-', '')) {
    case 'Y':
      return numbered(4, (value) => {
        parts.year = value
      })
    case 'y':
      return numbered(2, (value) => {
        parts.year = value + (value >= 69 ? 1900 : 2000)
      })
    case 'm':
      return numbered(2, (value) => {
        parts.month = value
      })
    case 'd':
      return numbered(2, (value) => {
        parts.day = value
      })
    case 'H':
    case 'I':
      return numbered(2, (value) => {
        parts.hour = value
      })
    case 'M':
      return numbered(2, (value) => {
        parts.minute = value
      })
    case 'S':
      return numbered(2, (value) => {
        parts.second = value
      })
    case 'f':
      return numbered(6, (_, taken) => {
        parts.micros = Number(taken.padEnd(6, '0'))
      })
    case 'g':
      return numbered(3, (value) => {
        parts.micros = value * 1000
      })
    case 'p': {
      const word = text.slice(at, at + 2).toLowerCase()
      parts.afternoon = word === 'pm'
      return word === 'am' || word === 'pm' ? at + 2 : -1
    }
    case 'b':
    case 'B': {
      const word = /^[a-z]+/i.exec(name === 'b' ? text.slice(at, at + 3) : text.slice(at))?.[0] ?? ''
      const full = name === 'B' ? fullNames.find((month) => word.toLowerCase().startsWith(month)) : undefined
      const index = months.indexOf(word.slice(0, 3).toLowerCase())
      parts.month = index + 1
      return index < 0 ? -1 : at + (full?.length ?? 3)
    }
    case 'a':
    case 'A': {
      const names = name === 'a' ? weekdays.map((day) => day.slice(0, 3)) : weekdays
      const found = names.find((day) => text.slice(at, at + day.length).toLowerCase() === day)
      return found === undefined ? -1 : at + found.length
    }
    case 'z': {
      const zone = /^[+-][0-9]{2}(?::?[0-9]{2})?/.exec(text.slice(at))?.[0] ?? ''
      const bytes = Uint8Array.from(zone, (character) => character.charCodeAt(0))
      parts.ahead = zoneSeconds(bytes, 0, bytes.length)
      return parts.ahead === undefined ? -1 : at + zone.length
    }
    case '%':
      return literal(text, at, '%')
    default:
      return -1
  }
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const fullNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
