import { name, type SqlText, sql, value } from '../../sql/text.ts'
import type { Contract } from '../contract.ts'
import { type Field, matchFields } from '../fields.ts'
import type { Breach, InputSql } from './input.ts'

/** Fields of text, each a varchar column of `raw`. */
export function textInput(contract: Contract, fields: readonly Field[]): InputSql {
  const { taken, undeclared } = matchFields(contract, fields)
  return {
    from: sql`raw`,
    origins: new Map([...taken].map(([column, field]) => [column, { kind: 'text', text: name(field.column) }])),
    ...undeclaredColumns(contract, undeclared, (field) => ({
      value: sql`nullif(${name(field.column)}, '')`,
      json: (kept) => sql`to_json(${kept})`,
    })),
    undeclared: undeclared.map((field) => field.name),
    nulls: [''],
  }
}

/** What becomes of fields that no column takes and that are columns of `raw`. */
export function undeclaredColumns<F extends Field>(
  contract: Contract,
  fields: readonly F[],
  read: (field: F) => { readonly value: SqlText; readonly json: (kept: SqlText) => SqlText },
): Pick<InputSql, 'keep' | 'breaches' | 'extra'> {
  if (contract.unknown === 'drop') return { keep: [], breaches: [], extra: [] }
  const kept = fields.map((field, index) => ({ field, name: `_u${index}`, ...read(field) }))
  const breach = (each: (typeof kept)[number]): Breach => ({
    column: null,
    ok: sql`${name(each.name)} IS NULL`,
    code: sql`'unknown_field'`,
    message: value(`no column takes the field \`${each.field.name}\``),
  })
  return {
    keep: kept.map((each) => ({ name: each.name, sql: each.value })),
    breaches: contract.unknown === 'reject' ? kept.map(breach) : [],
    extra: kept.map((each) => {
      const column = name(each.name)
      const key = value(`${JSON.stringify(each.field.name)}:`)
      return sql`CASE WHEN ${column} IS NOT NULL THEN ${key} || ${each.json(column)} END`
    }),
  }
}
