import type { Columns } from '../../core/columns.ts'
import type { FileFormat, FilesRelation, Relation } from '../../engines/relation.ts'
import type { FoundFile, Part } from '../../sources/reader.ts'
import { join, name, type SqlText, sql, value } from '../../sql/text.ts'
import type { Layout } from './layout.ts'
import { pathNames, pathValues } from './options.ts'

/** Separates the numbers from the text where the text is not delimited itself. */
export const ownDelimiter = '\u0002'

/** Delimited text as the engine reads it by itself; `_file` and what the path tells are constants. */
export function directPart(file: FoundFile, layout: Layout, pathColumns: string | undefined): Part {
  const { delimiter, quote, header, compression } = layout
  const format: FileFormat = { name: 'csv', delimiter, quote, header, compression }
  const files: FilesRelation = { kind: 'files', format, paths: [file.absolute], columns: textColumns(layout) }
  const constants = pathValues(pathColumns, file.path).map((text, index) => sql`${value(text)} AS ${pathField(index)}`)
  return {
    files: [0],
    input: textInput(layout, pathColumns),
    relation: select(sql`SELECT *, ${join([sql`${value(file.path)} AS _file`, ...constants])} FROM files`, { files }),
  }
}

/** The records of a staged file, with the names of the files that they come from. */
export function numberedPart(
  staged: string,
  files: readonly { readonly index: number; readonly file: FoundFile }[],
  layout: Layout,
  keys: readonly string[],
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
  const origins = originsOf(files, pathColumns)
  const index = files.map((each) => each.index)
  if (layout.format === 'csv')
    return {
      files: index,
      input: textInput(layout, pathColumns),
      relation: select(sql`SELECT * FROM records JOIN origins USING (_index)`, { records, origins }),
    }
  // what the path tells goes into the object, in front of what it holds
  const names = pathNames(pathColumns)
  const told = names.map((field, at) => sql`${value(`${JSON.stringify(field)}:`)} || to_json(${pathField(at)})`)
  const rest = sql`CASE WHEN regexp_full_match(json, '\\{\\s*\\}') THEN '' ELSE ',' END || substr(json, 2)`
  const object = names.length === 0 ? sql`json` : sql`'{' || ${join(told, " || ',' || ")} || ${rest}`
  return {
    files: index,
    input: { kind: 'json', keys: [...new Set([...keys, ...names])] },
    relation: select(sql`SELECT * REPLACE (${object} AS json) FROM records JOIN origins USING (_index)`, {
      records,
      origins,
    }),
  }
}

/** The files that records come from: `_index`, `_file`, where they lie, and what their paths tell. */
export function originsOf(
  files: readonly { readonly index: number; readonly file: FoundFile }[],
  pathColumns: string | undefined,
): Relation {
  const names = pathNames(pathColumns).map((_, index) => `p${index}`)
  return {
    kind: 'values',
    columns: ['_index', '_file', '_absolute', ...names].map(varchar),
    rows: files.map(({ index, file }) => [
      String(index),
      file.path,
      file.absolute,
      ...pathValues(pathColumns, file.path),
    ]),
  }
}

/** Delimited text keeps its own delimiter and quotes behind the numbers. */
export function stagedDialect({ format, delimiter, quote }: Layout): { delimiter: string; quote: string } {
  return format === 'csv' ? { delimiter, quote } : { delimiter: ownDelimiter, quote: '' }
}

function textInput(layout: Layout, pathColumns: string | undefined): Part['input'] {
  const fields = layout.fields.map((field, index) => ({ name: field, column: `f${index}` }))
  return { kind: 'csv', fields: [...fields, ...pathFields(pathColumns)] }
}

/** What the path tells, as fields of `originsOf`. */
export function pathFields(pathColumns: string | undefined): { name: string; column: string }[] {
  return pathNames(pathColumns).map((field, index) => ({ name: field, column: `p${index}` }))
}

function textColumns({ format, fields }: Layout): Columns {
  return format === 'csv' ? fields.map((_, index) => varchar(`f${index}`)) : [varchar('json')]
}

export function select(text: SqlText, from: Readonly<Record<string, Relation>>): Relation {
  return { kind: 'select', sql: text.text, from }
}

function pathField(index: number): SqlText {
  return name(`p${index}`)
}

function varchar(column: string): Columns[number] {
  return { name: column, type: { kind: 'varchar' }, nullable: true }
}
