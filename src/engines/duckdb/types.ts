import type { DuckDBType } from '@duckdb/node-api'
import { type ColumnType, typeText } from '../../core/columns.ts'
import { join, name, raw, type SqlText, sql } from '../../sql/text.ts'

/** The package, as `import()` gives it: its enums and classes are needed beside its types. */
export type Duckdb = typeof import('@duckdb/node-api')

/** Millrace's type for DuckDB's, or undefined where Millrace has none. A hugeint is read as itself, not as a bigint. */
export function columnTypeOf(duckdb: Duckdb, type: DuckDBType): ColumnType | undefined {
  const id = duckdb.DuckDBTypeId
  if (type.alias === 'JSON') return { kind: 'json' }
  switch (type.typeId) {
    case id.BOOLEAN:
      return { kind: 'boolean' }
    case id.SMALLINT:
      return { kind: 'smallint' }
    case id.INTEGER:
      return { kind: 'integer' }
    case id.BIGINT:
      return { kind: 'bigint' }
    case id.FLOAT:
      return { kind: 'float' }
    case id.DOUBLE:
      return { kind: 'double' }
    case id.VARCHAR:
      return { kind: 'varchar' }
    case id.DATE:
      return { kind: 'date' }
    case id.TIMESTAMP_TZ:
      return { kind: 'timestamptz' }
    case id.UUID:
      return { kind: 'uuid' }
    case id.BLOB:
      return { kind: 'blob' }
    case id.SQLNULL:
      return { kind: 'varchar' }
    case id.DECIMAL: {
      const { width, scale } = type as DuckDBType & { readonly width: number; readonly scale: number }
      return { kind: 'decimal', precision: width, scale }
    }
    default:
      return nestedTypeOf(duckdb, type)
  }
}

function nestedTypeOf(duckdb: Duckdb, type: DuckDBType): ColumnType | undefined {
  if (type instanceof duckdb.DuckDBListType) {
    const of = columnTypeOf(duckdb, type.valueType)
    return of && { kind: 'list', of }
  }
  if (type instanceof duckdb.DuckDBMapType) {
    const key = columnTypeOf(duckdb, type.keyType)
    const value = columnTypeOf(duckdb, type.valueType)
    return key && value && { kind: 'map', key, value }
  }
  if (type instanceof duckdb.DuckDBStructType) {
    const fields = type.entryNames.map((field, index) => ({
      name: field,
      type: columnTypeOf(duckdb, type.entryTypes[index] as DuckDBType),
    }))
    if (fields.every((field): field is { name: string; type: ColumnType } => field.type !== undefined))
      return { kind: 'struct', fields }
  }
  return undefined
}

/** The type's name in a result: Millrace's, or DuckDB's own in small letters. */
export function typeName(duckdb: Duckdb, type: DuckDBType): string {
  const own = columnTypeOf(duckdb, type)
  return own ? typeText(own) : String(type).toLowerCase()
}

/** The type as DuckDB's SQL writes it. */
export function typeSql(type: ColumnType): SqlText {
  switch (type.kind) {
    case 'decimal':
      return raw(`DECIMAL(${type.precision},${type.scale})`)
    case 'list':
      return sql`${typeSql(type.of)}[]`
    case 'struct':
      return sql`STRUCT(${join(type.fields.map((field) => sql`${name(field.name)} ${typeSql(field.type)}`))})`
    case 'map':
      return sql`MAP(${typeSql(type.key)}, ${typeSql(type.value)})`
    case 'timestamptz':
      return raw('TIMESTAMP WITH TIME ZONE')
    default:
      return raw(type.kind.toUpperCase())
  }
}
