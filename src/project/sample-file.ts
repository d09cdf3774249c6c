import { basename } from 'node:path'
import { type InferredColumn, inferColumns, type SampledField } from '../contract/infer.ts'
import { typeText } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Engine } from '../engines/engine.ts'
import { collect } from '../engines/rows.ts'
import { type SqlText, sql, value } from '../sql/text.ts'

/** What a file looks like: columns that load it, and what `files()` has to be told beside its path. */
export interface SampledFile {
  readonly columns: readonly InferredColumn[]
  readonly options: Readonly<Record<string, string | boolean>>
}

const sampledRows = 20_000

/** Looks at the first rows of a CSV, JSON, NDJSON or Parquet file. FILE_UNREADABLE. */
export async function sampleFile(engine: Engine, path: string, context: Context): Promise<SampledFile> {
  const ending = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(basename(path).toLowerCase())?.[1]
  try {
    switch (ending) {
      case 'parquet':
        return await sampleParquet(engine, path, context)
      case 'json':
      case 'ndjson':
      case 'jsonl':
        return await sampleJson(engine, path, context)
      default:
        return await sampleText(engine, path, ending === 'tsv' ? '\t' : ',', context)
    }
  } catch (error) {
    if (context.signal.aborted || !(error instanceof MillraceError)) throw error
    throw new MillraceError('FILE_UNREADABLE', { path, reason: error.message }, error)
  }
}

async function sampleParquet(engine: Engine, path: string, context: Context): Promise<SampledFile> {
  const text = sql`SELECT * FROM read_parquet(${value(path)})`
  const columns = await engine.describe({ sql: text.text, from: {} }, context)
  return { columns: columns.map(({ name, type }) => ({ name, type: typeText(type) })), options: {} }
}

async function sampleJson(engine: Engine, path: string, context: Context): Promise<SampledFile> {
  const rows = await ask(
    engine,
    sql`SELECT json::VARCHAR FROM read_json_objects(${value(path)}, format = 'auto') LIMIT ${value(sampledRows)}`,
    context,
  )
  const fields = new Map<string, (string | null)[]>()
  for (const [index, [text]] of rows.entries()) {
    const parsed: unknown = JSON.parse(String(text))
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) continue
    for (const [name, item] of Object.entries(parsed)) {
      const values = fields.get(name) ?? new Array<string | null>(index).fill(null)
      fields.set(name, values)
      values[index] = item === null ? null : typeof item === 'string' ? item : JSON.stringify(item)
    }
  }
  const sampled = [...fields].map(
    ([name, values]): SampledField => ({ name, values: [...values].map((own) => own ?? null) }),
  )
  return { columns: inferColumns(sampled), options: {} }
}

async function sampleText(engine: Engine, path: string, usual: string, context: Context): Promise<SampledFile> {
  const [found = []] = await ask(
    engine,
    sql`SELECT "Delimiter", "Quote", "HasHeader" FROM sniff_csv(${value(path)}, ignore_errors = true)`,
    context,
  )
  const [delimiter, quote, header] = [String(found[0]), String(found[1]), found[2] === true]
  const quoted = quote.length === 1 ? quote : '"'
  const text = sql`FROM read_csv(${value(path)}, all_varchar = true, ignore_errors = true, null_padding = true,
    delim = ${value(delimiter)}, quote = ${value(quoted)}, header = ${value(header)}, nullstr = '')`
  const columns = await engine.describe({ sql: sql`SELECT * ${text}`.text, from: {} }, context)
  const rows = await ask(engine, sql`SELECT * ${text} LIMIT ${value(sampledRows)}`, context)
  const fields = columns.map(
    ({ name }, at): SampledField => ({
      name: header ? name : undefined,
      values: rows.map((row) => (typeof row[at] === 'string' ? row[at] : null)),
    }),
  )
  return {
    columns: inferColumns(fields),
    options: {
      ...(header ? {} : { header: false }),
      ...(delimiter === usual ? {} : { delimiter }),
      ...(quoted === '"' ? {} : { quote: quoted }),
    },
  }
}

async function ask(engine: Engine, text: SqlText, context: Context): Promise<readonly (readonly Value[])[]> {
  return collect(await engine.run({ sql: text.text, from: {} }, context))
}
