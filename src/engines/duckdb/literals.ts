import type { ColumnType } from '../../core/columns.ts'
import type { Value } from '../../core/values.ts'
import { join, value as literal, name, type SqlText, sql } from '../../sql/text.ts'
import { typeSql } from './types.ts'

/** A value as SQL of exactly this type. */
export function typedValue(value: Value, type: ColumnType): SqlText {
  return sql`CAST(${untyped(value, type)} AS ${typeSql(type)})`
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
