import { type SqlText, sql, value } from '../../sql/text.ts'
import { utcMicros } from '../zone.ts'
import type { Form, Settings } from './form.ts'
import { formatted, isIso } from './formats.ts'
import { matches } from './pattern.ts'

export const isoDay = '(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}'
const clock = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,6}0*)?)?'
const offset = '[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?'

/** ISO 8601 as the extended format writes it: `2020-01-31`, `2020-01-31 23:59`, `2020-01-31T23:59:59.5+02:00`. */
export const isoTime = `${isoDay}(?:[T ]${clock}(?: ?(?:Z|UTC|GMT|${offset}))?)?`
export const isoDate = `${isoDay}(?:[T ]00:00(?::00(?:\\.0*)?)?)?`
export const anyTime = '[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?'

const firstDay = sql`DATE '0001-01-01'`
const lastDay = sql`DATE '9999-12-31'`
const firstMicros = value(-62_135_596_800_000_000n)
const lastMicros = value(253_402_300_799_999_999n)

const ownFormats = (settings: Settings) => settings.formats.filter((format) => !isIso(format))
const isoFormats = (settings: Settings) => settings.formats.filter(isIso)
const hasFormats = (settings: Settings): boolean => ownFormats(settings).length > 0

/** ISO 8601, or one of the column's formats that is ISO but for missing zeros (`2020-1-5`). */
function likeIso(text: SqlText, pattern: string, kind: 'date' | 'timestamptz', settings: Settings): SqlText {
  const formats = isoFormats(settings)
  const iso = matches(text, pattern)
  return formats.length === 0
    ? iso
    : sql`CASE WHEN ${iso} THEN true ELSE ${formatted(text, kind, formats, settings)} IS NOT NULL END`
}

/** The form of date columns. */
export const date: Form = {
  accepts: '`2020-01-31`; with a midnight behind it (`2020-01-31 00:00:00`); the column’s `format`',
  refuses: 'dates that do not exist, times of day, years of two or five digits, other orders without a `format`',
  cast: (text, _, settings) => {
    const iso = sql`TRY_CAST(${text} AS DATE)`
    return hasFormats(settings)
      ? sql`coalesce(${formatted(text, 'date', ownFormats(settings), settings)}::DATE, ${iso})`
      : iso
  },
  fits: ({ text, cast }, _, settings) => {
    const iso = sql`CASE WHEN ${cast} IS NULL OR ${cast} < ${firstDay} OR ${cast} > ${lastDay} THEN false WHEN ${cast}::VARCHAR = ${text} THEN true ELSE ${likeIso(text, isoDate, 'date', settings)} END`
    return hasFormats(settings)
      ? sql`CASE WHEN ${formatted(text, 'date', ownFormats(settings), settings)} IS NOT NULL THEN ${cast} BETWEEN ${firstDay} AND ${lastDay} ELSE ${iso} END`
      : iso
  },
  why: ({ text }) => [
    { when: matches(text, isoDate), reason: 'is a date that does not exist' },
    { when: matches(text, isoTime), reason: 'has a time of day' },
  ],
  delta: 'date',
  parquet: 'DATE',
  json: 'string',
  typescript: 'string',
}

/** The body of an ISO time without its zone, as TIMESTAMP. DuckDB's own cast drops a zone, and fails on some. */
function body(text: SqlText): SqlText {
  const bare = value('^[ \\t]*([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+)?)')
  return sql`coalesce(TRY_CAST(${text} AS TIMESTAMP), TRY_CAST(regexp_extract(${text}, ${bare}, 1) AS TIMESTAMP))`
}

/** The zone at the end of an ISO time, in microseconds ahead of UTC. */
function offsetMicros(text: SqlText): SqlText {
  const part = (group: number) => {
    const taken = value(group)
    return sql`TRY_CAST(nullif(regexp_extract(${text}, '([+-])([0-9]{2}):?([0-9]{2})?[ \\t]*$', ${taken}), '') AS BIGINT)`
  }
  const minutes = sql`(${part(2)} * 60 + coalesce(${part(3)}, 0)) * 60000000`
  return sql`CASE WHEN regexp_matches(${text}, '-[0-9]{2}:?(?:[0-9]{2})?[ \\t]*$') THEN -(${minutes}) ELSE ${minutes} END`
}

