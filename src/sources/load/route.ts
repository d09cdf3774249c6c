import type { Contract } from '../../contract/contract.ts'
import { pointer } from '../../contract/fields.ts'
import type { Relation } from '../../engines/relation.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Part } from '../reader.ts'

/** Which rows of a source are this table's: a row goes to the first condition that holds. */
export interface Route {
  /** SQL over the fields of a row as texts, in the order in which they are asked. */
  readonly conditions: readonly string[]
  /** The conditions whose rows come here; `conditions.length` stands for rows for which none holds. */
  readonly mine: readonly number[]
  /** Rows for which none holds have no table: this one refuses them. */
  readonly refusesRest: boolean
}

/** The rows of a part that are this table's, those that go elsewhere, and those that go nowhere. */
export function routedParts(
  part: Part,
  route: Route,
  contract: Contract,
): Readonly<Record<'mine' | 'elsewhere' | 'nowhere', Relation>> {
  const rest = route.conditions.length
  const nowhere = route.refusesRest ? [rest] : []
  const taken = [...route.mine, ...nowhere]
  const among = (choices: readonly number[]): SqlText =>
    choices.length === 0 ? sql`false` : sql`_choice IN (${join(choices.map(value))})`
  const rows = (where: SqlText): Relation => ({
    kind: 'select',
    sql: sql`SELECT unnest(_row) FROM (SELECT _row, ${choiceOf(route)} AS _choice FROM (
      SELECT raw AS _row, ${join(textsOf(part, contract))} FROM raw)) WHERE ${where}`.text,
    from: { raw: part.relation },
  })
  return { mine: rows(among(route.mine)), elsewhere: rows(sql`NOT ${among(taken)}`), nowhere: rows(among(nowhere)) }
}

/** The first condition that holds; one that is NULL or fails does not. */
function choiceOf({ conditions }: Route): SqlText {
  const cases = conditions.map(
    (condition, at) => sql`WHEN coalesce(TRY((${raw(condition)}\n)::BOOLEAN), false) THEN ${value(at)}`,
  )
  return sql`CASE ${join(cases, ' ')} ELSE ${value(conditions.length)} END`
}

/** The fields by their names, and NULL for declared columns that the part lacks. */
function textsOf({ input }: Part, contract: Contract): SqlText[] {
  const fields =
    input.kind === 'json'
      ? input.keys.map((key) => ({
          title: key,
          text: sql`json->>${value(pointer(key))}`,
        }))
      : input.fields.map(({ name: title, column }) => ({ title, text: sql`${name(column)}::VARCHAR` }))
  const names = new Set(fields.map(({ title }) => title.toLowerCase()))
  const absent = contract.columns.filter((column) => !names.has(column.name.toLowerCase()))
  return [
    ...fields.map(({ title, text }) => sql`${text} AS ${name(title)}`),
    ...absent.map((column) => sql`NULL::VARCHAR AS ${name(column.name)}`),
    sql`1 AS _`,
  ]
}
