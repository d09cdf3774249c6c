import { type Column, storedType } from '../../core/columns.ts'
import { join, name, type SqlText, sql, value } from '../../sql/text.ts'
import type { DataFile, Relation } from '../relation.ts'
import { text } from './literals.ts'
import { pathList } from './paths.ts'
import { typeSql } from './types.ts'
import { unionAll } from './union.ts'

type Delta = Extract<Relation, { readonly kind: 'delta' }>

/**
 * Past so many partitions their values are joined by file instead of standing in a SELECT each. Measured: with one
 * partition of 20 million rows the join takes ten times as long; with 5,000 partitions planning the SELECTs does. A
 * constant list or CASE by `file_index` is no way at all where it is filtered by: that is evaluated file by file, a
 * minute for 5,000.
 */
export const readSelects = 100

/**
 * The same for rows that are written: a COPY of 10 million rows from 31 SELECTs took 20 s of processor time, from the
 * join 12 s, as from the files alone; up to 8 SELECTs cost nothing.
 */
export const writeSelects = 8

/**
 * Up to so many files, values that nothing filters by are a constant list by `file_index`. Measured: a count over 31
 * partitions takes 22 ms of processor time so and 56 ms of a SELECT each, most of which is planning; over 10 million rows
 * of them 56 and 172 ms. A list of 100,000 takes a minute.
 */
const listedFiles = 1000

/**
 * A file from this size on, when it is the only one of a scan, is named twice and read once: DuckDB (1.5.5) gives a scan
 * of one file as many threads as it has row groups, which it does not know of a file whose columns it is told. Measured:
 * a model over 10 million rows in one file took 8.2 s on one thread, 4.4 s so on two.
 */
const threadsFrom = 8 * 1024 * 1024

/** How the rows of a query are read. */
export interface Reading {
  /** See `readSelects`. */
  readonly maxSelects: number
  /** Whether a column may be named in the query, as one that it filters by is. */
  readonly isNamed: (column: string) => boolean
}

/**
 * The rows of a Delta table: columns are found in the files by name, cast where a type was widened, NULL where a file
 * lacks them; partition columns come from the log, never from a file's path.
 */
export function deltaSql(table: Delta, { maxSelects, isNamed }: Reading): SqlText {
  const partitioned = table.columns.filter((column) => table.partitionColumns.includes(column.name))
  const groups = [...Map.groupBy(table.files, (file) => keyOf(file, partitioned)).values()]
  if (groups.length === 0) return emptySql(table)
  if (groups.length > 1 && table.files.length <= listedFiles && !partitioned.some((column) => isNamed(column.name)))
    return listedSql(table)
  if (groups.length <= maxSelects)
    return unionAll(
      groups.map((files) => groupSql(table, files)),
      'place',
    )
  return joinedSql(table, partitioned)
}

function keyOf(file: DataFile, partitioned: readonly Column[]): string {
  return JSON.stringify(partitioned.map((column) => heldBy(file, column)))
}

/** The text that the log holds for it; an empty one means NULL in Delta, whatever the type. */
function heldBy(file: DataFile, column: Column): string | null {
  return file.partition[column.name] || null
}

function emptySql(table: Delta): SqlText {
  const columns = table.columns.map((column) => sql`CAST(NULL AS ${typeSql(column.type)}) AS ${name(column.name)}`)
  if (table.placeColumn !== undefined) columns.push(sql`CAST(NULL AS BIGINT) AS ${name(table.placeColumn)}`)
  return sql`SELECT ${join(columns)} WHERE false`
}

/** Files of one partition: its values are constants, so that a filter on them is decided without reading. */
function groupSql(table: Delta, files: readonly DataFile[]): SqlText {
  const [first] = files as readonly [DataFile]
  const columns = columnsOf(table, (column) => literalOf(heldBy(first, column)))
  return sql`SELECT ${columns}${placeOf(table, placesOf(table, files))} FROM ${scan(table, files)}`
}

/** One scan of all files: the values are found by the file's place in the list. */
function listedSql(table: Delta): SqlText {
  const columns = columnsOf(table, (column) => {
    const held = table.files.map((file) => literalOf(heldBy(file, column)))
    return sql`CAST([${join(held)}] AS ${typeSql(column.type)}[])[CAST(file_index AS BIGINT) + 1]`
  })
  return sql`SELECT ${columns}${placeOf(table, sql`file_index`)} FROM ${scan(table, table.files)}`
}

/** Files of many partitions: the values are joined by the file's place in the list. */
function joinedSql(table: Delta, partitioned: readonly Column[]): SqlText {
  const places = new Map(partitioned.map((column, at) => [column.name, name(`p${at}`)]))
  const lists = partitioned.map((column, at) => {
    const held = table.files.map((file) => literalOf(heldBy(file, column)))
    return sql`unnest(CAST([${join(held)}] AS VARCHAR[])) AS ${name(`p${at}`)}`
  })
  const columns = columnsOf(table, (column) => places.get(column.name) as SqlText)
  const count = value(table.files.length)
  return sql`SELECT ${columns}${placeOf(table, sql`file`)} FROM (SELECT *, file_index AS file FROM ${scan(table, table.files)}) JOIN (SELECT ${join(lists)}, unnest(range(${count}))::UBIGINT AS file) USING (file)`
}

/** The place in the table's files, by the place in these. */
function placesOf(table: Delta, files: readonly DataFile[]): SqlText {
  if (table.placeColumn === undefined || files.length === table.files.length) return sql`file_index`
  const places = new Map(table.files.map((file, at) => [file, at]))
  return sql`[${join(files.map((file) => value(places.get(file) ?? null)))}][CAST(file_index AS BIGINT) + 1]`
}

function placeOf(table: Delta, place: SqlText): SqlText {
  return table.placeColumn === undefined ? sql`` : sql`, CAST(${place} AS BIGINT) AS ${name(table.placeColumn)}`
}

function literalOf(held: string | null): SqlText {
  return held === null ? value(null) : text(held)
}

/** The table's columns in its order; those of the files stand under names of our own, `c0`, `c1`, …. */
function columnsOf(table: Delta, partitionValue: (column: Column) => SqlText): SqlText {
  const stored = storedColumns(table)
  return join(
    table.columns.map((column) => {
      const type = typeSql(column.type)
      const place = stored.indexOf(column)
      const source = place < 0 ? partitionValue(column) : name(`c${place}`)
      const same = place >= 0 && typeSql(storedType(column.type)).text === type.text
      return sql`${same ? source : sql`CAST(${source} AS ${type})`} AS ${name(column.name)}`
    }),
  )
}

function storedColumns(table: Delta): readonly Column[] {
  return table.columns.filter((column) => !table.partitionColumns.includes(column.name))
}

/** What follows FROM: the files' own columns, renamed so that none of them hides the virtual `file_index`. */
function scan(table: Delta, files: readonly DataFile[]): SqlText {
  const fields = storedColumns(table).map(
    (column, at) =>
      sql`${value(column.name)}: {name: ${value(`c${at}`)}, type: ${value(typeSql(storedType(column.type)).text)}, default_value: NULL}`,
  )
  const schema = fields.length === 0 ? sql`` : sql`, schema = MAP {${join(fields)}}`
  const paths = files.map((file) => (file.path.startsWith('/') ? file.path : `${table.root}/${file.path}`))
  const [first] = files
  const twice = files.length === 1 && first && first.sizeBytes >= threadsFrom
  const read = sql`read_parquet(${pathList(twice ? [...paths, ...paths] : paths)}, hive_partitioning = false${schema})`
  return twice ? sql`${read} WHERE file_index = 0` : read
}
