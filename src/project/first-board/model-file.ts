import { stringify } from 'yaml'
import { identifier } from '../../sql/identifier.ts'
import { join, type SqlText, sql, value } from '../../sql/text.ts'
import { measureTitle, titleOf } from './column-words.ts'
import type { Roles, TableProfile } from './roles.ts'

/** A model of a table: what it is grouped by, and what is counted and summed. */
export interface FirstModel {
  readonly name: string
  readonly text: string
  /** The output column of the time, and how long each of its steps is. */
  readonly time?: { readonly column: string; readonly grain: Grain }
  readonly categories: readonly string[]
  /** The output column that dashboards add up, and how it is written. */
  readonly measure: { readonly column: string; readonly format: string; readonly title: string }
}

interface Output {
  readonly column: string
  readonly sql: SqlText
  readonly description: string
}

export type Grain = 'minute' | 'hour' | 'day'

const [hourMs, dayMs] = [3_600_000, 86_400_000]

/** What is grouped together in one row of the model: not so many different values that it is as long as its table. */
const most = { groups: 2, values: 400 }

/** One row a day (an hour, a minute, by how long the times reach) and category, with its rows and its money. */
export function firstModel(profile: TableProfile, roles: Roles, timezone: string, nameOf: Naming): FirstModel {
  const { table } = profile
  const taken = new Set(profile.columns.map(({ name }) => name.toLowerCase()))
  const grain = roles.time && grainOf(roles.time)
  const categories = groupsOf(roles)
  const [category] = categories
  const name = nameOf(grain ? `${table}_by_${grain}` : category ? `${table}_by_${category}` : `${table}_summary`)
  const counted = freeName('rows', taken)
  const outputs: Output[] = []
  const time = roles.time && grain && { column: freeName(grain, taken), grain }
  if (roles.time && time)
    outputs.push({
      column: time.column,
      sql: stepSql(roles.time, time.grain, timezone),
      description: `The ${time.grain} of ${roles.time.column}, in the project’s zone`,
    })
  for (const column of categories) outputs.push({ column, sql: identifier(column), description: titleOf(column) })
  outputs.push({ column: counted, sql: sql`count(*)`, description: `Rows of ${table}` })
  if (roles.amount) {
    const { column } = roles.amount
    outputs.push({ column, sql: sql`sum(${identifier(column)})`, description: `Sum of ${column}` })
  }
  // an interval is a day, whatever its steps are; rows without a time are in none
  const isWhole = profile.columns.some(({ name: own, filled }) => own === roles.time?.column && filled === profile.rows)
  const header = {
    description: headline(table, time?.grain, categories),
    ...(time && isWhole ? { kind: 'incremental', time: time.column, grain: 'day' } : { kind: 'table' }),
    columns: Object.fromEntries(outputs.map(({ column, description }) => [column, { description }])),
    checks: {
      not_null: [counted],
      ...(profile.rows > 0 && { rows: { min: 1 } }),
      expr: { counted: sql`${identifier(counted)} >= 0`.text },
    },
  }
  const lines = outputs.map(({ column, sql: own }) =>
    own.text === identifier(column).text ? sql`  ${own}` : sql`  ${own} AS ${identifier(column)}`,
  )
  const groups = outputs.length > (roles.amount ? 2 : 1) ? sql`\nGROUP BY ALL` : sql``
  const select = sql`SELECT\n${join(lines, ',\n')}\nFROM ${identifier(table)}${groups}`
  return {
    name,
    text: `/*\n${commentSafe(stringify(header, { lineWidth: 0 }))}*/\n${select.text}\n`,
    ...(time && { time }),
    categories,
    measure: roles.amount
      ? { ...roles.amount, title: measureTitle(roles.amount.column) }
      : { column: counted, format: 'integer', title: 'Rows' },
  }
}

/** Gives a file a name that nothing else has. */
export type Naming = (wanted: string) => string

function groupsOf({ categories }: Roles): readonly string[] {
  const chosen: string[] = []
  let values = 1
  for (const { column, distinct } of categories.slice(0, most.groups)) {
    if (values * distinct > most.values) break
    values *= distinct
    chosen.push(column)
  }
  return chosen
}

function grainOf({ isDate, firstMs, lastMs }: NonNullable<Roles['time']>): Grain {
  if (isDate || lastMs - firstMs > 4 * dayMs) return 'day'
  return lastMs - firstMs > 4 * hourMs ? 'hour' : 'minute'
}

function stepSql({ column, isDate }: NonNullable<Roles['time']>, grain: Grain, timezone: string): SqlText {
  const own = identifier(column)
  if (isDate) return own
  if (grain !== 'day') return sql`date_trunc(${value(grain)}, ${own})`
  return sql`(${own} AT TIME ZONE ${value(timezone)})::DATE`
}

function headline(table: string, grain: Grain | undefined, categories: readonly string[]): string {
  const by = [...(grain ? [grain] : []), ...categories]
  return by.length > 0 ? `${titleOf(table)} by ${by.join(' and ')}` : `${titleOf(table)} in one row`
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wanted}_${count}`
  taken.add(name.toLowerCase())
  return name
}

/** A name of a column may end a comment. */
function commentSafe(text: string): string {
  return text.replaceAll('*/', '* /')
}
