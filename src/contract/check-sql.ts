import { type ColumnType, typeText } from '../core/columns.ts'
import { MillraceError } from '../core/errors.ts'
import { join, name, raw, type SqlText, sql, value } from '../sql/text.ts'
import {
  type Contract,
  type ContractColumn,
  derivedColumns,
  extraColumn,
  type PartitionGrain,
  partitionGrains,
} from './contract.ts'
import { type Field, matchFields } from './fields.ts'
import type { Form, Settings } from './forms/form.ts'
import { forms } from './forms.ts'
import { partitionValue } from './partition.ts'

/** What the relation `raw` holds: fields of text, each a varchar column. */
export interface CheckInput {
  readonly kind: 'csv'
  readonly fields: readonly Field[]
}

export interface CheckOptions {
  readonly input: CheckInput
  /** Columns of `raw`, named `_…`, that go along untouched into good and bad rows: the row's ordinal, its path. */
  readonly carry?: readonly string[]
  /** Texts that mean NULL in columns without a list of their own. Default: the empty text. */
  readonly nulls?: readonly string[]
  /** Zone of times that are written without one. Default: the project's. */
  readonly timezone?: string
  /** The decimal point of numbers. Default: `.` */
  readonly decimal?: '.' | ','
}

export interface CheckSql {
  /** A SELECT over `raw`: the rows that keep the contract, typed: declared columns, `extra`, carried, partitions. */
  readonly good: string
  /** A SELECT over `raw`: carried columns, then `column`, `code` and `message` of the first breach of each other row. */
  readonly bad: string
  /** Declared columns that the input lacks: NULL in every row. */
  readonly missing: readonly string[]
  /** Fields that no column takes, as the input calls them. */
  readonly undeclared: readonly string[]
}

/** A reason to refuse a row. */
interface Breach {
  readonly column: string | null
  /** True where the row has no such breach; anything else is one. */
  readonly ok: SqlText
  readonly code: SqlText
  readonly message: SqlText
}

/** A declared column on its way from text to value. */
interface Step {
  readonly column: ContractColumn
  readonly text: SqlText
  readonly cast: SqlText
  readonly value: SqlText
  /** Undefined where nothing can be wrong. */
  readonly breach: Breach | undefined
}

/**
 * The contract as SQL over the relation `raw`. A clean input costs one scan: `good` alone, whose rows are counted
 * against the records; `bad` is for inputs where rows are missing then.
 */
export function checkSql(contract: Contract, options: CheckOptions): CheckSql {
  const { carry = [] } = options
  const { taken, undeclared } = matchFields(contract, options.input.fields)
  const steps = contract.columns.map((column, index) => step(column, index, taken.get(column), contract, options))
  const unknown = undeclared.map((field, index) => ({ field, text: name(`_u${index}`) }))
  const fieldBreaches = steps.flatMap(({ breach }) => (breach ? [breach] : []))
  const breaches = [
    ...(contract.unknown === 'reject' ? unknown.map(({ field, text }) => unknownField(field, text)) : []),
    ...fieldBreaches,
    ...partitionBreaches(contract),
    ...contract.rules.map(ruleBreach),
  ]

  const carried = carry.map(name)
  const texts = sql`SELECT ${join([
    ...carried,
    ...steps.map(({ text }, index) => sql`${text} AS ${name(`_t${index}`)}`),
    ...(contract.unknown === 'drop'
      ? []
      : unknown.map(({ field, text }) => sql`nullif(${name(field.column)}, '') AS ${text}`)),
    sql`1 AS _`,
  ])} FROM raw`
  const casts = sql`SELECT *, ${join([...steps.map(({ cast }, index) => sql`${cast} AS ${name(`_c${index}`)}`), sql`1 AS __`])} FROM (${texts})`
  const values = sql`SELECT *, ${join(steps.map((each) => sql`${each.value} AS ${name(each.column.name)}`))} FROM (${casts})`

  const results = [
    ...contract.columns.map((column) => name(column.name)),
    ...(contract.unknown === 'keep' ? [sql`${extraOf(unknown)} AS ${name(extraColumn.name)}`] : []),
    ...carried,
    ...derivedColumns(contract).map((column) => {
      const grain = column.name.slice(1) as PartitionGrain
      return sql`${partitionValue(grain, partitionSource(contract, grain), contract.timezone)} AS ${name(column.name)}`
    }),
  ]
  // random() keeps DuckDB from pushing the test below the values, where it would work out every cast a second time
  const test = join([...breaches.map(({ ok }) => ok), sql`random() < 2`], ' AND ')
  const good = sql`SELECT ${join(results)} FROM (SELECT *, ${test} AS _ok FROM (${values})) WHERE _ok`

  const pick = (of: (breach: Breach) => SqlText) =>
    breaches.length === 0
      ? sql`NULL::VARCHAR`
      : sql`CASE _breach ${join(
          breaches.map((breach, index) => sql`WHEN ${value(index)} THEN ${of(breach)}`),
          ' ',
        )} END`
  const first = join(
    breaches.map(({ ok }, index) => sql`WHEN (${ok}) IS NOT TRUE THEN ${value(index)}`),
    ' ',
  )
  const breach = breaches.length === 0 ? sql`NULL::INTEGER` : sql`CASE ${first} END`
  const bad = sql`SELECT ${join([
    ...carried,
    sql`${pick((each) => value(each.column))}::VARCHAR AS "column"`,
    sql`${pick((each) => each.code)} AS "code"`,
    sql`${pick((each) => each.message)} AS "message"`,
  ])} FROM (SELECT *, ${breach} AS _breach FROM (${values})) WHERE _breach IS NOT NULL`
  return {
    good: good.text,
    bad: bad.text,
    missing: contract.columns.filter((column) => !taken.has(column)).map((column) => column.name),
    undeclared: undeclared.map((field) => field.name),
  }
}

