import type { Columns } from '../../core/columns.ts'
import type { Value } from '../../core/values.ts'
import { join, name, raw, type SqlText, sql } from '../../sql/text.ts'
import type { Query } from '../engine.ts'
import type { Relation, TailRelation } from '../relation.ts'
import { deltaSql, type Reading } from './delta.ts'
import { filesSql } from './files.ts'
import { valueList } from './literals.ts'
import { tailRowsSql } from './tail/tail-sql.ts'
import { typeSql } from './types.ts'
import { unionAll } from './union.ts'

/** Statements that give each name its rows, as views which only this connection sees; `maxSelects`: see `Reading`. */
export function viewsOf({ sql: text, from }: Pick<Query, 'sql' | 'from'>, maxSelects: number): SqlText[] {
  const reading = within(text, { maxSelects, isNamed: () => false })
  return Object.entries(from).map(
    ([title, relation]) => sql`CREATE OR REPLACE TEMP VIEW ${name(title)} AS ${relationSql(relation, reading)}`,
  )
}

/** What stands in a text, and in those around it, may be named there. */
function within(text: string, { maxSelects, isNamed }: Reading): Reading {
  const words = new Set(wordsOf(text))
  // a name that is no word may stand anywhere
  const isHere = (column: string) => wordsOf(column).length !== 1 || words.has(column.toLowerCase())
  return { maxSelects, isNamed: (column) => isHere(column) || isNamed(column) }
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}

/** A SELECT of the relation's rows. Names of a nested `select` are CTEs around it, so that they end with it. */
function relationSql(relation: Relation, reading: Reading): SqlText {
  switch (relation.kind) {
    case 'delta':
      return deltaSql(relation, reading)
    case 'files':
      return filesSql(relation)
    case 'values':
      return valuesSql(relation.columns, relation.rows)
    case 'union':
      return unionAll(
        relation.of.map((part) => relationSql(part, reading)),
        'name',
      )
    case 'select': {
      const inside = within(relation.sql, reading)
      const names = Object.entries(relation.from).map(
        ([title, inner]) => sql`${name(title)} AS NOT MATERIALIZED (${relationSql(inner, inside)})`,
      )
      const scope = names.length === 0 ? raw('') : sql`WITH ${join(names)} `
      return sql`${scope}SELECT * FROM (\n${raw(relation.sql)}\n)`
    }
    case 'tail':
      return tailRowsSql(relation)
    default:
      return relation satisfies never
  }
}

function valuesSql(columns: Columns, rows: readonly (readonly Value[])[]): SqlText {
  if (rows.length === 0) {
    const typed = columns.map((column) => sql`CAST(NULL AS ${typeSql(column.type)}) AS ${name(column.name)}`)
    return sql`SELECT ${join(typed)} WHERE false`
  }
  const lists = columns.map(
    ({ type, name: column }, at) =>
      sql`unnest(${valueList(
        rows.map((row) => row[at] ?? null),
        type,
      )}) AS ${name(column)}`,
  )
  const typed = columns.map(
    ({ type, name: column }) => sql`CAST(${name(column)} AS ${typeSql(type)}) AS ${name(column)}`,
  )
  return sql`SELECT ${join(typed)} FROM (SELECT ${join(lists)})`
}

/** The tails that relations read, through unions and inner selects. */
export function tailsIn(relations: readonly Relation[]): readonly TailRelation[] {
  return relations.flatMap((relation) => {
    switch (relation.kind) {
      case 'tail':
        return [relation]
      case 'select':
        return tailsIn(Object.values(relation.from))
      case 'union':
        return tailsIn(relation.of)
      default:
        return []
    }
  })
}
