import { type Column, type Columns, type ColumnType, parseType, sameType, typeText } from '../core/columns.ts'
import { MillraceError } from '../core/errors.ts'

/** Delta's schema is Spark's JSON (Delta protocol, "Schema Serialization Format"). */
export interface DeltaField {
  readonly name: string
  readonly type: DeltaType
  readonly nullable: boolean
  readonly metadata: Readonly<Record<string, unknown>>
}

type DeltaType =
  | string
  | { readonly type: 'struct'; readonly fields: readonly DeltaField[] }
  | { readonly type: 'array'; readonly elementType: DeltaType; readonly containsNull: boolean }
  | {
      readonly type: 'map'
      readonly keyType: DeltaType
      readonly valueType: DeltaType
      readonly valueContainsNull: boolean
    }

/** Key of a field's metadata: the declared type, where Delta's own type says less (uuid and json are strings there). */
const declaredType = 'millrace.type'

const fromDelta: Readonly<Record<string, ColumnType>> = {
  boolean: { kind: 'boolean' },
  byte: { kind: 'smallint' },
  short: { kind: 'smallint' },
  integer: { kind: 'integer' },
  long: { kind: 'bigint' },
  float: { kind: 'float' },
  double: { kind: 'double' },
  string: { kind: 'varchar' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamptz' },
  binary: { kind: 'blob' },
}

/** The table feature that brings a type which Millrace does not have. */
const featureOfType: Readonly<Record<string, string>> = { timestamp_ntz: 'timestampNtz', variant: 'variantType' }

/** The columns of a table. FEATURE_UNSUPPORTED names a type without a counterpart; TABLE_CORRUPT. */
export function columnsOf(schema: string, table: string): Columns {
  const convert = (type: DeltaType, metadata: DeltaField['metadata']): ColumnType => {
    const stored = columnType(type, table)
    const declared = metadata[declaredType]
    return typeof declared === 'string' ? refined(stored, declared) : stored
  }
  return parseSchema(schema, table).map((field) => ({
    name: field.name,
    type: convert(field.type, field.metadata),
    nullable: field.nullable,
  }))
}

/** Every field of a schema, those of nested structs included. A schema that cannot be parsed has none. */
export function fieldsOfSchema(schema: string): readonly DeltaField[] {
  const inside = (type: DeltaType): readonly DeltaField[] => {
    if (typeof type === 'string') return []
    if (type.type === 'array') return inside(type.elementType)
    if (type.type === 'map') return [...inside(type.keyType), ...inside(type.valueType)]
    return type.fields.flatMap((field) => [field, ...inside(field.type)])
  }
  const root = parsed(schema)
  return root ? inside(root) : []
}

/** Delta's schema of a new table. */
export function schemaOf(columns: Columns): string {
  return schemaText(columns.map(deltaField))
}

/**
 * The schema after rows with these columns were added: unknown columns come at the end, as nullable, and known ones are
 * left as they are, with what other systems wrote into them. Names compare without case. SCHEMA_MISMATCH where a known
 * column has another type; the same text where nothing is new.
 */
export function evolve(schema: string, brings: Columns, table: string): string {
  const fields = parseSchema(schema, table)
  const known = new Map(columnsOf(schema, table).map((column) => [column.name.toLowerCase(), column]))
  for (const column of brings) {
    const has = known.get(column.name.toLowerCase())
    if (has && !sameStored(has.type, column.type))
      throw new MillraceError('SCHEMA_MISMATCH', {
        table,
        column: column.name,
        has: typeText(has.type),
        brings: typeText(column.type),
      })
  }
  const added = brings.filter((column) => !known.has(column.name.toLowerCase()))
  if (added.length === 0) return schema
  return schemaText([...fields, ...added.map((column) => deltaField({ ...column, nullable: true }))])
}

/** True when both types are stored alike, as uuid and varchar are. */
function sameStored(a: ColumnType, b: ColumnType): boolean {
  const stored = (type: ColumnType) => columnType(deltaType(type), '')
  return sameType(stored(a), stored(b))
}

function schemaText(fields: readonly DeltaField[]): string {
  return JSON.stringify({ type: 'struct', fields })
}

function deltaField(column: Column): DeltaField {
  const type = deltaType(column.type)
  const metadata = sameType(columnType(type, ''), column.type) ? {} : { [declaredType]: typeText(column.type) }
  return { name: column.name, type, nullable: column.nullable, metadata }
}

function deltaType(type: ColumnType): DeltaType {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'list':
      return { type: 'array', elementType: deltaType(type.of), containsNull: true }
    case 'map':
      return { type: 'map', keyType: deltaType(type.key), valueType: deltaType(type.value), valueContainsNull: true }
    case 'struct':
      return {
        type: 'struct',
        fields: type.fields.map(({ name, type: inner }) => deltaField({ name, type: inner, nullable: true })),
      }
    case 'boolean':
    case 'integer':
    case 'float':
    case 'double':
    case 'date':
      return type.kind
    case 'smallint':
      return 'short'
    case 'bigint':
      return 'long'
    case 'timestamptz':
      return 'timestamp'
    case 'blob':
      return 'binary'
    case 'varchar':
    case 'uuid':
    case 'json':
      return 'string'
    default:
      return type satisfies never
  }
}

