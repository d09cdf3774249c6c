import type { ColumnType } from '../../core/columns.ts'
import { compareUtf8 } from '../../storage/paths.ts'

/** A value in its column's order: integers and times (microseconds) as bigint or number, texts by their UTF-8 bytes. */
type Key = number | bigint | string

/** Where the values of a column in a file lie; a missing bound says nothing. */
export interface Bounds {
  readonly low?: Key
  readonly high?: Key
  /** Values that begin with this may lie above `high`, which is a text cut short. */
  readonly cut?: string
  /** NaN may be there, which is above all and equal to itself; `high` says nothing of it. */
  readonly nan?: boolean
  readonly nulls: 'none' | 'some' | 'all'
}

/** A literal as the range in which its value lies for certain, a single point where it is exact. */
export type Constant = { readonly low: Key; readonly high: Key } | 'null' | 'unknown'

/** Whether a value within bounds can stand so to the constant. */
export function mayHold(
  bounds: Bounds,
  op: '=' | '<' | '<=' | '>' | '>=',
  constant: { readonly low: Key; readonly high: Key },
): boolean {
  switch (op) {
    case '<':
      return bounds.low === undefined || compareKeys(bounds.low, constant.high) < 0
    case '<=':
      return bounds.low === undefined || compareKeys(bounds.low, constant.high) <= 0
    case '>':
      return above(bounds, constant.low, 1)
    case '>=':
      return above(bounds, constant.low, 0)
    case '=':
      return (
        (bounds.low === undefined || compareKeys(bounds.low, constant.high) <= 0) &&
        above({ ...bounds, nan: false }, constant.low, 0)
      )
    default:
      return op satisfies never
  }
}

/** Whether a value can be at least (`by` 0) or more than (`by` 1) the key. */
function above(bounds: Bounds, key: Key, by: 0 | 1): boolean {
  if (bounds.high === undefined || bounds.nan || compareKeys(bounds.high, key) >= by) return true
  return bounds.cut !== undefined && typeof key === 'string' && key.startsWith(bounds.cut)
}

