import { MillraceError } from './errors.ts'

/** Types without parameters, by their one canonical name. */
export const scalarTypes = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'float',
  'double',
  'varchar',
  'date',
  'timestamptz',
  'uuid',
  'json',
  'blob',
] as const

export type ScalarType = (typeof scalarTypes)[number]

/** A column's type as data. */
export type ColumnType =
  | { readonly kind: ScalarType }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'list'; readonly of: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: ColumnType }[] }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }

/** A column of a table or a result: rows may hold NULL there unless `nullable` is false. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
}

export type Columns = readonly Column[]

/** What people write for a type that Millrace does not have, and what to write instead. */
const substitutes: Readonly<Record<string, string>> = {
  tinyint: 'smallint',
  utinyint: 'smallint',
  usmallint: 'integer',
  uinteger: 'bigint',
  ubigint: 'decimal(20,0)',
  hugeint: 'decimal(38,0)',
  uhugeint: 'decimal(38,0)',
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  long: 'bigint',
  short: 'smallint',
  bool: 'boolean',
  real: 'float',
  float4: 'float',
  float8: 'double',
  numeric: 'decimal(18,3)',
  decimal: 'decimal(18,3)',
  number: 'double',
  string: 'varchar',
  text: 'varchar',
  char: 'varchar',
  enum: 'varchar',
  bytea: 'blob',
  binary: 'blob',
  varbinary: 'blob',
  datetime: 'timestamptz',
  timestamp: 'timestamptz',
  'timestamp with time zone': 'timestamptz',
  time: 'varchar',
  interval: 'bigint',
  jsonb: 'json',
}

/**
 * Reads a column as people write it: `bigint`, `decimal(12,2) not null`, `varchar[]`, `struct(a bigint, b varchar)`,
 * `map(varchar, double)`. TYPE_UNKNOWN with the substitute.
 */
export function parseColumn(name: string, text: string): Column {
  const match = /^(.*?)(\s+not\s+null)?$/is.exec(text.trim())
  return { name, type: parseType(match?.[1] ?? text), nullable: match?.[2] === undefined }
}

/** Reads a type. TYPE_UNKNOWN. */
export function parseType(text: string): ColumnType {
  const source = text.trim()
  if (source.endsWith('[]')) return { kind: 'list', of: parseType(source.slice(0, -2)) }
  const scalar = scalarTypes.find((kind) => kind === source.toLowerCase())
  if (scalar) return { kind: scalar }
  const call = /^(\w+)\s*\((.*)\)$/s.exec(source)
  const name = call?.[1]?.toLowerCase() ?? ''
  const parts = call ? splitTop(call[2] as string) : []
  switch (name) {
    case 'decimal': {
      const [precision = Number.NaN, scale = 0] = parts.map(Number)
      if (
        parts.length <= 2 &&
        Number.isInteger(precision) &&
        Number.isInteger(scale) &&
        precision >= 1 &&
        precision <= 38 &&
        scale >= 0 &&
        scale <= precision
      )
        return { kind: 'decimal', precision, scale }
      throw new MillraceError('TYPE_UNKNOWN', { type: source, suggestion: 'decimal(p,s) takes 1 ≤ p ≤ 38, s ≤ p' })
    }
    case 'struct':
      return { kind: 'struct', fields: parts.map((part) => parseField(part, source)) }
    case 'map': {
      const [key, value] = parts
      if (parts.length === 2 && key && value) return { kind: 'map', key: parseType(key), value: parseType(value) }
      throw new MillraceError('TYPE_UNKNOWN', { type: source, suggestion: 'write map(key type, value type)' })
    }
    default: {
      const instead = [source.toLowerCase(), name].find((each) => Object.hasOwn(substitutes, each))
      const suggestion = instead
        ? `write ${substitutes[instead]}`
        : `the types are ${scalarTypes.join(', ')}, decimal(p,s), type[], struct(name type, …), map(type, type)`
      throw new MillraceError('TYPE_UNKNOWN', { type: source, suggestion })
    }
  }
}

/** A struct's field: a name, quoted where it is not a plain word, and its type. */
function parseField(text: string, whole: string): { name: string; type: ColumnType } {
  const match = /^("(?:[^"]|"")+"|\w+)\s+(.+)$/s.exec(text)
  if (!match?.[1] || !match[2])
    throw new MillraceError('TYPE_UNKNOWN', { type: whole, suggestion: 'write struct(name type, …)' })
  const name = match[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match[1]
  return { name, type: parseType(match[2]) }
}

/** Splits at commas outside parentheses and quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  return [...parts, text.slice(from).trim()]
}

/** The type as people write it; `parseType` reads it back. */
export function typeText(type: ColumnType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'list':
      return `${typeText(type.of)}[]`
    case 'struct':
      return `struct(${type.fields.map((field) => `${fieldName(field.name)} ${typeText(field.type)}`).join(', ')})`
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`
    default:
      return type.kind
  }
}

function fieldName(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** The column as people write it, without its name: `decimal(12,2) not null`. */
export function columnText(column: Column): string {
  return `${typeText(column.type)}${column.nullable ? '' : ' not null'}`
}

/** The type that Delta and Parquet hold for it: uuid and json are text there. */
export function storedType(type: ColumnType): ColumnType {
  switch (type.kind) {
    case 'uuid':
    case 'json':
      return { kind: 'varchar' }
    case 'list':
      return { kind: 'list', of: storedType(type.of) }
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, type: storedType(field.type) })) }
    case 'map':
      return { kind: 'map', key: storedType(type.key), value: storedType(type.value) }
    default:
      return type
  }
}

/** True when both are the same type, struct fields in the same order included. */
export function sameType(a: ColumnType, b: ColumnType): boolean {
  return typeText(a) === typeText(b)
}
