import type { DuckDBDataChunk, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { Value } from '../../core/values.ts'
import { dateText, timestampText } from './times.ts'
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
    case id.DOUBLE:
    case id.VARCHAR:
    case id.ENUM:
      return (value) => value as Value
    case id.FLOAT:
      return (value) => shortFloat(value as number)
    case id.DATE:
      return dateReader()
    case id.TIMESTAMP_TZ:
      return timestampReader('Z')
    case id.TIMESTAMP:
      return timestampReader('')
    case id.BLOB:
      return (value) => Uint8Array.from((value as { readonly bytes: Uint8Array }).bytes)
    default:
      return nestedReader(duckdb, type)
  }
}

/** The number with the fewest digits that is this very 32-bit float: 0.1, not 0.10000000149011612. */
function shortFloat(float: number): number {
  if (!Number.isFinite(float)) return float
  // any six digits tell two floats apart, but for those next to zero
  for (let digits = Math.abs(float) < 1.2e-38 ? 1 : 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits))
    if (Math.fround(short) === float) return short
  }
  return Number(float.toPrecision(9))
}

/** Days come again and again: their texts are kept, a bounded number of them. */
function keptDays(): (days: number) => string {
  const kept = new Map<number, string>()
  return (days) => {
    let text = kept.get(days)
    if (text === undefined) {
      if (kept.size === 4096) kept.clear()
      text = dateText(days)
      kept.set(days, text)
    }
    return text
  }
}

function dateReader(): Reader {
  const textOf = keptDays()
  return (value) => textOf((value as { readonly days: number }).days)
}

function timestampReader(zone: 'Z' | ''): Reader {
  const dayText = keptDays()
  return (value) => timestampText((value as { readonly micros: bigint }).micros, zone, dayText)
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
