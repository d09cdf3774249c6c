import type { Columns, ColumnType } from '../../core/columns.ts'

/** A column of Parquet: what is left of a type when structs, lists and maps are opened. */
export interface Leaf {
  /** Its number in the file. */
  readonly at: number
  readonly path: readonly string[]
  readonly type: ColumnType
  /** In a list or a map: a row has any number of values. */
  readonly repeated: boolean
}

/** Parquet's columns, in its order. */
export function leavesOf(columns: Columns): readonly Leaf[] {
  const leaves: Leaf[] = []
  const visit = (type: ColumnType, path: readonly string[], repeated: boolean): void => {
    switch (type.kind) {
      case 'struct':
        for (const field of type.fields) visit(field.type, [...path, field.name], repeated)
        return
      case 'list':
        visit(type.of, [...path, 'element'], true)
        return
      case 'map':
        visit(type.key, [...path, 'key'], true)
        visit(type.value, [...path, 'value'], true)
        return
      default:
        leaves.push({ at: leaves.length, path, type, repeated })
    }
  }
  for (const column of columns) visit(column.type, [column.name], false)
  return leaves
}

/** A column as RETURN_STATS names it: `"a"."b"`. */
export function statisticsName(path: readonly string[]): string {
  return path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
}
