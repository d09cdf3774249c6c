import type { ColumnType } from '../../core/columns.ts'
import type { Value } from '../../core/values.ts'

type Encode = (value: Value) => string

export interface JsonForm {
  /** bigint and decimal as text, for readers to whom every number is a double. */
  readonly quote64?: boolean
}

/**
 * Writes values of a type as JSON, with every digit: bigint and decimal as numbers, times and uuids as text, NaN and
 * infinities as text, bytes as base64, json as itself, structs and maps as objects. `undefined`: a type that tables do
 * not have; it is written by what the value is.
 */
export function encoderOf(type: ColumnType | undefined, form: JsonForm = {}): Encode {
  const encode = encoderOfValue(type, form)
  return (value) => (value === null ? 'null' : encode(value))
}

function encoderOfValue(type: ColumnType | undefined, form: JsonForm): Encode {
  switch (type?.kind) {
    case 'bigint':
    case 'decimal':
      return form.quote64 ? (value) => `"${value}"` : (value) => String(value)
    case 'json':
      return (value) => jsonLine(String(value))
    case 'list': {
      const item = encoderOf(type.of, form)
      return (value) => `[${(value as readonly Value[]).map(item).join(',')}]`
    }
    case 'struct': {
      const fields = type.fields.map((field) => ({
        name: field.name,
        key: JSON.stringify(field.name),
        encode: encoderOf(field.type, form),
      }))
      return (value) => {
        const held = value as Readonly<Record<string, Value>>
        return `{${fields.map(({ name, key, encode }) => `${key}:${encode(held[name] ?? null)}`).join(',')}}`
      }
    }
    case 'map': {
      const item = encoderOf(type.value, form)
      const key = encoderOf(type.key, form)
      return (value) =>
        `{${(value as readonly (readonly [Value, Value])[]).map(([name, held]) => `${asKey(key(name))}:${item(held)}`).join(',')}}`
    }
    default:
      return form.quote64 ? plainQuoted : plain
  }
}

/** A JSON text as the key of an object: a string as it is, anything else as its text. */
function asKey(json: string): string {
  return json.startsWith('"') ? json : JSON.stringify(json)
}

function plainQuoted(value: Value): string {
  return plain(value, true)
}

/** By what the value is: for scalars, and for types that tables do not have. */
function plain(value: Value, quote64 = false): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`
    case 'bigint':
      return quote64 ? `"${value}"` : String(value)
    case 'object':
      if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`
      if (Array.isArray(value)) return `[${value.map((item: Value) => plain(item, quote64)).join(',')}]`
      return `{${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}:${plain(item, quote64)}`)
        .join(',')}}`
    default:
      return JSON.stringify(value)
  }
}

/** JSON as it was written, on one line; what is none (DuckDB lets NaN pass) as text. */
function jsonLine(text: string): string {
  try {
    JSON.parse(text)
    return /[\n\r]/.test(text) ? text.replace(/[\n\r]+/g, ' ') : text
  } catch {
    return JSON.stringify(text)
  }
}
