import { join } from 'node:path'
import { type CheckOptions, checkSql } from '../../contract/check-sql.ts'
import type { Contract } from '../../contract/contract.ts'
import type { Context } from '../../core/context.ts'
import { isError } from '../../core/errors.ts'
import type { Query } from '../../engines/engine.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import type { AddFile } from '../../lake/actions.ts'
import type { Lake } from '../../lake/lake.ts'
import { relationOf } from '../../lake/relation.ts'
import type { Snapshot } from '../../lake/snapshot.ts'
import { stage, unstage } from '../../lake/stage.ts'
import type { Content, DirectReading, FileReader, FileToRead, LineCounts, NumberedReading, Part } from '../reader.ts'
import { RejectLog } from '../rejects/reject-log.ts'

/** How the rows of a source become rows of a table. */
export interface RowRules {
  readonly contract: Contract
  /** What the source says about its text. */
  readonly text: Pick<CheckOptions, 'nulls' | 'timezone' | 'decimal'>
}

export interface BatchToRead {
  readonly source: string
  readonly n: number
  readonly files: readonly FileToRead[]
  /** A folder of its own, for what is needed until the commit. */
  readonly folder: string
}

/** A file that was read: its rows stand in files of the table, its rejects in the log. */
export interface ReadFile {
  readonly content: Content
  readonly counts: LineCounts
  readonly stored: number
  readonly rejected: number
  readonly missing: readonly string[]
  readonly undeclared: readonly string[]
}

export interface BatchRows {
  readonly adds: readonly AddFile[]
  /** In the order of the files that were to be read. */
  readonly files: readonly ReadFile[]
  readonly rejects: RejectLog
}

const placeColumns = ['_file', '_index', '_line', '_at', '_len'] as const

/**
 * Reads files, checks their rows and writes those that keep the contract as files of the table, which no version has
 * yet. A file that is large and clean is read by the engine alone, while its bytes are scanned beside it; where the two
 * do not agree, or the engine gives up, it is read again line by line.
 */
export async function readBatch(
  lake: Lake,
  snapshot: Snapshot,
  reader: FileReader,
  rules: RowRules,
  batch: BatchToRead,
  context: Context,
): Promise<BatchRows> {
  const work: Work = { lake, snapshot, reader, rules, batch, context }
  const [only] = batch.files
  const direct =
    batch.files.length === 1 && only?.after === undefined && only ? await reader.direct(only.file) : undefined
  return (direct && (await readDirect(work, direct))) ?? (await readByLines(work))
}

interface Work {
  readonly lake: Lake
  readonly snapshot: Snapshot
  readonly reader: FileReader
  readonly rules: RowRules
  readonly batch: BatchToRead
  readonly context: Context
}

/** Undefined where the engine's reading cannot be trusted. */
async function readDirect(work: Work, { part, scan }: DirectReading): Promise<BatchRows | undefined> {
  const { lake, snapshot, context } = work
  const both = new AbortController()
  const shared = { ...context, signal: AbortSignal.any([context.signal, both.signal]) }
  const stop = (error: unknown): never => {
    both.abort(error)
    throw error
  }
  const [staging, scanning] = await Promise.allSettled([
    stage(lake, snapshot, goodRows(work, [part]), shared).catch(stop),
    scan(shared).catch(stop),
  ])
  const adds = staging.status === 'fulfilled' ? staging.value.adds : []
  try {
    if (both.signal.aborted && !isError(both.signal.reason, 'QUERY_FAILED')) throw both.signal.reason
    if (staging.status === 'fulfilled' && scanning.status === 'fulfilled' && scanning.value.doubt === undefined) {
      const { content, counts } = scanning.value
      const stored = staging.value.rows
      const rejected = counts.records - stored
      const rejects = rejected === 0 ? newLog(work) : await findRejects(work, rejected)
      if (rejects) return { adds, rejects, files: [{ content, counts, stored, rejected, ...driftOf(work, part) }] }
    }
  } catch (error) {
    await unstage(lake, snapshot.table, adds)
    throw error
  }
  await unstage(lake, snapshot.table, adds)
  return undefined
}

/** The rejects of a file whose lines are all records; undefined when there are not as many as there must be. */
async function findRejects(work: Work, expected: number): Promise<RejectLog | undefined> {
  if (expected < 0) return undefined
  const rejects = newLog(work)
  await using reading = await read(work, rejects)
  await logBadRows(work, reading, rejects)
  const path = work.batch.files[0]?.file.path ?? ''
  const lineRejects = reading.files[0]?.counts.rejected ?? 0
  if (lineRejects === 0 && rejects.of(path).count === expected) return rejects
  rejects.discard()
  return undefined
}

