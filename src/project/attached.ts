import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pointer } from '../contract/fields.ts'
import { type InferredColumn, inferColumns } from '../contract/infer.ts'
import { epochScale, isInEpoch } from '../contract/infer-epoch.ts'
import { parseColumn, parseType } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Relation } from '../engines/relation.ts'
import type { Lake } from '../lake/lake.ts'
import { type Catalog, fixedCatalog, mergeCatalogs } from '../query/catalog.ts'
import { lakeCatalog } from '../query/lake-catalog.ts'
import { join as joined, name, raw, type SqlText, sql, value } from '../sql/text.ts'
import { localStore } from '../storage/local-store.ts'
import { sampleFile } from './sample-file.ts'

/** Names for one query: `name=PATH` of a Delta table, or of a Parquet, CSV, NDJSON or JSON file. FILE_NOT_FOUND. */
export async function attachedCatalog(lake: Lake, given: readonly string[], context: Context): Promise<Catalog> {
  const catalogs: Catalog[] = []
  for (const text of given) {
    const [, own = '', path = ''] = /^(\w+)=(.+)$/.exec(text) ?? []
    if (own === '')
      throw new MillraceError('USAGE', { reason: `\`${text}\` names no file`, hint: 'write --with name=PATH' })
    const file = resolve(path)
    if (!existsSync(file)) throw new MillraceError('FILE_NOT_FOUND', { path })
    if (existsSync(join(file, '_delta_log'))) {
      const root = dirname(file)
      const place = { name: own, table: basename(file), lake: { ...lake, root, store: localStore(root) } }
      catalogs.push(lakeCatalog(async () => [place]))
    } else if (statSync(file).isDirectory())
      throw new MillraceError('FILE_UNREADABLE', { path, reason: 'the folder holds no Delta table' })
    else catalogs.push(fixedCatalog({ [own]: await fileRelation(lake, file, context) }))
  }
  return mergeCatalogs(catalogs)
}

/** A file's rows with the types that its first rows show; a later value that does not fit fails the query. */
async function fileRelation(lake: Lake, path: string, context: Context): Promise<Relation> {
  const { fields, options } = await sampleFile(lake.engine, path, context)
  const columns = inferColumns(fields)
  if (options['encoding'] !== undefined)
    throw new MillraceError('FILE_UNREADABLE', { path, reason: `it is not UTF-8 but ${options['encoding']}; load it` })
  const found = /\.([a-z]+?)(?:\.(gz|zst))?$/i.exec(path.toLowerCase())
  const compression = found?.[2] === 'gz' ? 'gzip' : found?.[2] === 'zst' ? 'zstd' : 'none'
  const text = (field: string) => parseColumn(field, 'varchar')
  if (found?.[1] === 'parquet') {
    const typed = fields.flatMap(({ name: field = '', type }) => (type ? [{ name: field, type, nullable: true }] : []))
    const rows: Relation = { kind: 'files', format: { name: 'parquet' }, paths: [path], columns: typed }
    if (columns.every(({ format }) => format === undefined)) return rows
    const cells = columns.map((column, at) => {
      const field = name(typed[at]?.name ?? '')
      return column.format === undefined ? field : sql`${castOf(column, field)} AS ${field}`
    })
    return { kind: 'select', sql: sql`SELECT ${joined(cells)} FROM ${name('rows')}`.text, from: { rows } }
  }
  const isJson = found?.[1] === 'json' || found?.[1] === 'ndjson' || found?.[1] === 'jsonl'
  const rows: Relation = isJson
    ? {
        kind: 'files',
        format: { name: 'json', lines: found[1] !== 'json', compression },
        paths: [path],
        columns: [text('json')],
      }
    : {
        kind: 'files',
        format: {
          name: 'csv',
          delimiter: String(options['delimiter'] ?? (found?.[1] === 'tsv' ? '\t' : ',')),
          quote: '"',
          header: options['header'] !== false,
          compression,
        },
        paths: [path],
        columns: columns.map((column) => text(fieldOf(column))),
      }
  const cells = columns.map((column) => {
    const field = fieldOf(column)
    const cell = isJson ? sql`${name('json')}->>${value(pointer(field))}` : sql`nullif(${name(field)}, '')`
    return sql`${castOf(column, cell)} AS ${name(field)}`
  })
  return { kind: 'select', sql: sql`SELECT ${joined(cells)} FROM ${name('rows')}`.text, from: { rows } }
}

function fieldOf({ name: column, from }: InferredColumn): string {
  return from ?? column
}

/** Texts that need more than a cast stay texts. */
function castOf(column: InferredColumn, cell: SqlText): SqlText {
  const { type, format, nulls } = column
  const { kind } = parseType(type)
  const epoch = format === undefined ? undefined : epochScale(format)
  if (epoch && nulls === undefined) {
    const number = sql`CAST(${cell} AS DECIMAL(18, ${value(epoch.decimals)}))`
    const time = sql`make_timestamptz(CAST(${number}::DECIMAL(25, 6) * ${value(epoch.micros)} AS BIGINT))`
    const told = sql`${value(`Could not read '`)} || (${cell}) || ${value(`' of ${fieldOf(column)} as a time of 2001 to 2099 (${format})`)}`
    return sql`CASE WHEN NOT (${isInEpoch(time)}) THEN error(${told}) ELSE ${time} END`
  }
  if (format !== undefined || nulls !== undefined || kind === 'varchar' || kind === 'json' || kind === 'uuid')
    return cell
  return sql`CAST(${cell} AS ${raw(type)})`
}
