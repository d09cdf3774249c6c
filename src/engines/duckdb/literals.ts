import type { ColumnType } from '../../core/columns.ts'
import type { Value } from '../../core/values.ts'
import { join, value as literal, name, type SqlText, sql } from '../../sql/text.ts'
import { typeSql } from './types.ts'

/** A value as SQL of exactly this type. */
function typedValue(value: Value, type: ColumnType): SqlText {
  return sql`CAST(${untyped(value, type)} AS ${typeSql(type)})`
}

/**
 * Values as a list, whose items a cast makes into this type. What is no nested value goes as one literal: DuckDB binds
 * each literal of a statement by itself, at 30 µs, and 200,000 values of a flush or a load would take seconds.
 */
export function valueList(values: readonly Value[], type: ColumnType): SqlText {
  if (['blob', 'list', 'struct', 'map'].includes(type.kind))
    return sql`[${join(values.map((value) => typedValue(value, type)))}]`
  const texts = values.map((value) => (value === null ? null : String(value).toWellFormed()))
  return sql`from_json(${literal(JSON.stringify(texts))}, '["VARCHAR"]')`
}

function untyped(value: Value, type: ColumnType): SqlText {
  if (value === null) return literal(null)
  if (value instanceof Uint8Array) return sql`unhex(${literal(Buffer.from(value).toString('hex'))})`
  if (type.kind === 'list') return sql`[${join((value as readonly Value[]).map((item) => typedValue(item, type.of)))}]`
  if (type.kind === 'struct') {
    const fields = value as Readonly<Record<string, Value>>
    return sql`struct_pack(${join(
      type.fields.map((field) => sql`${name(field.name)} := ${typedValue(fields[field.name] ?? null, field.type)}`),
    )})`
  }
  if (type.kind === 'map') {
    const entries = value as readonly (readonly [Value, Value])[]
    const keys = join(entries.map(([key]) => typedValue(key, type.key)))
    const values = join(entries.map(([, item]) => typedValue(item, type.value)))
    return sql`MAP([${keys}], [${values}])`
  }
  return text(String(value))
}

/** A text literal; a NUL, which no literal can hold, is put in by `chr(0)`. */
export function text(content: string): SqlText {
  return content.includes('\0')
    ? sql`concat(${join(
        content.split('\0').map((part) => literal(part)),
        ', chr(0), ',
      )})`
    : literal(content)
}
