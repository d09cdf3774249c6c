import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { FilesRelation } from '../relation.ts'
import { pathList } from './paths.ts'
import { typeSql } from './types.ts'

/**
 * Longest object of a JSON file in bytes; of a CSV file DuckDB's own limit holds, 2 MB a record. Each thread of the
 * reader takes buffers of twice the size, whatever the file.
 */
const maxObjectBytes = 16 * 1024 * 1024

/**
 * The rows of files as they are. Parquet without `columns` has those of its files. CSV: an empty field is NULL, an empty
 * one in quotes is ''.
 */
export function filesSql(files: FilesRelation): SqlText {
  const path = files.pathColumn === undefined ? sql`` : sql`, filename AS ${name(files.pathColumn)}`
  const row = files.rowColumn === undefined ? sql`` : sql`, file_row_number AS ${name(files.rowColumn)}`
  return sql`SELECT *${path}${row} FROM ${reader(files)}`
}

function reader({ format, paths, columns }: FilesRelation): SqlText {
  switch (format.name) {
    case 'parquet': {
      const fields = columns.map(
        ({ name: title, type }) =>
          sql`${value(title)}: {name: ${value(title)}, type: ${value(typeSql(type).text)}, default_value: NULL}`,
      )
      const schema = columns.length === 0 ? sql`union_by_name = true` : sql`schema = MAP {${join(fields)}}`
      return sql`read_parquet(${pathList(paths)}, hive_partitioning = false, ${schema})`
    }
    case 'csv': {
      const types = columns.map((column) => sql`${value(column.name)}: 'VARCHAR'`)
      return sql`read_csv(${pathList(paths)}, columns = {${join(types)}}, auto_detect = false, header = ${value(format.header)}, delim = ${value(format.delimiter)}, quote = ${value(format.quote)}, escape = ${value(format.quote)}, comment = '', compression = ${value(format.compression)}, allow_quoted_nulls = false, strict_mode = true, hive_partitioning = false)`
    }
    case 'json': {
      const shape = raw(format.lines ? "'newline_delimited'" : "'auto'")
      // this reader has another word for none than the one of CSV
      const compression = format.compression === 'none' ? 'uncompressed' : format.compression
      return sql`read_json_objects(${pathList(paths)}, format = ${shape}, compression = ${value(compression)}, maximum_object_size = ${value(maxObjectBytes)}, hive_partitioning = false)`
    }
    default:
      return format satisfies never
  }
}
