import { type ColumnType, parseType } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Engine, Result, ResultColumn } from '../engines/engine.ts'
import { replaceFile } from '../storage/replace-file.ts'
import type { ResolvedQuery } from './query.ts'
import { fieldOf, quoted, safeFieldOf, unlikeFormula } from './results/csv.ts'
import { encoderOf, type JsonForm } from './results/json.ts'

/** A JSON array of objects, one a line. */
export async function* jsonText(result: Result): AsyncGenerator<string> {
  const line = objectsOf(result.columns)
  let before = '[\n'
  for await (const rows of result.batches) {
    if (rows.length === 0) continue
    yield before + rows.map(line).join(',\n')
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

/** One JSON object a line. */
export async function* ndjsonText(result: Result): AsyncGenerator<string> {
  const line = objectsOf(result.columns)
  for await (const rows of result.batches) if (rows.length > 0) yield `${rows.map(line).join('\n')}\n`
}

/** A JSON array of arrays, each a row in the order of the columns. */
export async function* rowsText(result: Result, form: JsonForm): AsyncGenerator<string> {
  const encoders = result.columns.map(({ type }) => encoderOf(typeOf(type), form))
  let before = '['
  for await (const rows of result.batches) {
    if (rows.length === 0) continue
    yield before + rows.map((row) => `[${encoders.map((encode, at) => encode(row[at] as Value)).join(',')}]`).join(',')
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

/** RFC 4180 with a header; lines end with CR LF. `forSpreadsheets`: no text of it is taken for a formula. */
export async function* csvText(
  result: Result,
  { forSpreadsheets = false }: { readonly forSpreadsheets?: boolean } = {},
): AsyncGenerator<string> {
  const fields = result.columns.map(({ type }) => (forSpreadsheets ? safeFieldOf : fieldOf)(typeOf(type)))
  const heads = result.columns.map(({ name }) => quoted(forSpreadsheets ? unlikeFormula(name) : name))
  yield `${heads.join(',')}\r\n`
  for await (const rows of result.batches)
    yield rows
      .map((row) => `${row.map((value, at) => (fields[at] as (value: Value) => string)(value)).join(',')}\r\n`)
      .join('')
}

/**
 * Writes the rows of a query as one Parquet file, whole or not at all. RESULT_TYPE for types that tables do not have.
 * Resolves to the number of rows.
 */
export async function writeParquet(
  engine: Engine,
  { query }: ResolvedQuery,
  path: string,
  context: Context,
): Promise<number> {
  let written = 0
  await replaceFile(path, async (root) => {
    const target = { root, partitionBy: [], fileBytes: Number.MAX_SAFE_INTEGER, oneFile: true } as const
    const { files, rows } = await engine.write(query, target, context)
    const [file, second] = files
    if (!file || second) throw new MillraceError('INTERNAL', { reason: `${files.length} files for one of Parquet` })
    written = rows
    return file.path
  })
  return written
}

/** Rows as JSON objects of one line each; columns of the same name are told apart by a number. */
export function objectsOf(columns: readonly ResultColumn[]): (row: readonly Value[]) => string {
  const taken = new Set<string>()
  const members = columns.map(({ name, type }) => {
    let unique = name
    for (let count = 1; taken.has(unique); count++) unique = `${name}_${count}`
    taken.add(unique)
    return { key: JSON.stringify(unique), encode: encoderOf(typeOf(type)) }
  })
  return (row) => `{${members.map(({ key, encode }, at) => `${key}:${encode(row[at] as Value)}`).join(',')}}`
}

/** The type of a result's column, undefined where tables do not have it. */
function typeOf(text: string): ColumnType | undefined {
  try {
    return parseType(text)
  } catch (error) {
    if (isError(error, 'TYPE_UNKNOWN')) return undefined
    throw error
  }
}
