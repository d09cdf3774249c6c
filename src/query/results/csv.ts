import type { ColumnType } from '../../core/columns.ts'
import type { Value } from '../../core/values.ts'
import { encoderOf } from './json.ts'

/**
 * Writes values of a type as a field of RFC 4180. NULL is empty, an empty text stands in quotes, so that the two are told
 * apart; bytes are base64, lists, structs and maps JSON. Nothing is changed to please spreadsheets.
 */
export function fieldOf(type: ColumnType | undefined): (value: Value) => string {
  const json = encoderOf(type)
  return (value) => {
    if (value === null) return ''
    if (typeof value === 'string') return quoted(value)
    if (value instanceof Uint8Array) return quoted(Buffer.from(value).toString('base64'))
    return typeof value === 'object' ? quoted(json(value)) : String(value)
  }
}

/**
 * The same for spreadsheets, which take a text that begins like a formula for one: such a text has a `'` before it. What
 * is a number stays one.
 */
export function safeFieldOf(type: ColumnType | undefined): (value: Value) => string {
  const field = fieldOf(type)
  const isText = type === undefined || ['varchar', 'json', 'list', 'struct', 'map', 'blob'].includes(type.kind)
  return isText ? (value) => (typeof value === 'string' ? quoted(unlikeFormula(value)) : field(value)) : field
}

export function unlikeFormula(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
}

/** A text as a field: in quotes where it would be read as something else without them. */
export function quoted(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
