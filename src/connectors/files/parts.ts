import type { Columns } from '../../core/columns.ts'
import type { FileFormat, FilesRelation, Relation } from '../../engines/relation.ts'
import type { FoundFile, Part } from '../../sources/reader.ts'
import { join, name, type SqlText, sql, value } from '../../sql/text.ts'
import type { Layout } from './layout.ts'
import { pathNames, pathValues } from './options.ts'

/** Separates the numbers from the text where the text is not delimited itself. */
export const ownDelimiter = '\u0002'

/** A file as the engine reads it by itself; `_file` and what the path tells are constants. */
export function directPart(file: FoundFile, layout: Layout, pathColumns: string | undefined): Part {
  const format: FileFormat =
    layout.format === 'csv'
      ? {
          name: 'csv',
          delimiter: layout.delimiter,
          quote: layout.quote,
          header: layout.header,
          compression: layout.compression,
        }
      : { name: 'json', lines: true, compression: layout.compression }
  const files: FilesRelation = { kind: 'files', format, paths: [file.absolute], columns: textColumns(layout) }
  const constants = pathValues(pathColumns, file.path).map((text, index) => sql`${value(text)} AS ${pathField(index)}`)
  return {
    files: [0],
    input: inputOf(layout, pathColumns),
    relation: select(sql`SELECT *, ${join([sql`${value(file.path)} AS _file`, ...constants])} FROM files`, { files }),
  }
}

/** The records of a staged file, with the names of the files that they come from. */
export function numberedPart(
  staged: string,
  files: readonly { readonly index: number; readonly file: FoundFile }[],
  layout: Layout,
  pathColumns: string | undefined,
): Part {
  const numbers = ['_index', '_line', '_at', '_len'].map(varchar)
  const format: FileFormat = {
    name: 'csv',
    ...stagedDialect(layout),
    header: false,
    compression: 'none',
  }
  const records: FilesRelation = {
    kind: 'files',
    format,
    paths: [staged],
    columns: [...numbers, ...textColumns(layout)],
  }
  const names = pathNames(pathColumns)
  const origins: Relation = {
    kind: 'values',
    columns: ['_index', '_file', ...names.map((_, index) => `p${index}`)].map(varchar),
    rows: files.map(({ index, file }) => [String(index), file.path, ...pathValues(pathColumns, file.path)]),
  }
  return {
    files: files.map(({ index }) => index),
    input: inputOf(layout, pathColumns),
    relation: select(sql`SELECT * FROM records JOIN origins USING (_index)`, { records, origins }),
  }
}

/** Delimited text keeps its own delimiter and quotes behind the numbers. */
export function stagedDialect({ format, delimiter, quote }: Layout): { delimiter: string; quote: string } {
  return format === 'csv' ? { delimiter, quote } : { delimiter: ownDelimiter, quote: '' }
}

function inputOf(layout: Layout, pathColumns: string | undefined): Part['input'] {
  const fields = layout.fields.map((field, index) => ({ name: field, column: `f${index}` }))
  const path = pathNames(pathColumns).map((field, index) => ({ name: field, column: `p${index}` }))
  return { kind: 'csv', fields: [...fields, ...path] }
}

function textColumns({ format, fields }: Layout): Columns {
  return format === 'csv' ? fields.map((_, index) => varchar(`f${index}`)) : [varchar('json')]
}

function select(text: SqlText, from: Readonly<Record<string, Relation>>): Relation {
  return { kind: 'select', sql: text.text, from }
}

function pathField(index: number): SqlText {
  return name(`p${index}`)
}

function varchar(column: string): Columns[number] {
  return { name: column, type: { kind: 'varchar' }, nullable: true }
}
