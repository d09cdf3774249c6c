import { name as quoted, type SqlText, sql } from '../sql/text.ts'
import { wordsIn } from './name-words.ts'

/** Numbers since 1970, by their unit: from 2001, when seconds came to have ten digits, to the end of 2099. */
const units = [
  { format: 'epoch_s', unit: 'seconds', micros: 1_000_000, decimals: 6, shape: /^[1-9]\d{9}(?:\.\d{1,6})?$/ },
  { format: 'epoch_ms', unit: 'milliseconds', micros: 1_000, decimals: 3, shape: /^[1-9]\d{12}(?:\.\d{1,3})?$/ },
  { format: 'epoch_us', unit: 'microseconds', micros: 1, decimals: 0, shape: /^[1-9]\d{15}$/ },
] as const

type Unit = (typeof units)[number]

const endMicros = Date.UTC(2100, 0, 1) * 1000

/** A name with one of these speaks of an instant. */
const moments = new Set(
  `ts timestamp time date datetime epoch unix unixtime created updated modified expires published registered occurred
datum zeit zeitpunkt fecha`.split(/\s+/),
)

/** And with one of these of something else all the same: whose it is, a number of things, or how long it took. */
const others = new Set(
  `id ids by uuid key hash no nr num number count code version size bytes offset user phone duration elapsed took spent
latency delay timeout ttl uptime cpu response wait total sum avg mean ns nanos nanoseconds zone`.split(/\s+/),
)

const unitWords: Readonly<Record<Unit['format'], ReadonlySet<string>>> = {
  epoch_s: new Set(['s', 'sec', 'secs', 'second', 'seconds']),
  epoch_ms: new Set(['ms', 'milli', 'millis', 'millisecond', 'milliseconds']),
  epoch_us: new Set(['us', 'micro', 'micros', 'microsecond', 'microseconds']),
}

/**
 * The format of a column of numbers that are times: where its name says so, and each value is one of the same unit. Where
 * a name or a value makes it doubtful they stay numbers.
 */
export function epochOf(name: string | undefined, texts: readonly string[]): Unit['format'] | undefined {
  const words = wordsOf(name)
  if (texts.length === 0 || !isMoment(words)) return undefined
  const unit = units.find((each) => texts.every((text) => isOf(each, text)))
  return unit && !contradicts(words, unit) ? unit.format : undefined
}

/** True of a name that speaks of an instant: of numbers it is asked whether they are times. */
export function isMomentName(name: string): boolean {
  return isMoment(wordsOf(name))
}

/** Microseconds that a unit of a format has, and digits that it may have after the point; undefined where it is no epoch. */
export function epochScale(format: string): Pick<Unit, 'micros' | 'decimals'> | undefined {
  return units.find((each) => each.format === format)
}

/** What the project file says of such a column, for who sees that it is no time. */
export function epochNote(format: string): string | undefined {
  const unit = units.find((each) => each.format === format)
  return unit && `${unit.unit} since 1970; if it is no time: a number’s type, and no such rule`
}

/**
 * Holds what comes to what was looked at: a 0 that stands for no time, or a number of a smaller unit, is a time of 1970
 * by the format alone.
 */
export function epochRule(column: string): string {
  return isInEpoch(quoted(column)).text
}

/** The same of any time. */
export function isInEpoch(time: SqlText): SqlText {
  return sql`year(${time}) BETWEEN 2001 AND 2099`
}

/** Why a column is read as times: the unit, and what its first value is then. */
export function epochReason(format: string, first: string): string | undefined {
  const unit = units.find((each) => each.format === format)
  if (!unit) return undefined
  const instant = new Date(Math.floor((Number(first) * unit.micros) / 1000)).toISOString()
  return `${unit.unit} since 1970, as its name and values say: the first is ${instant.slice(0, 19).replace('T', ' ')} UTC; what is not of 2001 to 2099 is refused`
}

/** What is to be said of a column that looks like times for the most part, and was left numbers. */
export function epochDoubt(name: string | undefined, texts: readonly string[]): string | undefined {
  const words = wordsOf(name)
  if (!isMoment(words)) return undefined
  const unit = units.find((each) => texts.filter((text) => isOf(each, text)).length * 2 > texts.length)
  if (!unit) return undefined
  const odd = texts.find((text) => !isOf(unit, text))
  const but = odd === undefined ? 'the name says another unit' : `${odd} is none`
  return `${unit.unit} since 1970, it may be, but ${but}: as timestamptz of the format ${unit.format} they are times`
}

function wordsOf(name: string | undefined): readonly string[] {
  return wordsIn(name ?? '').filter((word) => !/^\d+$/.test(word))
}

function isMoment(words: readonly string[]): boolean {
  // `seen_at`, `seen_at_ms`, but not `at_least`
  const bare = words.filter((word) => !units.some(({ format }) => unitWords[format].has(word)))
  const isNamed = bare.some((word) => moments.has(word)) || (bare.length > 1 && bare.at(-1) === 'at')
  return isNamed && !words.some((word) => others.has(word))
}

function isOf({ shape, micros }: Unit, text: string): boolean {
  return shape.test(text) && Number(text) * micros < endMicros
}

function contradicts(words: readonly string[], { format }: Unit): boolean {
  return words.some((word) => units.some((each) => each.format !== format && unitWords[each.format].has(word)))
}
