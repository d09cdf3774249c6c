import type { Columns, ColumnType } from '../../core/columns.ts'
import { join, type SqlText, sql, value } from '../../sql/text.ts'
import { pathList } from './paths.ts'

/**
 * Columns of floating point that hold NaN somewhere in a file: file → names of columns, as RETURN_STATS writes them. NaN
 * is greater than every number, so such a column has no bounds. RETURN_STATS tells of NaN in a file's last row group
 * alone (DuckDB 1.5.5); in the files' footers a row group with NaN has no minimum.
 */
export type Unbounded = ReadonlyMap<string, ReadonlySet<string>>

/** The query that finds them, undefined where no column could. Its rows: file, number of the column among the leaves. */
export function unboundedSql(files: readonly string[], columns: Columns): SqlText | undefined {
  const leaves = leavesOf(columns)
  const wanted = leaves.flatMap(({ kind }, at) => (kind === 'float' || kind === 'double' ? [value(at)] : []))
  if (wanted.length === 0 || files.length === 0) return undefined
  return sql`SELECT DISTINCT file_name, column_id FROM parquet_metadata(${pathList(files)}) WHERE column_id IN (${join(wanted)}) AND stats_min_value IS NULL AND num_values > coalesce(stats_null_count, 0)`
}

export function unboundedOf(rows: readonly (readonly unknown[])[], columns: Columns): Unbounded {
  const leaves = leavesOf(columns)
  const found = new Map<string, Set<string>>()
  for (const [file, leaf] of rows) {
    const names = found.get(file as string) ?? new Set()
    found.set(file as string, names.add(leaves[Number(leaf)]?.path ?? ''))
  }
  return found
}

/** A column as RETURN_STATS names it: `"a"."b"`. */
export function statisticsName(path: readonly string[]): string {
  return path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
}

interface Leaf {
  readonly path: string
  readonly kind: ColumnType['kind']
}

/** Parquet's columns, in its order: what is left of the types when structs, lists and maps are opened. */
function leavesOf(columns: Columns): readonly Leaf[] {
  const visit = (type: ColumnType, path: readonly string[]): readonly Leaf[] => {
    switch (type.kind) {
      case 'struct':
        return type.fields.flatMap((field) => visit(field.type, [...path, field.name]))
      case 'list':
        return visit(type.of, [...path, 'element'])
      case 'map':
        return [...visit(type.key, [...path, 'key']), ...visit(type.value, [...path, 'value'])]
      default:
        return [{ path: statisticsName(path), kind: type.kind }]
    }
  }
  return columns.flatMap((column) => visit(column.type, [column.name]))
}