async function readByLines(work: Work): Promise<BatchRows> {
  const { lake, snapshot, context, batch } = work
  const rejects = newLog(work)
  await using reading = await read(work, rejects)
  const { adds, rows } = await stage(lake, snapshot, goodRows(work, reading.parts), context)
  try {
    const records = reading.files.reduce((sum, file) => sum + file.counts.records, 0)
    if (rows < records) await logBadRows(work, reading, rejects)
    const stored = await storedByFile(work, adds, rows)
    const drift = new Map(reading.parts.flatMap((part) => part.files.map((index) => [index, driftOf(work, part)])))
    const files = reading.files.map(({ content, counts }, index) => {
      const { path } = (batch.files[index] as FileToRead).file
      const rejected = rejects.of(path).count - counts.rejected
      const none = { missing: [], undeclared: [] }
      return { content, counts, stored: stored.get(path) ?? 0, rejected, ...(drift.get(index) ?? none) }
    })
    return { adds, files, rejects }
  } catch (error) {
    await unstage(lake, snapshot.table, adds)
    throw error
  }
}

function newLog({ batch, context }: Work): RejectLog {
  return new RejectLog(join(batch.folder, 'rejects.ndjson'), { source: batch.source, n: batch.n, at: context.now() })
}

function read({ reader, batch, context }: Work, rejects: RejectLog): Promise<NumberedReading> {
  const add = ({ file, line, code, message, bytes }: Parameters<Parameters<FileReader['numbered']>[2]>[0]): void => {
    const { path } = (batch.files[file] as FileToRead).file
    rejects.add({ path, line, column: null, code, message, bytes })
  }
  return reader.numbered(batch.files, batch.folder, add, context)
}

function goodRows({ rules, snapshot }: Work, parts: readonly Part[]): Query {
  const rows = parts.map((part): Relation => {
    const { good } = checkSql(rules.contract, { input: part.input, carry: ['_file'], ...rules.text })
    return { kind: 'select', sql: good, from: { raw: part.relation } }
  })
  const [only] = rows
  if (only?.kind === 'select' && rows.length === 1) return { sql: only.sql, from: only.from }
  if (rows.length > 0) return { sql: 'SELECT * FROM rows', from: { rows: { kind: 'union', of: rows } } }
  return { sql: 'SELECT * FROM rows', from: { rows: { kind: 'values', columns: snapshot.columns, rows: [] } } }
}

/** Finds the rows that break the contract, and what is wrong with each, and keeps them whole. */
async function logBadRows({ lake, rules, context }: Work, reading: NumberedReading, log: RejectLog): Promise<void> {
  for (const [index, part] of reading.parts.entries()) {
    const carry = part.textColumn === undefined ? placeColumns : [...placeColumns, part.textColumn]
    const { bad } = checkSql(rules.contract, { input: part.input, carry, ...rules.text })
    await using result = await lake.engine.run({ sql: bad, from: { raw: part.relation } }, context)
    for await (const rows of result.batches)
      for (const row of rows) {
        const [path, , line, at, length] = row
        const [column, code, message] = row.slice(carry.length)
        const bytes =
          part.textColumn === undefined
            ? await reading.text({ part: index, at: Number(at), bytes: Number(length) })
            : Buffer.from(String(row[placeColumns.length]))
        const refused = { path: String(path), line: Number(line), code: String(code), message: String(message), bytes }
        log.add({ ...refused, column: column === null ? null : String(column) })
      }
  }
}

/** How many rows each file has in what was written, counted there. */
async function storedByFile(work: Work, adds: readonly AddFile[], rows: number): Promise<ReadonlyMap<string, number>> {
  const { lake, snapshot, batch, context } = work
  const [only] = batch.files
  if (batch.files.length === 1 && only) return new Map([[only.file.path, rows]])
  if (rows === 0) return new Map()
  const written = relationOf(lake, { ...snapshot, files: new Map(adds.map((file) => [file.path, file])) })
  const query = { sql: 'SELECT _file, count(*) FROM written GROUP BY 1', from: { written } }
  const counted = await collect(await lake.engine.run(query, context))
  return new Map(counted.map(([path, count]) => [String(path), Number(count)]))
}

function driftOf({ rules }: Work, part: Part): { missing: readonly string[]; undeclared: readonly string[] } {
  const { missing, undeclared } = checkSql(rules.contract, { input: part.input, ...rules.text })
  return { missing, undeclared }
}
