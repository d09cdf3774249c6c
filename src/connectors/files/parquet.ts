import { type ColumnType, parseType } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import type { Engine } from '../../engines/engine.ts'
import type { FilesRelation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import type { FoundFile, Part } from '../../sources/reader.ts'
import { join, name, sql, value } from '../../sql/text.ts'
import { originsOf, pathFields, select } from './parts.ts'

/** What a Parquet file's footer tells. */
export interface ParquetFile {
  readonly rows: number
  /** Names and types; no type where it is none of Millrace's. */
  readonly fields: readonly { readonly name: string; readonly type?: ColumnType }[]
}

/** Reads the footer of a file. FILE_UNREADABLE. */
export async function describeParquet(engine: Engine, file: FoundFile, context: Context): Promise<ParquetFile> {
  const from = { f: parquetFiles([file]) }
  try {
    await using result = await engine.run({ sql: 'SELECT * FROM f LIMIT 0', from }, context)
    const [row] = await collect(await engine.run({ sql: 'SELECT count(*) FROM f', from }, context))
    return { rows: Number(row?.[0]), fields: result.columns.map((column) => fieldOf(column.name, column.type)) }
  } catch (error) {
    const codes = ['FILE_CORRUPT', 'QUERY_FAILED', 'STORE_UNREACHABLE', 'SQL_INVALID'] as const
    if (!(error instanceof MillraceError) || !codes.some((code) => isError(error, code))) throw error
    throw new MillraceError('FILE_UNREADABLE', { path: file.path, reason: error.message }, error)
  }
}

/** Rows of Parquet files with the same fields, numbered by their places; `_text` is the row as JSON. */
export function parquetPart(
  files: readonly { readonly index: number; readonly file: FoundFile }[],
  { fields }: ParquetFile,
  pathColumns: string | undefined,
): Part {
  const records: FilesRelation = {
    ...parquetFiles(files.map(({ file }) => file)),
    pathColumn: '_absolute',
    rowColumn: '_row',
  }
  const columns = fields.map((field, index) => sql`${name(field.name)} AS ${name(`f${index}`)}`)
  const object = join(fields.map((field) => sql`${value(field.name)}: ${name(field.name)}`))
  const numbers = sql`(_row + 1)::VARCHAR AS _line, '0' AS _at, '0' AS _len, to_json({${object}})::VARCHAR AS _text`
  const told = pathFields(pathColumns)
  const origin = join(['_index', '_file', ...told.map(({ column }) => column)].map(name))
  return {
    files: files.map(({ index }) => index),
    input: {
      kind: 'parquet',
      fields: [
        ...fields.map((field, index) => ({ ...field, column: `f${index}` })),
        ...told.map((field) => ({ ...field, type: { kind: 'varchar' } as const })),
      ],
    },
    relation: select(sql`SELECT ${join([...columns, origin, numbers])} FROM records JOIN origins USING (_absolute)`, {
      records,
      origins: originsOf(files, pathColumns),
    }),
    textColumn: '_text',
  }
}

function parquetFiles(files: readonly FoundFile[]): FilesRelation {
  return { kind: 'files', format: { name: 'parquet' }, paths: files.map((file) => file.absolute), columns: [] }
}

function fieldOf(field: string, type: string): ParquetFile['fields'][number] {
  try {
    return { name: field, type: parseType(type) }
  } catch (error) {
    if (isError(error, 'TYPE_UNKNOWN')) return { name: field }
    throw error
  }
}