/** The type of a value in DuckDB's SQL: uuid and json are text there, as they are strings in Delta. */
function sqlType(type: ColumnType): SqlText {
  return raw(type.kind === 'uuid' || type.kind === 'json' ? 'VARCHAR' : typeText(type))
}

function formOf(type: ColumnType): Form {
  if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map')
    throw new MillraceError('TYPE_UNKNOWN', { type: typeText(type), suggestion: 'lists, structs and maps come later' })
  return forms[type.kind]
}

function step(
  column: ContractColumn,
  index: number,
  field: Field | undefined,
  contract: Contract,
  options: CheckOptions,
): Step {
  const { type, nullable } = column
  const form = formOf(type)
  const settings: Settings = {
    formats: column.formats,
    timezone: options.timezone ?? contract.timezone,
    decimal: options.decimal ?? '.',
    nan: contract.nan,
  }
  if (field === undefined) {
    const none = sql`NULL::${sqlType(type)}`
    const breach = { column: column.name, ok: sql`false`, ...notNull }
    return { column, text: sql`NULL`, cast: sql`NULL`, value: none, breach: nullable ? undefined : breach }
  }
  const nulls = nullTexts(column, contract, options)
  const cell = { text: name(`_t${index}`), cast: name(`_c${index}`), value: name(column.name) }
  const read = {
    column,
    text: withoutNulls(name(field.column), type, nulls),
    cast: form.cast(cell.text, type, settings),
    value: form.value?.(cell, type, settings) ?? cell.cast,
  }
  if (type.kind === 'varchar') {
    const breach = { column: column.name, ok: sql`${cell.text} IS NOT NULL`, ...notNull }
    return { ...read, breach: nullable ? undefined : breach }
  }
  const empty = form.blank?.(settings)
  const blank = sql`regexp_full_match(${cell.text}, ${value(`[ \\t]*(?:${empty ?? ''})?[ \\t]*`)})`
  const orBlank = nullable ? blank : sql`false`
  const ok = sql`CASE WHEN ${cell.text} IS NULL THEN ${value(nullable)} WHEN ${form.fits(cell, type, settings)} THEN true ELSE ${orBlank} END`
  const isNull = sql`(${cell.text} IS NULL OR ${blank})`
  const reasons = [...(form.why?.(cell, type, settings) ?? [])].map(
    ({ when, reason }) => sql`WHEN ${when} THEN ${value(`${reason} (${typeText(type)})`)}`,
  )
  const otherwise = value(`is not a ${typeText(type)}`)
  const reason = reasons.length === 0 ? otherwise : sql`CASE ${join(reasons, ' ')} ELSE ${otherwise} END`
  return {
    ...read,
    breach: {
      column: column.name,
      ok,
      code: sql`CASE WHEN ${isNull} THEN 'not_null' ELSE 'type' END`,
      message: sql`CASE WHEN ${isNull} THEN ${notNull.message} ELSE ${shown(cell.text, column.pii)} || ' ' || ${reason} END`,
    },
  }
}

