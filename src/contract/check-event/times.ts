import { wallClock } from '../clock.ts'
import type { Settings } from '../forms/form.ts'
import { isIso } from '../forms/formats.ts'
import { dayNumber, digitsAt, type Instant, zoneSeconds } from './calendar.ts'
import { type Content, putAscii, putByte, putDigits } from './content.ts'
import { epochReader, strptimeReader } from './formats.ts'
import { isDigit, outcome, type Reader, trimEnd, trimStart } from './reader.ts'

const [firstDay, lastDay] = [-719_162, 2_932_896]
export const firstSeconds = firstDay * 86_400
export const lastSeconds = (lastDay + 1) * 86_400 - 1

/** The day of `YYYY-MM-DD` at the start of a text; undefined. */
function isoDay(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start < 10 || bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return undefined
  const year = digitsAt(bytes, start, start + 4)
  const month = digitsAt(bytes, start + 5, start + 7)
  return dayNumber(year, month, digitsAt(bytes, start + 8, start + 10))
}

/** Digits of a fraction of a second from `at` on: microseconds, and zeros beyond them. Where it ends, or -1. */
function fraction(bytes: Uint8Array, at: number, end: number, instant: Instant): number {
  let place = at
  let micros = 0
  for (; place < end && isDigit(bytes[place]); place++) {
    const digit = (bytes[place] as number) - 0x30
    if (place - at < 6) micros = micros * 10 + digit
    else if (digit !== 0) return -1
  }
  if (place === at) return -1
  for (let digits = place - at; digits < 6; digits++) micros *= 10
  instant.micros = micros
  return place
}

/** ISO 8601, a time without a zone on the project's clocks. True where it is one. */
function isoInstant(
  bytes: Uint8Array,
  start: number,
  end: number,
  clock: (localSeconds: number) => number | undefined,
  instant: Instant,
): boolean {
  const day = isoDay(bytes, start, end)
  if (day === undefined) return false
  instant.micros = 0
  let seconds = day * 86_400
  let at = start + 10
  let zoned = false
  if (at < end) {
    if ((bytes[at] !== 0x54 && bytes[at] !== 0x20) || end - at < 6 || bytes[at + 3] !== 0x3a) return false
    const hour = digitsAt(bytes, at + 1, at + 3)
    const minute = digitsAt(bytes, at + 4, at + 6)
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false
    seconds += hour * 3600 + minute * 60
    at += 6
    if (bytes[at] === 0x3a && at < end) {
      const second = end - at < 3 ? -1 : digitsAt(bytes, at + 1, at + 3)
      if (second < 0 || second > 59) return false
      seconds += second
      at += 3
      if (bytes[at] === 0x2e && at < end) {
        at = fraction(bytes, at + 1, end, instant)
        if (at < 0) return false
      }
    }
    if (at < end) {
      const ahead = zoneSeconds(bytes, bytes[at] === 0x20 ? at + 1 : at, end)
      if (ahead === undefined) return false
      seconds -= ahead
      zoned = true
    }
  }
  const utc = zoned ? seconds : clock(seconds)
  if (utc === undefined) return false
  instant.seconds = utc
  return true
}

/** Readers that a column's `format`s give, in their order: numbers of an epoch, strptime patterns. */
function formatReaders(settings: Settings, kind: 'date' | 'timestamptz') {
  return settings.formats.map((format) => epochReader(format) ?? strptimeReader(format, kind, settings.timezone))
}

export interface TimeReader extends Reader {
  /** What was read last. */
  readonly instant: Instant
}

/** Times, written as microseconds since 1970. */
export function timeReader(settings: Settings): TimeReader {
  const clock = wallClock(settings.timezone)
  const instant: Instant = { seconds: 0, micros: 0 }
  const readers = formatReaders(settings, 'timestamptz')
  const own = readers.filter((_, index) => !isIso(settings.formats[index] as string))
  const like = readers.filter((_, index) => isIso(settings.formats[index] as string))
  const read: Reader = (bytes, from, to, content) => {
    const start = trimStart(bytes, from, to)
    const end = trimEnd(bytes, start, to)
    if (start === end) return outcome.nothing
    const found =
      own.some((reader) => reader(bytes, start, end, instant)) ||
      isoInstant(bytes, start, end, clock, instant) ||
      like.some((reader) => reader(bytes, start, end, instant))
    if (!found || instant.seconds < firstSeconds || instant.seconds > lastSeconds) return outcome.refused
    putInstant(content, instant)
    return outcome.value
  }
  return Object.assign(read, { instant })
}

function putInstant(content: Content, { seconds, micros }: Instant): void {
  if (seconds > 0) {
    putDigits(content, seconds)
    putDigits(content, micros, 6)
  } else putAscii(content, String(BigInt(seconds) * 1_000_000n + BigInt(micros)))
}

/** Dates, written as days since 1970. */
export function dateReader(settings: Settings): TimeReader {
  const instant: Instant = { seconds: 0, micros: 0 }
  const readers = formatReaders(settings, 'date')
  const own = readers.filter((_, index) => !isIso(settings.formats[index] as string))
  const like = readers.filter((_, index) => isIso(settings.formats[index] as string))
  const read: Reader = (bytes, from, to, content) => {
    const start = trimStart(bytes, from, to)
    const end = trimEnd(bytes, start, to)
    if (start === end) return outcome.nothing
    const found =
      own.some((reader) => reader(bytes, start, end, instant)) ||
      isoDate(bytes, start, end, instant) ||
      like.some((reader) => reader(bytes, start, end, instant))
    if (!found) return outcome.refused
    const days = Math.floor(instant.seconds / 86_400)
    if (days < firstDay || days > lastDay) return outcome.refused
    if (days < 0) putByte(content, 0x2d)
    putDigits(content, Math.abs(days))
    return outcome.value
  }
  return Object.assign(read, { instant })
}

/** `2020-01-31`, with a midnight behind it or without. */
function isoDate(bytes: Uint8Array, start: number, end: number, instant: Instant): boolean {
  const day = isoDay(bytes, start, end)
  if (day === undefined) return false
  instant.seconds = day * 86_400
  instant.micros = 0
  const rest = end - start - 10
  if (rest === 0) return true
  const at = start + 10
  if (rest !== 6 && rest < 9) return false
  const pattern = rest === 6 ? ' 00:00' : ' 00:00:00'
  for (let index = 1; index < pattern.length; index++) if (bytes[at + index] !== pattern.charCodeAt(index)) return false
  if (bytes[at] !== 0x54 && bytes[at] !== 0x20) return false
  if (rest > 9 && bytes[at + 9] !== 0x2e) return false
  for (let place = at + 10; place < end; place++) if (bytes[place] !== 0x30) return false
  return true
}