/** Microseconds UTC of a text of the ISO form, whose body is `cast`. NULL for a local time that does not exist. */
function isoMicros(text: SqlText, cast: SqlText, settings: Settings): SqlText {
  const micros = sql`epoch_us(${cast})`
  const local = utcMicros(micros, settings.timezone)
  const zoned = value(`:[0-9]{2}(?:\\.[0-9]+)? ?${offset}[ \\t]*$`)
  return sql`CASE WHEN ends_with(${text}, 'UTC') OR ends_with(${text}, 'Z') THEN ${micros} WHEN length(${text}) = 19 AND substr(${text}, 17, 1) = ':' THEN ${local} WHEN regexp_matches(${text}, '(?:Z|UTC|GMT)[ \\t]*$') THEN ${micros} WHEN regexp_matches(${text}, ${zoned}) THEN ${micros} - (${offsetMicros(text)}) ELSE ${local} END`
}

const inYears = (micros: SqlText): SqlText => sql`${micros} BETWEEN ${firstMicros} AND ${lastMicros}`

/**
 * The form of timestamptz columns. Never a cast to TIMESTAMPTZ: it is slow, and in DuckDB 1.5.5 a zone-less text is
 * read in the zone that the row before it named.
 */
export const timestamptz: Form = {
  accepts:
    'ISO 8601: date, optional time to the microsecond, optional zone (`Z`, `UTC`, `GMT`, `+02`, `+0200`, `+02:00`), `T` or a space between; the column’s `format`. Without a zone it is read in the source’s `timezone`, else the project’s: a time that the zone has twice is the earlier one',
  refuses:
    'dates that do not exist, local times that the zone skips, 24:00, leap seconds, digits beyond the microsecond unless zeros, zone names, years outside 0001 to 9999',
  cast: (text, _, settings) =>
    hasFormats(settings) ? formatted(text, 'timestamptz', ownFormats(settings), settings) : body(text),
  value: ({ text, cast }, _, settings) => {
    if (!hasFormats(settings)) return sql`make_timestamptz(${isoMicros(text, cast, settings)})`
    const iso = isoMicros(text, body(text), settings)
    return sql`make_timestamptz(CASE WHEN ${cast} IS NOT NULL THEN epoch_us(${cast}) WHEN ${likeIso(text, isoTime, 'timestamptz', settings)} THEN ${iso} END)`
  },
  fits: ({ text, cast, value: stored }, _, settings) => {
    const micros = sql`epoch_us(${stored})`
    if (hasFormats(settings)) return sql`coalesce(${inYears(micros)}, false)`
    return sql`CASE WHEN ${stored} IS NULL OR NOT ${inYears(micros)} THEN false WHEN strlen(${text}) = 23 AND ends_with(${text}, ' UTC') AND starts_with(${text}, ${cast}::VARCHAR) THEN true ELSE ${likeIso(text, isoTime, 'timestamptz', settings)} END`
  },
  why: ({ text, cast, value: stored }, _, settings) => [
    { when: sql`${matches(text, `${isoDay}.*:[0-9]{2}\\.[0-9]{7,}.*`)}`, reason: 'has digits beyond the microsecond' },
    {
      when: sql`${matches(text, isoTime)} AND ${body(text)} IS NOT NULL AND ${stored} IS NULL`,
      reason: `does not exist in ${settings.timezone}, whose clocks skip it`,
    },
    { when: sql`${cast} IS NULL AND ${matches(text, anyTime)}`, reason: 'is a date or time that does not exist' },
  ],
  delta: 'timestamp',
  parquet: 'TIMESTAMP(MICROS, UTC)',
  json: 'string; a number where the `format` is an epoch',
  typescript: 'string | Date',
}