function columnType(type: DeltaType, table: string): ColumnType {
  if (typeof type === 'string') return scalarType(type, table)
  switch (type.type) {
    case 'array':
      return { kind: 'list', of: columnType(type.elementType, table) }
    case 'map':
      return { kind: 'map', key: columnType(type.keyType, table), value: columnType(type.valueType, table) }
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((field) => ({ name: field.name, type: columnType(field.type, table) })),
      }
    default:
      return unsupported(JSON.stringify(type), table)
  }
}

function scalarType(type: string, table: string): ColumnType {
  const plain = Object.hasOwn(fromDelta, type) ? fromDelta[type] : undefined
  if (plain) return plain
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type)
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  return unsupported(featureOfType[type] ?? `the type ${type}`, table)
}

function unsupported(feature: string, table: string): never {
  throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature, operation: 'read' })
}

/** The declared type, where it is stored as the field is; a text that another system left there counts for nothing. */
function refined(stored: ColumnType, declared: string): ColumnType {
  try {
    const type = parseType(declared)
    return sameStored(type, stored) ? type : stored
  } catch {
    return stored
  }
}

function parseSchema(schema: string, table: string): readonly DeltaField[] {
  const root = parsed(schema)
  if (root) return root.fields
  throw new MillraceError('TABLE_CORRUPT', {
    table,
    file: 'metaData',
    place: '',
    reason: 'schemaString is not a struct in JSON',
  })
}

function parsed(schema: string): { readonly type: 'struct'; readonly fields: readonly DeltaField[] } | undefined {
  try {
    const root = JSON.parse(schema) as DeltaType
    return isType(root) && typeof root === 'object' && root.type === 'struct' ? root : undefined
  } catch {
    return undefined
  }
}

function isType(type: unknown): type is DeltaType {
  if (typeof type === 'string') return true
  if (typeof type !== 'object' || type === null || !('type' in type)) return false
  const { type: kind, fields, elementType, keyType, valueType } = type as Readonly<Record<string, unknown>>
  if (kind === 'array') return isType(elementType)
  if (kind === 'map') return isType(keyType) && isType(valueType)
  return kind === 'struct' && Array.isArray(fields) && fields.every(isField)
}

function isField(field: unknown): field is DeltaField {
  if (typeof field !== 'object' || field === null) return false
  const { name, type, nullable, metadata } = field as Readonly<Record<string, unknown>>
  const described = typeof metadata === 'object' && metadata !== null
  return typeof name === 'string' && typeof nullable === 'boolean' && described && isType(type)
}
