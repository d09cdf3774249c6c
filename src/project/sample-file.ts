import { basename, dirname } from 'node:path'
import { describeFile } from '../connectors/files/glob.ts'
import { sniffFile } from '../connectors/files/sniff.ts'
import type { SampledField } from '../contract/infer.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Engine } from '../engines/engine.ts'
import { collect } from '../engines/rows.ts'
import { type SqlText, sql, value } from '../sql/text.ts'

/** What a file looks like: its fields, and what `files()` has to be told beside its path. */
export interface FileSample {
  readonly format: 'parquet' | 'json' | 'text'
  readonly fields: readonly SampledField[]
  readonly options: Readonly<Record<string, string | boolean>>
}

const sampledRows = 20_000

/** Looks at the first rows of a CSV, JSON, NDJSON or Parquet file. FILE_UNREADABLE. */
export async function sampleFile(engine: Engine, path: string, context: Context): Promise<FileSample> {
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
        return await sampleText(path, context)
    }
  } catch (error) {
    if (context.signal.aborted || !(error instanceof MillraceError)) throw error
    throw new MillraceError('FILE_UNREADABLE', { path, reason: error.message }, error)
  }
}

async function sampleParquet(engine: Engine, path: string, context: Context): Promise<FileSample> {
  const text = sql`SELECT * FROM read_parquet(${value(path)})`
  const columns = await engine.describe({ sql: text.text, from: {} }, context)
  return { format: 'parquet', fields: columns.map(({ name, type }) => ({ name, type, values: [] })), options: {} }
}

async function sampleJson(engine: Engine, path: string, context: Context): Promise<FileSample> {
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
  return { format: 'json', fields: sampled, options: {} }
}

async function sampleText(path: string, context: Context): Promise<FileSample> {
  const file = await describeFile(path, dirname(path))
  if (!file) throw new MillraceError('FILE_NOT_FOUND', { path })
  const { options, fields } = await sniffFile(file, context)
  const { delimiter, ...others } = options
  const usual = /\.tsv(\.\w+)?$/i.test(path) ? '\t' : ','
  return {
    format: 'text',
    fields,
    options: { ...others, ...(delimiter !== undefined && delimiter !== usual && { delimiter }) },
  }
}

async function ask(engine: Engine, text: SqlText, context: Context): Promise<readonly (readonly Value[])[]> {
  return collect(await engine.run({ sql: text.text, from: {} }, context))
}
