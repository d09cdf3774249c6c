import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import type { DuckDBMaterializedResult } from '@duckdb/node-api'
import { type Columns, type ColumnType, storedType } from '../../core/columns.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Query, WriteTarget, WrittenFile } from '../engine.ts'
import { overflowMark } from './errors.ts'
import type { SourceColumn } from './source-columns.ts'
import { type ColumnStatistics, deltaStatistics } from './statistics.ts'
import { typeSql } from './types.ts'

/** One COPY, and how to find what it left behind when it fails. */
export interface CopyPlan {
  readonly text: string
  /** UTF-8 bytes of `text` before the query's own. */
  readonly bytesBefore: number
  readonly filePrefix: string
}

/**
 * Measured on 10 million shop rows (1.3 GB of CSV): level 1 is a tenth faster than DuckDB's own level 3 and no larger; a
 * column with more than 10,000 values in a row group is written plainly, another twentieth, and 2% smaller.
 */
const parquetOptions = [
  sql`FORMAT parquet`,
  sql`COMPRESSION zstd`,
  sql`COMPRESSION_LEVEL 1`,
  sql`DICTIONARY_SIZE_LIMIT 10000`,
  sql`RETURN_STATS`,
]

/** The COPY of a query, or of its first rows, into a target. Columns are cast to what Parquet holds for Delta. */
export function planCopy(query: Query, columns: readonly SourceColumn[], target: WriteTarget): CopyPlan {
  const filePrefix = `part-${randomUUID()}`
  const names = columns.map((column) => name(column.name))
  const before = sql`COPY (SELECT ${join(columns.map(storedColumn))} FROM (\n`
  const options = [...parquetOptions]
  // DuckDB keeps the order of rows in a single file alone: whatever splits files may swap row groups
  if (!target.oneFile) options.push(sql`APPEND`, sql`FILENAME_PATTERN ${value(`${filePrefix}-{uuid}`)}`)
  if (target.partitionBy.length > 0)
    options.push(sql`PARTITION_BY (${join(target.partitionBy.map(name))})`, sql`WRITE_PARTITION_COLUMNS false`)
  else if (!target.oneFile) options.push(sql`FILE_SIZE_BYTES ${value(target.fileBytes)}`)
  const to = target.oneFile ? `${target.root}/${filePrefix}.parquet` : target.root
  const limit = query.limits?.rows === undefined ? sql`` : sql` LIMIT ${value(query.limits.rows)}`
  const copy = sql`${before}${raw(query.sql)}\n) AS q(${join(names)})${limit}) TO ${value(to)} (${join(options)})`
  return { text: copy.text, bytesBefore: Buffer.byteLength(before.text), filePrefix }
}

function storedColumn(column: SourceColumn): SqlText {
  const source = name(column.name)
  if (column.wide) {
    // text that comes back as fields of INTEGER_OVERFLOW
    const parts = [value(overflowMark), value(column.name), sql`CAST(${source} AS VARCHAR)`]
    const raise = sql`error(concat_ws(chr(31), ${join(parts)}))`
    return sql`CASE WHEN ${source} BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(${source} AS BIGINT) WHEN ${source} IS NOT NULL THEN ${raise} END AS ${source}`
  }
  const stored = typeSql(storedType(column.type))
  return stored.text === typeSql(column.type).text ? source : sql`CAST(${source} AS ${stored}) AS ${source}`
}

/** One file of a COPY, as RETURN_STATS tells of it. */
export interface CopiedFile {
  readonly path: string
  readonly rows: number
  readonly sizeBytes: number
  readonly partition: readonly (readonly [string, string | null])[]
  readonly statistics: ColumnStatistics
}

export async function copiedFiles(result: DuckDBMaterializedResult): Promise<CopiedFile[]> {
  return (await result.getRowObjects()).map((row) => ({
    path: row['filename'] as string,
    rows: Number(row['count']),
    sizeBytes: Number(row['file_size_bytes']),
    partition: entries(row['partition_keys']).map(([key, held]) => [key, held as string | null]),
    statistics: new Map(
      entries(row['column_statistics']).map(([key, held]) => [
        key,
        new Map(entries(held) as [string, string | null][]),
      ]),
    ),
  }))
}

/** Takes away files without rows, unless one file is wanted. */
export async function withoutEmpty(files: readonly CopiedFile[], { oneFile }: WriteTarget): Promise<CopiedFile[]> {
  if (oneFile) return [...files]
  for (const { path, rows } of files) if (rows === 0) await rm(path, { force: true })
  return files.filter(({ rows }) => rows > 0)
}

/** A file as the lake commits it. */
export function writtenFile(file: CopiedFile, columns: Columns, target: WriteTarget): WrittenFile {
  const { path, rows, sizeBytes, partition, statistics } = file
  const types = new Map(columns.map((column) => [column.name, column.type]))
  return {
    path: path.slice(target.root.length + 1),
    sizeBytes,
    rows,
    partition: Object.fromEntries(
      partition.map(([key, held]) => [key, partitionText(held, types.get(key) as ColumnType)]),
    ),
    stats: deltaStatistics(rows, storedColumns(columns, target), statistics),
  }
}

/** What the files themselves hold: partition columns stand in the log alone. */
export function storedColumns(columns: Columns, target: WriteTarget): Columns {
  return columns.filter((column) => !target.partitionBy.includes(column.name))
}

function entries(map: unknown): [string, unknown][] {
  const held = map as { readonly entries: readonly { readonly key: string; readonly value: unknown }[] } | null
  return (held?.entries ?? []).map((entry) => [entry.key, entry.value])
}

/**
 * A partition value in Delta's text form (protocol, "Partition Value Serialization"). Times in ISO 8601 with Z: the form
 * without a zone is read in the reader's. An empty text is NULL to every reader, and written as that.
 */
function partitionText(held: string | null, type: ColumnType): string | null {
  if (held === null || held === '') return null
  if (type.kind !== 'timestamptz') return held
  const parts = /^(.+) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(held)
  return parts ? `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(6, '0')}Z` : held
}

/** Removes what a COPY that failed has written so far. */
export async function discard(root: string, filePrefix: string): Promise<void> {
  const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const file of found)
    if (file.isFile() && file.name.startsWith(filePrefix))
      await rm(joinPath(file.parentPath, file.name), { force: true })
}
