import { type ColumnType, typeText } from '../../core/columns.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Contract, ContractColumn } from '../contract.ts'
import type { Settings } from '../forms/form.ts'
import { unmarked } from '../forms/json-text.ts'
import { formOf, isNested, nestedForm } from '../forms.ts'
import type { Breach, Origin } from './input.ts'

/** A declared column on its way from the input to the table, in three layers of SELECT: text, cast, value. */
export interface Step {
  readonly column: ContractColumn
  readonly text: SqlText
  readonly cast: SqlText
  readonly value: SqlText
  /** Of columns that take scalars only: whether the field is one. */
  readonly plain: SqlText | undefined
  /** Undefined where nothing can be wrong. */
  readonly breach: Breach | undefined
  /** True where every member of a struct is declared; over cast. */
  readonly declared: SqlText | undefined
}

export interface StepOptions {
  readonly nulls: readonly string[]
  readonly settings: Settings
}

/** The settings that a column is read with. */
export function settingsOf(
  column: ContractColumn,
  contract: Contract,
  source: { readonly timezone?: string; readonly decimal?: '.' | ',' },
): Settings {
  return {
    formats: column.formats,
    timezone: source.timezone ?? contract.timezone,
    decimal: source.decimal ?? '.',
    nan: contract.nan,
  }
}

/** The name of layer `t` (text), `c` (cast) or `p` (plain) of a column. */
export function layer(kind: 't' | 'c' | 'p', index: number): SqlText {
  return name(`_${kind}${index}`)
}

const notNull = { code: sql`'not_null'`, message: sql`'there is no value, and the column is not null'` }

export function columnStep(
  column: ContractColumn,
  index: number,
  origin: Origin | undefined,
  { nulls, settings }: StepOptions,
): Step {
  const { type, nullable } = column
  const text = layer('t', index)
  const nothing = { column, cast: sql`NULL`, plain: undefined, declared: undefined }
  if (origin === undefined) {
    const breach = { column: column.name, ok: sql`false`, ...notNull }
    return { ...nothing, text: sql`NULL`, value: sql`NULL::${sqlType(type)}`, breach: nullable ? undefined : breach }
  }
  if (origin.kind === 'typed') {
    const breach = { column: column.name, ok: sql`${text} IS NOT NULL`, ...notNull }
    return { ...nothing, text: origin.value, value: text, breach: nullable ? undefined : breach }
  }
  const form = formOf(type)
  const cell = { text, cast: layer('c', index), value: name(column.name) }
  const read = {
    column,
    text: withoutNulls(origin.text, type, nulls),
    cast: form.cast(text, type, settings),
    value: form.value?.(cell, type, settings) ?? cell.cast,
    plain: type.kind === 'varchar' ? origin.plain : undefined,
    declared: isNested(type) ? nestedForm.declared(cell.cast, type) : undefined,
  }
  if (type.kind === 'varchar') return { ...read, breach: textBreach(column, index, read.plain !== undefined) }
  const empty = form.blank?.(settings)
  const blank = sql`regexp_full_match(${text}, ${value(`[ \\t]*(?:${empty ?? ''})?[ \\t]*`)})`
  const orBlank = nullable ? blank : sql`false`
  const isNull = sql`(${text} IS NULL OR ${blank})`
  const reasons = (form.why?.(cell, type, settings) ?? []).map(
    ({ when, reason }) => sql`WHEN ${when} THEN ${value(`${reason} (${typeText(type)})`)}`,
  )
  const otherwise = value(`is not a ${typeText(type)}`)
  const reason = reasons.length === 0 ? otherwise : sql`CASE ${join(reasons, ' ')} ELSE ${otherwise} END`
  return {
    ...read,
    breach: {
      column: column.name,
      ok: sql`CASE WHEN ${text} IS NULL THEN ${value(nullable)} WHEN ${form.fits(cell, type, settings)} THEN true ELSE ${orBlank} END`,
      code: sql`CASE WHEN ${isNull} THEN 'not_null' ELSE 'type' END`,
      message: sql`CASE WHEN ${isNull} THEN ${notNull.message} ELSE ${shown(text, column.pii)} || ' ' || ${reason} END`,
    },
  }
}

function textBreach(column: ContractColumn, index: number, mayBeNested: boolean): Breach | undefined {
  const text = layer('t', index)
  const plain = mayBeNested ? layer('p', index) : sql`true`
  if (column.nullable && !mayBeNested) return undefined
  const present = column.nullable ? sql`true` : sql`${text} IS NOT NULL`
  return {
    column: column.name,
    ok: sql`${present} AND ${plain}`,
    code: sql`CASE WHEN ${plain} THEN 'not_null' ELSE 'type' END`,
    message: sql`CASE WHEN ${plain} THEN ${notNull.message} ELSE ${shown(text, column.pii)} || ' is an object or a list (varchar)' END`,
  }
}

/** The type of a value in DuckDB's SQL: uuid and json are text there, as they are strings in Delta. */
function sqlType(type: ColumnType): SqlText {
  switch (type.kind) {
    case 'uuid':
    case 'json':
      return raw('VARCHAR')
    case 'list':
      return sql`${sqlType(type.of)}[]`
    case 'struct':
      return sql`STRUCT(${join(type.fields.map((field) => sql`${name(field.name)} ${sqlType(field.type)}`))})`
    case 'map':
      return sql`MAP(${sqlType(type.key)}, ${sqlType(type.value)})`
    default:
      return raw(typeText(type))
  }
}

/** A text for a message: quoted, its end left out where it is long, hidden where it is personal. */
function shown(given: SqlText, pii: boolean): SqlText {
  if (pii) return sql`'(hidden)'`
  // an object where a scalar is expected
  const text = unmarked(given)
  return sql`'''' || CASE WHEN length(${text}) > 100 THEN left(${text}, 80) || '…' ELSE ${text} END || ''''`
}

/**
 * NULL for texts that mean it. In varchar columns they are compared as they are, elsewhere without spaces and tabs
 * around them; there the empty text is NULL in any case, by not being a value.
 */
function withoutNulls(text: SqlText, type: ColumnType, nulls: readonly string[]): SqlText {
  if (type.kind === 'varchar') {
    if (nulls.length === 0) return text
    return nulls.length === 1
      ? sql`nullif(${text}, ${value(nulls[0] as string)})`
      : sql`CASE WHEN ${text} IN (${join(nulls.map(value))}) THEN NULL ELSE ${text} END`
  }
  const others = [...new Set(nulls.map((each) => each.trim()))].filter((each) => each !== '')
  if (others.length === 0) return text
  const list = join(others.map(value))
  const tab = value('\t')
  const padded = sql`${text} ^@ ' ' OR ${text} ^@ ${tab} OR ends_with(${text}, ' ') OR ends_with(${text}, ${tab})`
  return sql`CASE WHEN ${text} IN (${list}) THEN NULL WHEN ${padded} THEN CASE WHEN trim(${text}, ${value(' \t')}) IN (${list}) THEN NULL ELSE ${text} END ELSE ${text} END`
}