const notNull = { code: sql`'not_null'`, message: sql`'there is no value, and the column is not null'` }

/** A text for a message: quoted, its middle left out where it is long, hidden where it is personal. */
function shown(text: SqlText, pii: boolean): SqlText {
  if (pii) return sql`'(hidden)'`
  return sql`'''' || CASE WHEN length(${text}) > 100 THEN left(${text}, 80) || '…' ELSE ${text} END || ''''`
}

/** A partition column cannot tell the empty text from NULL: Delta writes both the same. */
function nullTexts(column: ContractColumn, contract: Contract, options: CheckOptions): readonly string[] {
  const own = column.nulls ?? options.nulls ?? ['']
  return contract.partitionBy.value === column.name ? [...new Set(['', ...own])] : own
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
  const padded = sql`${text} ^@ ' ' OR ${text} ^@ ${value('\t')} OR ends_with(${text}, ' ') OR ends_with(${text}, ${value('\t')})`
  return sql`CASE WHEN ${text} IN (${list}) THEN NULL WHEN ${padded} THEN CASE WHEN trim(${text}, ${value(' \t')}) IN (${list}) THEN NULL ELSE ${text} END ELSE ${text} END`
}

function unknownField(field: Field, text: SqlText): Breach {
  return {
    column: null,
    ok: sql`${text} IS NULL`,
    code: sql`'unknown_field'`,
    message: value(`no column takes the field \`${field.name}\``),
  }
}

/** What no column takes, as a JSON object of texts; NULL where there is none. */
function extraOf(unknown: readonly { readonly field: Field; readonly text: SqlText }[]): SqlText {
  if (unknown.length === 0) return sql`NULL::VARCHAR`
  const pairs = unknown.map(
    ({ field, text }) =>
      sql`CASE WHEN ${text} IS NOT NULL THEN ${value(`${JSON.stringify(field.name)}:`)} || to_json(${text}) END`,
  )
  return sql`'{' || nullif(concat_ws(',', ${join(pairs)}), '') || '}'`
}

function partitionSource(contract: Contract, grain: PartitionGrain): ContractColumn {
  const column = contract.columns.find((each) => each.name === contract.partitionBy[grain])
  if (column) return column
  throw new MillraceError('INTERNAL', { reason: `partitionBy.${grain} names no column` })
}

/** Local days next to the years 1 and 9999 can lie outside them. */
function partitionBreaches(contract: Contract): Breach[] {
  if (contract.timezone === 'UTC') return []
  return partitionGrains.flatMap((grain) => {
    if (contract.partitionBy[grain] === undefined) return []
    const column = partitionSource(contract, grain)
    if (column.type.kind === 'date') return []
    const time = name(column.name)
    return [
      {
        column: column.name,
        ok: sql`CASE WHEN ${time} IS NULL THEN true ELSE ${time} BETWEEN make_timestamptz(-62135510400000000) AND make_timestamptz(253402214400000000) END`,
        code: sql`'partition_range'`,
        message: value(`its ${grain} in ${contract.timezone} may lie outside the years 0001 to 9999`),
      },
    ]
  })
}

/** TRY makes NULL of a failure, so that NULL, which passes, becomes true inside it. */
function ruleBreach(rule: { readonly name: string; readonly sql: string }): Breach {
  const verdict = sql`TRY(coalesce((${raw(rule.sql)}\n)::BOOLEAN, true))`
  return {
    column: null,
    ok: sql`coalesce(${verdict}, false)`,
    code: sql`CASE WHEN ${verdict} IS NULL THEN 'rule_error' ELSE ${value(`rule:${rule.name}`)} END`,
    message: sql`CASE WHEN ${verdict} IS NULL THEN ${value(`the rule ${rule.name} fails: ${rule.sql}`)} ELSE ${value(`breaks the rule ${rule.name}: ${rule.sql}`)} END`,
  }
}
