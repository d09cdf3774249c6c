import { MillraceError } from '../core/errors.ts'
import { join, name, raw, type SqlText, sql, value } from '../sql/text.ts'
import { columnStep, layer, type Step, settingsOf } from './check/column-step.ts'
import type { Breach, InputSql } from './check/input.ts'
import { jsonInput } from './check/json-input.ts'
import { parquetInput, type TypedField } from './check/parquet-input.ts'
import { simpleInput } from './check/simple-input.ts'
import { textInput } from './check/text-input.ts'
import {
  type Contract,
  type ContractColumn,
  derivedColumns,
  extraColumn,
  type PartitionGrain,
  partitionGrains,
  type Rule,
} from './contract.ts'
import type { Field } from './fields.ts'
import { partitionValue } from './partition.ts'

/** What the relation `raw` holds. */
export type CheckInput =
  /** Fields of text, each a varchar column; also of delimited text without quotes, whatever its form. */
  | { readonly kind: 'csv'; readonly fields: readonly Field[] }
  /** One varchar column `json`: an object a row. `keys`: the top-level keys that occur, for names in another case. */
  | { readonly kind: 'json'; readonly keys: readonly string[] }
  /** Typed columns; those whose type Millrace does not have come without one, and are read through their text. */
  | { readonly kind: 'parquet'; readonly fields: readonly TypedField[] }

/** One varchar column `json`: events that `check-event` has accepted and called simple. Rules alone are asked. */
export interface SimpleEvents {
  readonly kind: 'simple'
}

export interface CheckOptions {
  readonly input: CheckInput | SimpleEvents
  /** Columns of `raw`, named `_…`, that go along untouched into good and bad rows: the row's ordinal, its path. */
  readonly carry?: readonly string[]
  /** Texts that mean NULL in columns without a list of their own. Default: the empty text of CSV, nothing else. */
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
  /** Declared columns that the input lacks: NULL in every row. Of JSON: nothing, as each row may differ. */
  readonly missing: readonly string[]
  /** Fields that no column takes, as the input calls them. */
  readonly undeclared: readonly string[]
}

/**
 * The contract as SQL over the relation `raw`. A clean input costs one scan: `good` alone, whose rows are counted
 * against the records; `bad` is for inputs where rows are missing then.
 */
export function checkSql(contract: Contract, options: CheckOptions): CheckSql {
  const input = inputSql(contract, options.input)
  const steps = contract.columns.map((column, index) =>
    columnStep(column, index, input.origins.get(column), {
      nulls: nullTexts(column, contract, options.nulls ?? input.nulls),
      settings: settingsOf(column, contract, options),
    }),
  )
  const carried = (options.carry ?? []).map(name)
  const values = layers(steps, input, carried)
  const judged = [
    ...input.breaches,
    ...steps.flatMap((step) => membersBreach(contract, step)),
    ...steps.flatMap(({ breach }) => (breach ? [breach] : [])),
    ...partitionBreaches(contract),
  ]
  const breaches = [...(input.judged ? [] : judged), ...contract.rules.map(ruleBreach)]
  return {
    good: goodRows(contract, steps, input, breaches, carried, values).text,
    bad: badRows(breaches, carried, values).text,
    missing: contract.columns.filter((column) => !input.origins.has(column)).map((column) => column.name),
    undeclared: input.undeclared,
  }
}

function inputSql(contract: Contract, input: CheckInput | SimpleEvents): InputSql {
  switch (input.kind) {
    case 'csv':
      return textInput(contract, input.fields)
    case 'json':
      return jsonInput(contract, input.keys)
    case 'simple':
      return simpleInput(contract)
    case 'parquet':
      return parquetInput(contract, input.fields)
    default:
      return input satisfies never
  }
}

/** A partition column cannot tell the empty text from NULL: Delta writes both the same. */
function nullTexts(column: ContractColumn, contract: Contract, source: readonly string[]): readonly string[] {
  const own = column.nulls ?? source
  return contract.partitionBy.value === column.name ? [...new Set(['', ...own])] : own
}

