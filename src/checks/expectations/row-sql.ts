import type { Columns, ColumnType } from '../../core/columns.ts'
import { typeText } from '../../core/columns.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Accepted, Check } from '../check.ts'

/** Checks that judge each row by itself. */
export type RowCheck = Extract<Check, { readonly kind: 'not_null' | 'accepted' | 'expr' }>

export function isRowCheck(check: Check): check is RowCheck {
  return check.kind === 'not_null' || check.kind === 'accepted' || check.kind === 'expr'
}

/** A condition that is true of the rows which fail, and false or NULL of all others. */
export function failsSql(check: RowCheck, columns: Columns): SqlText {
  switch (check.kind) {
    case 'not_null':
      return sql`${name(check.column)} IS NULL`
    case 'accepted': {
      const type = typeOf(check.column, columns)
      const values = check.values.map((each) => literal(each, type))
      return sql`${comparable(name(check.column), type)} NOT IN (${join(values)})`
    }
    case 'expr':
      // NULL passes, as in CHECK of SQL, and so must be told from what TRY makes of an error
      return sql`NOT coalesce(TRY(coalesce((${raw(check.sql)}\n)::BOOLEAN, true)), false)`
  }
}

function typeOf(column: string, columns: Columns): ColumnType | undefined {
  return columns.find((each) => each.name.toLowerCase() === column.toLowerCase())?.type
}

/** uuid and json are text in tables, whatever the engine makes of the column. */
function comparable(column: SqlText, type: ColumnType | undefined): SqlText {
  return type?.kind === 'uuid' || type?.kind === 'json' ? sql`CAST(${column} AS VARCHAR)` : column
}

function literal(given: Accepted, type: ColumnType | undefined): SqlText {
  const text = value(String(given))
  if (type === undefined || type.kind === 'json') return text
  if (type.kind === 'uuid') return value(String(given).toLowerCase())
  return sql`CAST(${text} AS ${raw(typeText(type))})`
}

/** Why a value cannot be one of the column's, in words; undefined when it can. What is cast must not be rounded. */
export function acceptedFault(given: Accepted, type: ColumnType): string | undefined {
  const text = String(given)
  const form = formOf(type)
  if (form === undefined) return `values of type ${typeText(type)} cannot be listed`
  return form.test(text) ? undefined : `\`${text}\` is no ${typeText(type)}`
}

function formOf(type: ColumnType): RegExp | undefined {
  switch (type.kind) {
    case 'boolean':
      return /^(true|false)$/
    case 'smallint':
    case 'integer':
    case 'bigint':
      return /^-?\d{1,19}$/
    case 'decimal': {
      const { precision, scale } = type
      const whole = `\\d{1,${Math.max(precision - scale, 1)}}`
      return new RegExp(scale === 0 ? `^-?${whole}$` : `^-?${whole}(\\.\\d{1,${scale}})?$`)
    }
    case 'float':
    case 'double':
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i
    case 'date':
      return /^\d{4}-\d\d-\d\d$/
    case 'timestamptz':
      return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:\d\d)?)$/
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
    case 'varchar':
    case 'json':
      return /^/
    default:
      return undefined
  }
}
