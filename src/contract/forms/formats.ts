import { MillraceError } from '../../core/errors.ts'
import { type SqlText, sql, value } from '../../sql/text.ts'
import { utcMicros } from '../zone.ts'
import type { Settings } from './form.ts'
import { matches, trimmed } from './pattern.ts'

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'
const fullMonths = 'January|February|March|April|May|June|July|August|September|October|November|December'
const days = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun'
const fullDays = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday'

/**
 * What each directive of a strptime pattern takes, as a regular expression: DuckDB's strptime alone takes the year 19
 * for `%Y` and any number of spaces for one.
 */
export const directives: Readonly<Record<string, string>> = {
  Y: '(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})',
  y: '[0-9]{2}',
  m: '[0-9]{1,2}',
  '-m': '[0-9]{1,2}',
  d: '[0-9]{1,2}',
  '-d': '[0-9]{1,2}',
  H: '[0-9]{1,2}',
  '-H': '[0-9]{1,2}',
  I: '[0-9]{1,2}',
  '-I': '[0-9]{1,2}',
  M: '[0-9]{1,2}',
  S: '[0-9]{1,2}',
  f: '[0-9]{1,6}',
  g: '[0-9]{3}',
  p: '(?i:AM|PM)',
  b: `(?i:${months})`,
  B: `(?i:${fullMonths})`,
  a: `(?i:${days})`,
  A: `(?i:${fullDays})`,
  z: '[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?',
  '%': '%',
}

const timeOfDay = ['H', '-H', 'I', '-I', 'M', 'S', 'f', 'g', 'p', 'z']

/** Digits of a number of seconds, milliseconds or microseconds since 1970 that a microsecond can hold. */
const epochs: Readonly<Record<string, { readonly decimals: number; readonly micros: bigint }>> = {
  epoch_s: { decimals: 6, micros: 1_000_000n },
  epoch_ms: { decimals: 3, micros: 1000n },
  epoch_us: { decimals: 0, micros: 1n },
}

interface Pattern {
  readonly regexp: string
  readonly names: readonly string[]
  /** What stands after the last directive. */
  readonly end: string
}

export function parsePattern(format: string): Pattern | string {
  let regexp = ''
  let end = ''
  const names: string[] = []
  for (const [part, name] of format.matchAll(/%(-?.)|[^%]+/gs)) {
    if (name === undefined) {
      end = part
      regexp += part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      continue
    }
    const directive = directives[name]
    if (directive === undefined)
      return `%${name} is not known; the directives are ${Object.keys(directives)
        .map((known) => `%${known}`)
        .join(' ')}`
    end = ''
    names.push(name)
    regexp += directive
  }
  return { regexp, names, end }
}

/** What is wrong with a format of a date or timestamptz column, in words; nothing when it can be used. */
export function formatFault(format: string, kind: 'date' | 'timestamptz'): string | undefined {
  if (format in epochs) return kind === 'date' ? `${format} is for timestamptz columns` : undefined
  if (!format.includes('%')) return 'it is neither epoch_s, epoch_ms, epoch_us nor a strptime pattern'
  const pattern = parsePattern(format)
  if (typeof pattern === 'string') return pattern
  const has = (...names: string[]) => names.some((name) => pattern.names.includes(name))
  if (!has('Y', 'y') || !has('m', '-m', 'b', 'B') || !has('d', '-d')) return 'it needs a year, a month and a day'
  if (has('I', '-I') !== has('p')) return '%I and %p go together'
  if (kind === 'date' && has(...timeOfDay)) return 'a date takes no time of day; declare timestamptz'
  return undefined
}

/** True for patterns that differ from ISO 8601 in no more than missing zeros: what is read fast as ISO is right. */
export function isIso(format: string): boolean {
  return /^%Y-%m-%d(?:[T ]%H:%M(?::%S(?:\.%f)?)?(?: ?(?:UTC|GMT|Z))?)?$/.test(format)
}

/**
 * Text in one of the formats as TIMESTAMP: UTC when `kind` is timestamptz, where zone-less times are read in the
 * zone of the settings. NULL for other text.
 */
export function formatted(
  text: SqlText,
  kind: 'date' | 'timestamptz',
  formats: readonly string[],
  settings: Settings,
): SqlText {
  const branches = formats.map((format) => {
    const epoch = epochs[format]
    if (epoch) {
      const fraction = epoch.decimals === 0 ? '(?:\\.0*)?' : `(?:\\.[0-9]{0,${epoch.decimals}}0*)?`
      // all of the years 1 to 9999 has 18 digits: a text becomes a longer number 300 times as slowly
      const number = sql`TRY_CAST(${text} AS DECIMAL(18, ${value(epoch.decimals)}))`
      return sql`WHEN ${matches(text, `[+-]?[0-9]{1,18}${fraction}`)} THEN make_timestamp(TRY_CAST(${number}::DECIMAL(25, 6) * ${value(epoch.micros)} AS BIGINT))`
    }
    const pattern = parsePattern(format)
    if (typeof pattern === 'string') throw new MillraceError('INTERNAL', { reason: pattern })
    const parsed = sql`try_strptime(${trimmed(text)}, ${value(format)})`
    const zoned = pattern.names.includes('z')
    if (kind === 'date' || zoned || /(?:UTC|GMT|Z)$/.test(pattern.end))
      return sql`WHEN ${matches(text, pattern.regexp)} THEN make_timestamp(epoch_us(${parsed}))`
    const local = sql`epoch_us(${parsed})`
    return sql`WHEN ${matches(text, pattern.regexp)} THEN make_timestamp(${utcMicros(local, settings.timezone)})`
  })
  return branches.length === 0
    ? sql`NULL::TIMESTAMP`
    : sql`CASE ${branches.reduce((all, branch) => sql`${all} ${branch}`)} END`
}