/** Texts, then casts, then values: each layer a SELECT over the one before, so that nothing is worked out twice. */
function layers(steps: readonly Step[], input: InputSql, carried: readonly SqlText[]): SqlText {
  const texts = join([
    ...carried,
    ...input.keep.map((kept) => sql`${kept.sql} AS ${name(kept.name)}`),
    ...steps.map(({ text }, index) => sql`${text} AS ${layer('t', index)}`),
    ...steps.flatMap(({ plain }, index) => (plain ? [sql`${plain} AS ${layer('p', index)}`] : [])),
  ])
  const casts = join(steps.map(({ cast }, index) => sql`${cast} AS ${layer('c', index)}`))
  const values = join(steps.map((step) => sql`${step.value} AS ${name(step.column.name)}`))
  return sql`SELECT *, ${values} FROM (SELECT *, ${casts} FROM (SELECT ${texts} FROM ${input.from}))`
}

function goodRows(
  contract: Contract,
  steps: readonly Step[],
  input: InputSql,
  breaches: readonly Breach[],
  carried: readonly SqlText[],
  values: SqlText,
): SqlText {
  const results = [
    ...contract.columns.map((column) => name(column.name)),
    ...(contract.unknown === 'keep' ? [sql`${extraOf(steps, input)} AS ${name(extraColumn.name)}`] : []),
    ...carried,
    ...derivedColumns(contract).map((column) => {
      const grain = column.name.slice(1) as PartitionGrain
      return sql`${partitionValue(grain, partitionSource(contract, grain), contract.timezone)} AS ${name(column.name)}`
    }),
  ]
  const keeps =
    breaches.length === 0
      ? sql`true`
      : join(
          breaches.map(({ ok }) => ok),
          ' AND ',
        )
  // random() keeps DuckDB from pushing the test below the values, where it would work out every cast a second time; it
  // is asked for bad rows alone, and says no
  const test = sql`CASE WHEN ${keeps} THEN true ELSE random() > 2 END`
  return sql`SELECT ${join(results)} FROM (SELECT *, ${test} AS _ok FROM (${values})) WHERE _ok`
}

function badRows(breaches: readonly Breach[], carried: readonly SqlText[], values: SqlText): SqlText {
  const pick = (of: (breach: Breach) => SqlText) => {
    const picked = breaches.map((breach, index) => sql`WHEN ${value(index)} THEN ${of(breach)}`)
    return picked.length === 0 ? sql`NULL::VARCHAR` : sql`CASE _breach ${join(picked, ' ')} END`
  }
  const tests = breaches.map(({ ok }, index) => sql`WHEN (${ok}) IS NOT TRUE THEN ${value(index)}`)
  const first = tests.length === 0 ? sql`NULL::INTEGER` : sql`CASE ${join(tests, ' ')} END`
  return sql`SELECT ${join([
    ...carried,
    sql`${pick((each) => value(each.column))}::VARCHAR AS "column"`,
    sql`${pick((each) => each.code)} AS "code"`,
    sql`${pick((each) => each.message)} AS "message"`,
  ])} FROM (SELECT *, ${first} AS _breach FROM (${values})) WHERE _breach IS NOT NULL`
}

/** What no column takes, as a JSON object; NULL where there is nothing. A struct with undeclared members is kept whole. */
function extraOf(steps: readonly Step[], input: InputSql): SqlText {
  const structs = steps.flatMap(({ column, declared }, index) => {
    if (!declared || input.judged) return []
    const key = value(`${JSON.stringify(column.name)}:`)
    return [sql`CASE WHEN NOT ${declared} THEN ${key} || ${layer('t', index)} END`]
  })
  const pairs = [...input.extra, ...structs]
  if (pairs.length === 0) return sql`NULL::VARCHAR`
  return sql`'{' || nullif(concat_ws(',', ${join(pairs)}), '') || '}'`
}

function membersBreach(contract: Contract, step: Step): Breach[] {
  if (contract.unknown !== 'reject' || !step.declared) return []
  return [
    {
      column: step.column.name,
      ok: step.declared,
      code: sql`'unknown_field'`,
      message: sql`'a struct has a member that is not declared'`,
    },
  ]
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
function ruleBreach(rule: Rule): Breach {
  const verdict = sql`TRY(coalesce((${raw(rule.sql)}\n)::BOOLEAN, true))`
  return {
    column: null,
    ok: sql`coalesce(${verdict}, false)`,
    code: sql`CASE WHEN ${verdict} IS NULL THEN 'rule_error' ELSE ${value(`rule:${rule.name}`)} END`,
    message: sql`CASE WHEN ${verdict} IS NULL THEN ${value(`the rule ${rule.name} fails: ${rule.sql}`)} ELSE ${value(`breaks the rule ${rule.name}: ${rule.sql}`)} END`,
  }
}
