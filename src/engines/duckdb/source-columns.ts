import type { DuckDBPreparedStatement } from '@duckdb/node-api'
import { type ColumnType, parseType } from '../../core/columns.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import { columnTypeOf, type Duckdb, typeName } from './types.ts'

/** A column as the query gives it: `wide` is a hugeint that is stored as a bigint. */
export interface SourceColumn {
  readonly name: string
  readonly type: ColumnType
  readonly wide: boolean
}

/** The columns of a prepared query as tables hold them; a hugeint becomes a bigint. RESULT_TYPE, SQL_INVALID. */
export function sourceColumns(duckdb: Duckdb, statement: DuckDBPreparedStatement): SourceColumn[] {
  return Array.from({ length: statement.columnCount }, (_, at) => {
    const type = statement.columnType(at)
    const name = statement.columnName(at)
    if (type.typeId === duckdb.DuckDBTypeId.HUGEINT) return { name, type: { kind: 'bigint' }, wide: true }
    const own = columnTypeOf(duckdb, type)
    if (own) return { name, type: own, wide: false }
    const text = typeName(duckdb, type)
    throw new MillraceError('RESULT_TYPE', { column: name, type: text, suggestion: substitute(text) })
  })
}

/** What to write instead of a type that tables do not have. */
function substitute(type: string): string {
  try {
    parseType(type)
  } catch (error) {
    if (isError(error, 'TYPE_UNKNOWN')) return `cast it in the SELECT: ${error.hint}`
    throw error
  }
  return 'cast it in the SELECT to a type that tables have'
}
