import { basename, dirname } from 'node:path'
import { describeFile } from '../connectors/files/glob.ts'
import { sniffFile } from '../connectors/files/sniff.ts'
import { isWhole, type SampledField } from '../contract/infer.ts'
import { isMomentName } from '../contract/infer-epoch.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Engine } from '../engines/engine.ts'
import { collect } from '../engines/rows.ts'
import { join, name, type SqlText, sql, value } from '../sql/text.ts'

/** What a file looks like: its fields, and what `files()` has to be told beside its path. */
export interface FileSample {
  readonly format: 'parquet' | 'json' | 'text'
  readonly fields: readonly SampledField[]
  readonly options: Readonly<Record<string, string | boolean>>
}

/** Looks at the first rows of a CSV, JSON, NDJSON or Parquet file. FILE_UNREADABLE. */
export async function sampleFile(engine: Engine, path: string, context: Context): Promise<FileSample> {
  const ending = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(basename(path).toLowerCase())?.[1]
  try {
    return await (ending === 'parquet' ? sampleParquet(engine, path, context) : sampleText(path, context))
  } catch (error) {
    if (context.signal.aborted || !(error instanceof MillraceError)) throw error
    throw new MillraceError('FILE_UNREADABLE', { path, reason: error.message }, error)
  }
}

async function sampleParquet(engine: Engine, path: string, context: Context): Promise<FileSample> {
  const file = sql`read_parquet(${value(path)})`
  const columns = await engine.describe({ sql: sql`SELECT * FROM ${file}`.text, from: {} }, context)
  const unsure = columns.filter((column) => isWhole(column.type) && isMomentName(column.name))
  const bounds = unsure.map((column) => sql`min(${name(column.name)})::VARCHAR, max(${name(column.name)})::VARCHAR`)
  const [row = []] = unsure.length === 0 ? [] : await ask(engine, sql`SELECT ${join(bounds)} FROM ${file}`, context)
  const fields = columns.map((column): SampledField => {
    const at = unsure.indexOf(column)
    const values = at < 0 ? [] : row.slice(2 * at, 2 * at + 2).map((bound) => (bound === null ? null : String(bound)))
    return { name: column.name, type: column.type, values }
  })
  return { format: 'parquet', fields, options: {} }
}

async function sampleText(path: string, context: Context): Promise<FileSample> {
  const file = await describeFile(path, dirname(path))
  if (!file) throw new MillraceError('FILE_NOT_FOUND', { path })
  const { format, options, fields } = await sniffFile(file, context)
  const { delimiter, ...others } = options
  const usual = /\.tsv(\.\w+)?$/i.test(path) ? '\t' : ','
  return {
    format: format === 'csv' ? 'text' : 'json',
    fields,
    options: { ...others, ...(delimiter !== undefined && delimiter !== usual && { delimiter }) },
  }
}

async function ask(engine: Engine, text: SqlText, context: Context): Promise<readonly (readonly Value[])[]> {
  return collect(await engine.run({ sql: text.text, from: {} }, context))
}