export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'string' || typeof b === 'string') return compareUtf8(String(a), String(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/** The bounds that the log's statistics give. */
export function boundsOfStatistics(min: unknown, max: unknown, type: ColumnType, nulls: Bounds['nulls']): Bounds {
  const low = statisticOf(min, type)?.low
  const high = statisticOf(max, type)?.high
  return {
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
    ...(type.kind === 'varchar' && typeof high === 'string' && { cut: beforeTieBreaker(high) }),
    ...((type.kind === 'float' || type.kind === 'double') && { nan: true }),
    nulls,
  }
}

/** The bounds that a file's partition value gives: one value, or NULL, for all its rows. */
export function boundsOfPartition(text: string | null, type: ColumnType): Bounds {
  if (text === null || text === '') return { nulls: 'all' }
  const key = partitionKey(text, type)
  if (key === undefined) return { nulls: 'some', nan: true }
  return { low: key.low, high: key.high, nulls: 'none' }
}

/** The range of a literal that is compared with a column of this type. */
export function constantOf(literal: string | number | bigint | boolean | null, type: ColumnType): Constant {
  if (literal === null) return 'null'
  switch (type.kind) {
    case 'boolean':
      return typeof literal === 'boolean' ? exact(Number(literal)) : 'unknown'
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
      if (typeof literal === 'bigint') return exact(literal)
      return (typeof literal === 'number' ? widened(literal) : decimalText(literal)) ?? 'unknown'
    case 'float':
    case 'double':
      return (
        (typeof literal === 'number' || typeof literal === 'bigint' ? widened(Number(literal)) : undefined) ?? 'unknown'
      )
    case 'varchar':
      // against a date or a time the engine compares the column's texts as such, whatever their order as texts
      return typeof literal === 'string' && !/^\s*\d+-\d+-\d/.test(literal) ? exact(literal) : 'unknown'
    case 'uuid':
      return typeof literal === 'string' && isUuid(literal) ? exact(literal.toLowerCase()) : 'unknown'
    case 'date':
      return typeof literal === 'string' && isDate(literal) ? exact(literal) : 'unknown'
    case 'timestamptz':
      return (typeof literal === 'string' ? instantOf(literal) : undefined) ?? 'unknown'
    default:
      return 'unknown'
  }
}

type Range = { readonly low: Key; readonly high: Key }

/** A minimum or maximum as the range in which the true one lies. */
function statisticOf(value: unknown, type: ColumnType): Range | undefined {
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? exact(Number(value)) : undefined
    case 'smallint':
    case 'integer':
    case 'bigint':
      return typeof value === 'bigint' || Number.isSafeInteger(value) ? exact(value as number | bigint) : undefined
    case 'decimal':
      if (typeof value === 'bigint') return exact(value)
      return typeof value === 'number' ? widened(value) : decimalText(value)
    case 'float':
    case 'double':
      if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
      return type.kind === 'double' ? widened(Number(value)) : widened(Number(value), 2 ** -22)
    case 'varchar':
      return typeof value === 'string' ? exact(value) : undefined
    case 'date':
      return typeof value === 'string' && isDate(value) ? exact(value) : undefined
    case 'timestamptz': {
      // other writers cut the maximum to milliseconds
      const micros = typeof value === 'string' ? microsOf(value, undefined) : undefined
      return micros === undefined ? undefined : { low: micros - 1000n, high: micros + 1000n }
    }
    default:
      return undefined // a uuid is text to other writers, whose order differs where they write capitals
  }
}

/** A partition value, exact, from Delta's text form (protocol, "Partition Value Serialization"). */
function partitionKey(text: string, type: ColumnType): Range | undefined {
  switch (type.kind) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? exact(Number(text.toLowerCase() === 'true')) : undefined
    case 'smallint':
    case 'integer':
    case 'bigint':
      return /^-?\d+$/.test(text) ? exact(BigInt(text)) : undefined
    case 'decimal':
      return decimalText(text)
    case 'float':
    case 'double': {
      const number = Number(text)
      return Number.isFinite(number) ? widened(number, 2 ** -22) : undefined
    }
    case 'varchar':
      return exact(text)
    case 'uuid':
      return isUuid(text) ? exact(text.toLowerCase()) : undefined
    case 'date':
      return isDate(text) ? exact(text) : undefined
    case 'timestamptz': {
      const micros = microsOf(text, 'Z')
      return micros === undefined ? undefined : exact(micros)
    }
    default:
      return undefined
  }
}

function exact(key: Key): Range {
  return { low: key, high: key }
}

/** The neighbourhood of a number that was rounded on its way here; nothing for NaN and infinities. */
function widened(number: number, relative = 2 ** -51): Range | undefined {
  const by = Math.abs(number) * relative + Number.MIN_VALUE
  return Number.isFinite(number) ? { low: number - by, high: number + by } : undefined
}

function decimalText(value: unknown): Range | undefined {
  return typeof value === 'string' && /^[+-]?\d+(\.\d*)?$/.test(value) ? widened(Number(value)) : undefined
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}

/** Further than this from UTC no zone has ever been. */
const widestOffset = 16n * 3_600_000_000n

/** A time of a query; where it names no zone, the range of all that it can mean, as that depends on the session. */
function instantOf(text: string): Range | undefined {
  const instant = microsOf(text, undefined)
  if (instant !== undefined) return exact(instant)
  const clock = microsOf(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text, 'Z')
  return clock === undefined ? undefined : { low: clock - widestOffset, high: clock + widestOffset }
}

/** Microseconds since 1970 of `2019-11-01 00:00[:00[.123456]][zone]`; `zone` is the one of a text that names none. */
function microsOf(text: string, zone: 'Z' | undefined): bigint | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,6}))?(?: ?(Z|UTC)|([+-]\d\d)(?::?(\d\d))?)?$/.exec(
    text,
  )
  if (!parts) return undefined
  const [, day, minutes, seconds = ':00', fraction = '', utc = zone, hours, rest = '00'] = parts
  if (hours === undefined && utc === undefined) return undefined
  const ms = Date.parse(`${day}T${minutes}${seconds}${hours === undefined ? 'Z' : `${hours}:${rest}`}`)
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

/** A cut maximum ends in a character that was put there to lie above what was cut off. */
function beforeTieBreaker(max: string): string {
  return /[\x7f\ufffd\u{10ffff}]$/u.test(max) ? max.replace(/.$/su, '') : max
}
