import { join, name, type SqlText, sql, value } from '../../sql/text.ts'
import type { Relation } from '../relation.ts'
import { text } from './literals.ts'
import { pathList } from './paths.ts'
import { storedType, typeSql } from './types.ts'

type Delta = Extract<Relation, { readonly kind: 'delta' }>

/**
 * The rows of a Delta table: columns are found in the files by name, cast where a type was widened, NULL where a file
 * lacks them; partition columns come from the log by the file's place in the list, never from its path.
 */
export function deltaSql(table: Delta): SqlText {
  if (table.files.length === 0) {
    const empty = table.columns.map((column) => sql`CAST(NULL AS ${typeSql(column.type)}) AS ${name(column.name)}`)
    if (table.placeColumn !== undefined) empty.push(sql`CAST(NULL AS BIGINT) AS ${name(table.placeColumn)}`)
    return sql`SELECT ${join(empty)} WHERE false`
  }
  const partitioned = new Set(table.partitionColumns)
  const stored = table.columns.filter((column) => !partitioned.has(column.name))
  // read under names of our own, so that no column hides the virtual `file_index`
  const alias = new Map(stored.map((column, at) => [column.name, name(`c${at}`)]))
  const fields = stored.map(
    (column, at) =>
      sql`${value(column.name)}: {name: ${value(`c${at}`)}, type: ${value(typeSql(storedType(column.type)).text)}, default_value: NULL}`,
  )
  const schema = stored.length === 0 ? sql`` : sql`, schema = MAP {${join(fields)}}`
  const columns = table.columns.map((column) => {
    const type = typeSql(column.type)
    const source = alias.get(column.name)
    if (!source) return sql`${partitionValue(table, column.name, type)} AS ${name(column.name)}`
    const same = typeSql(storedType(column.type)).text === type.text
    return sql`${same ? source : sql`CAST(${source} AS ${type})`} AS ${name(column.name)}`
  })
  if (table.placeColumn !== undefined) columns.push(sql`CAST(file_index AS BIGINT) AS ${name(table.placeColumn)}`)
  const paths = table.files.map((file) => (file.path.startsWith('/') ? file.path : `${table.root}/${file.path}`))
  return sql`SELECT ${join(columns)} FROM read_parquet(${pathList(paths)}, hive_partitioning = false${schema})`
}

/** The values of a partition column, one a file, taken by the file's place in the list. */
function partitionValue(table: Delta, column: string, type: SqlText): SqlText {
  // an empty text means NULL in Delta, whatever the type
  const values = table.files.map((file) => {
    const held = file.partition[column]
    return held === null || held === undefined || held === '' ? value(null) : text(held)
  })
  return sql`list_extract(CAST([${join(values)}] AS ${type}[]), CAST(file_index AS BIGINT) + 1)`
}
