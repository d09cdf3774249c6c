import { type ColumnType, sameType } from '../../core/columns.ts'
import { name, type SqlText, sql } from '../../sql/text.ts'
import type { Contract } from '../contract.ts'
import { type Field, matchFields } from '../fields.ts'
import { isNested } from '../forms.ts'
import type { InputSql, Origin } from './input.ts'
import { undeclaredColumns } from './text-input.ts'

/** A column of `raw` with the type that it has there; no type where it is none of Millrace's. */
export interface TypedField extends Field {
  readonly type?: ColumnType
}

/** Typed columns. What has the declared type is taken as it is; everything else is read through its text. */
export function parquetInput(contract: Contract, fields: readonly TypedField[]): InputSql {
  const { taken, undeclared } = matchFields(contract, fields)
  const typeOf = (field: Field) => fields.find((each) => each.column === field.column)?.type
  const origins = [...taken].map(([column, field]): [typeof column, Origin] => {
    const given = name(field.column)
    const type = typeOf(field)
    if (type && sameType(type, column.type) && !['float', 'double', 'json', 'uuid'].includes(type.kind))
      return [column, { kind: 'typed', value: given }]
    return [column, { kind: 'text', text: textOf(given, type) }]
  })
  return {
    from: sql`raw`,
    origins: new Map(origins),
    ...undeclaredColumns(contract, undeclared, (field) => ({
      value: name(field.column),
      json: (kept) => jsonOf(kept, typeOf(field)),
    })),
    undeclared: undeclared.map((field) => field.name),
    nulls: [],
  }
}

function textOf(given: SqlText, type: ColumnType | undefined): SqlText {
  if (type && isNested(type)) return sql`to_json(${given})::VARCHAR`
  if (type?.kind === 'blob') return sql`coalesce(TRY(decode(${given})), ${given}::VARCHAR)`
  return sql`${given}::VARCHAR`
}

/** A column as JSON text; numbers with all their digits. */
export function jsonOf(given: SqlText, type: ColumnType | undefined): SqlText {
  switch (type?.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
      return sql`${given}::VARCHAR`
    case 'float':
    case 'double':
      return sql`CASE WHEN isfinite(${given}) THEN to_json(${given})::VARCHAR ELSE 'null' END`
    case 'json':
      return given
    case undefined:
      return sql`to_json(${given}::VARCHAR)::VARCHAR`
    default:
      return sql`to_json(${given})::VARCHAR`
  }
}
