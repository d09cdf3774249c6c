import { join, name, raw, type SqlText, sql, value } from '../sql/text.ts'
import { promotedKeys, type StoredTable, storedColumn } from './change.ts'
import { jsonOf } from './check/parquet-input.ts'
import { checkSql } from './check-sql.ts'
import { type Contract, extraColumn, fileColumn } from './contract.ts'
import { isPath } from './fields.ts'
import { keyPath, marked, scalarText, unmarked } from './forms/json-text.ts'
import { isNested } from './forms.ts'

export interface RewriteSql {
  /** A SELECT over the relation `stored`: its rows as the declared contract has them. */
  readonly rows: string
  /** A SELECT over `stored`: `column`, `code`, `message` of each row that has no such form. */
  readonly unfit: string
}

/**
 * The rows of a stored table in the form of another contract. Every value that changes its type is read as text is, so
 * that none is rounded; rules are for rows to come and are not asked. Undeclared columns go into `extra`, what is
 * declared comes out of it.
 */
export function rewriteSql(stored: StoredTable, declared: Contract): RewriteSql {
  const fields = declared.columns.flatMap((column) => {
    const before = storedColumn(stored, declared, column)
    if (before) return [{ name: column.name, column: before.name, type: before.type }]
    const promoted = promotedKeys(stored.extraKeys, declared, column.name)
    return promoted.length > 0 ? [{ name: column.name, column: promotedName(column.name) }] : []
  })
  const source = sql`(SELECT *, ${join([
    ...declared.columns.flatMap((column) => promotedValue(stored, declared, column)),
    sql`${extraOf(stored, declared)} AS _extra`,
    ...(stored.columns.some((column) => column.name === fileColumn.name) ? [] : [sql`NULL::VARCHAR AS _file`]),
  ])} FROM stored)`
  const contract: Contract = {
    ...declared,
    unknown: 'drop',
    rules: [],
    columns: declared.columns.map(({ from, ...column }) => column),
  }
  const carry = ['_extra', fileColumn.name]
  const { good, bad } = checkSql(contract, { input: { kind: 'parquet', fields }, carry })
  const rename = declared.unknown === 'keep' || hasExtra(stored) ? sql`, _extra AS ${name(extraColumn.name)}` : sql``
  const scoped = (text: string) => sql`WITH raw AS ${source} ${raw(text)}`
  return {
    rows: sql`SELECT * EXCLUDE (_extra)${rename} FROM (${scoped(good)})`.text,
    unfit: sql`SELECT "column", "code", "message" FROM (${scoped(bad)})`.text,
  }
}

function promotedName(column: string): string {
  return `_from_extra_${column}`
}

function promotedValue(stored: StoredTable, declared: Contract, column: Contract['columns'][number]): SqlText[] {
  if (storedColumn(stored, declared, column)) return []
  const keys = promotedKeys(stored.extraKeys, declared, column.name)
  if (keys.length === 0) return []
  const given = keys.map((key) => sql`json_extract(${marked(name(extraColumn.name))}, ${keyPath(key)})`)
  const found = given.length === 1 ? (given[0] as SqlText) : sql`coalesce(${join(given)})`
  const text =
    isNested(column.type) || column.type.kind === 'json'
      ? sql`CASE WHEN json_type(${found}) <> 'NULL' THEN ${unmarked(sql`${found}::VARCHAR`)} END`
      : scalarText(found)
  return [sql`${text} AS ${name(promotedName(column.name))}`]
}

function hasExtra(stored: StoredTable): boolean {
  return stored.columns.some((column) => column.name === extraColumn.name)
}

/** `extra` without what columns take out of it, and with what no column takes any more. */
function extraOf(stored: StoredTable, declared: Contract): SqlText {
  const extra = name(extraColumn.name)
  const taken = declared.columns.flatMap((column) =>
    storedColumn(stored, declared, column) ? [] : promotedKeys(stored.extraKeys, declared, column.name),
  )
  const patch = JSON.stringify(Object.fromEntries(taken.map((key) => [key, null])))
  const left = sql`CASE WHEN ${extra} IS NOT NULL THEN nullif(${unmarked(sql`json_merge_patch(${marked(extra)}, ${value(patch)})::VARCHAR`)}, '{}') END`
  const rest = !hasExtra(stored) ? sql`NULL::VARCHAR` : taken.length === 0 ? extra : left
  if (declared.unknown !== 'keep') return rest
  const used = declared.columns.map((column) => storedColumn(stored, declared, column)?.name)
  const removed = stored.columns.filter(
    (column) => !used.includes(column.name) && column.name !== extraColumn.name && !column.name.startsWith('_'),
  )
  if (removed.length === 0) return rest
  const keys = keysOf(
    stored,
    removed.map((column) => column.name),
  )
  const pairs = removed.map((column, index) => {
    const given = name(column.name)
    const key = value(`${JSON.stringify(keys[index])}:`)
    return sql`CASE WHEN ${given} IS NOT NULL THEN ${key} || ${jsonOf(given, column.type)} END`
  })
  const inner = sql`nullif(substr(${rest}, 2, length(${rest}) - 2), '')`
  return sql`'{' || nullif(concat_ws(',', ${join([inner, ...pairs])}), '') || '}'`
}

/** What removed columns are called in `extra`: as their fields are, so that they are found when they are declared again. */
function keysOf({ contract }: StoredTable, removed: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return removed.map((column) => {
    const from = contract?.columns.find((each) => each.name === column)?.from
    const key = from === undefined || isPath(from) || taken.has(from) ? column : from
    taken.add(key)
    return key
  })
}
