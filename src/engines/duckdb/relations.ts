import type { Columns } from '../../core/columns.ts'
import type { Value } from '../../core/values.ts'
import { join, name, raw, type SqlText, sql } from '../../sql/text.ts'
import type { Relation, Relations, TailRelation } from '../relation.ts'
import { deltaSql } from './delta.ts'
import { filesSql } from './files.ts'
import { typedValue } from './literals.ts'
import { tailRowsSql } from './tail/tail-sql.ts'
import { typeSql } from './types.ts'
import { unionAll } from './union.ts'

/** Statements that give each name its rows, as views which only this connection sees; `maxSelects`: see `deltaSql`. */
export function viewsOf(from: Relations, maxSelects: number): SqlText[] {
  return Object.entries(from).map(
    ([title, relation]) => sql`CREATE OR REPLACE TEMP VIEW ${name(title)} AS ${relationSql(relation, maxSelects)}`,
  )
}

/** A SELECT of the relation's rows. Names of a nested `select` are CTEs around it, so that they end with it. */
function relationSql(relation: Relation, maxSelects: number): SqlText {
  switch (relation.kind) {
    case 'delta':
      return deltaSql(relation, maxSelects)
    case 'files':
      return filesSql(relation)
    case 'values':
      return valuesSql(relation.columns, relation.rows)
    case 'union':
      return unionAll(
        relation.of.map((part) => relationSql(part, maxSelects)),
        'name',
      )
    case 'select': {
      const names = Object.entries(relation.from).map(
        ([title, inner]) => sql`${name(title)} AS NOT MATERIALIZED (${relationSql(inner, maxSelects)})`,
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
  const tuples = rows.map(
    (row) => sql`(${join(columns.map((column, at) => typedValue(row[at] ?? null, column.type)))})`,
  )
  return sql`SELECT * FROM (VALUES ${join(tuples)}) AS v(${join(columns.map((column) => name(column.name)))})`
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
