import type { DuckDBDataChunk, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { Value } from '../../core/values.ts'
import type { Duckdb } from './types.ts'

type Reader = (value: DuckDBValue) => Value

/** Makes rows of chunks with these column types; each type's reader is chosen once, not once a value. */
export function rowReader(
  duckdb: Duckdb,
  types: readonly DuckDBType[],
): (chunk: DuckDBDataChunk) => readonly (readonly Value[])[] {
  const readers = types.map((type) => readerOf(duckdb, type))
  return (chunk) => {
    const rows: Value[][] = Array.from({ length: chunk.rowCount }, () => new Array<Value>(types.length))
    for (const [column, read] of readers.entries()) {
      const vector = chunk.getColumnVector(column)
      for (const [index, row] of rows.entries()) {
        const item = vector.getItem(index)
        row[column] = item === null || item === undefined ? null : read(item)
      }
    }
    return rows
  }
}

function readerOf(duckdb: Duckdb, type: DuckDBType): Reader {
  const id = duckdb.DuckDBTypeId
  switch (type.typeId) {
    case id.BOOLEAN:
    case id.TINYINT:
    case id.SMALLINT:
    case id.INTEGER:
    case id.UTINYINT:
    case id.USMALLINT:
    case id.UINTEGER:
    case id.BIGINT:
    case id.UBIGINT:
    case id.HUGEINT:
    case id.UHUGEINT:
    case id.BIGNUM:
    case id.FLOAT:
    case id.DOUBLE:
    case id.VARCHAR:
    case id.ENUM:
      return (value) => value as Value
    case id.DATE:
      return (value) => dateText((value as { readonly days: number }).days)
    case id.TIMESTAMP_TZ:
      return (value) => timestampText((value as { readonly micros: bigint }).micros, 'Z')
    case id.TIMESTAMP:
      return (value) => timestampText((value as { readonly micros: bigint }).micros, '')
    case id.BLOB:
      return (value) => Uint8Array.from((value as { readonly bytes: Uint8Array }).bytes)
    default:
      return nestedReader(duckdb, type)
  }
}

function nestedReader(duckdb: Duckdb, type: DuckDBType): Reader {
  if (type instanceof duckdb.DuckDBListType || type instanceof duckdb.DuckDBArrayType) {
    const read = orNull(readerOf(duckdb, type.valueType))
    return (value) => (value as { readonly items: readonly DuckDBValue[] }).items.map(read)
  }
  if (type instanceof duckdb.DuckDBStructType) {
    const fields = type.entryNames.map(
      (field, index) => [field, orNull(readerOf(duckdb, type.entryTypes[index] as DuckDBType))] as const,
    )
    return (value) => {
      const { entries } = value as { readonly entries: Readonly<Record<string, DuckDBValue>> }
      return Object.fromEntries(fields.map(([field, read]) => [field, read(entries[field] ?? null)]))
    }
  }
  if (type instanceof duckdb.DuckDBMapType) {
    const key = orNull(readerOf(duckdb, type.keyType))
    const item = orNull(readerOf(duckdb, type.valueType))
    return (value) => {
      const { entries } = value as { readonly entries: readonly { key: DuckDBValue; value: DuckDBValue }[] }
      return entries.map((entry) => [key(entry.key), item(entry.value)])
    }
  }
  // decimals, uuids, times, intervals, bits, unions: as DuckDB writes them
  return (value) => String(value)
}

function orNull(read: Reader): Reader {
  return (value) => (value === null || value === undefined ? null : read(value))
}

const msPerDay = 86_400_000
const infiniteDays = 2_147_483_647
const infiniteMicros = 9_223_372_036_854_775_807n
/** Days from 1970-01-01 to 0001-01-01 and to 10000-01-01: what four digits of a year can say. */
const [firstDay, dayAfterLast] = [-719_162, 2_932_897]

/** `YYYY-MM-DD`; outside the years 1 to 9999 as DuckDB writes it: `290000-01-01`, `0044-03-15 (BC)`, `infinity`. */
export function dateText(days: number): string {
  if (days === infiniteDays) return 'infinity'
  if (days === -infiniteDays) return '-infinity'
  if (days >= firstDay && days < dayAfterLast) return new Date(days * msPerDay).toISOString().slice(0, 10)
  // 146,097 days are 400 years to the day: move into JavaScript's range, and the years back
  const cycles = Math.floor(days / 146_097)
  const date = new Date((days - cycles * 146_097) * msPerDay)
  const year = date.getUTCFullYear() + cycles * 400
  const monthDay = date.toISOString().slice(4, 10)
  return year > 0
    ? `${String(year).padStart(4, '0')}${monthDay}`
    : `${String(1 - year).padStart(4, '0')}${monthDay} (BC)`
}

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]` and the zone; years as `dateText` writes them. */
export function timestampText(micros: bigint, zone: 'Z' | ''): string {
  if (micros === infiniteMicros) return 'infinity'
  if (micros === -infiniteMicros) return '-infinity'
  const number = Number(micros)
  // the year 1900 to 2255, where a double holds every microsecond
  if (number > -2_208_988_800_000_000 && number < 9_007_199_254_740_991) {
    const fraction = ((number % 1_000_000) + 1_000_000) % 1_000_000
    const text = new Date((number - fraction) / 1000).toISOString().slice(0, 19)
    return fraction === 0 ? `${text}${zone}` : `${text}.${String(fraction).padStart(6, '0')}${zone}`
  }
  const inDay = ((micros % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n
  const day = dateText(Number((micros - inDay) / 86_400_000_000n))
  const fraction = Number(inDay % 1_000_000n)
  const time = new Date(Number(inDay / 1000n)).toISOString().slice(11, 19)
  return `${day}T${time}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}${zone}`
}
