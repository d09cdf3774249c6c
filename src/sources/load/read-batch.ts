import { join as joinPath } from 'node:path'
import { checkSql } from '../../contract/check-sql.ts'
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
import { join, name, raw, sql } from '../../sql/text.ts'
import type {
  Content,
  DirectReading,
  FileReader,
  FileToRead,
  LineCounts,
  LineReject,
  NumberedReading,
  Part,
} from '../reader.ts'
import { RejectLog } from '../rejects/reject-log.ts'
import type { IdClaim } from './claim.ts'
import { bringsIds, withoutKnownIds } from './ids.ts'
import { placeColumns, type RowRules } from './place.ts'
import { routedParts } from './route.ts'

export interface BatchToRead {
  readonly source: string
  readonly n: number
  readonly files: readonly FileToRead[]
  /** A folder of its own, for what is needed until the commit. */
  readonly folder: string
  /** Paths whose rows leave the table in the same commit. */
  readonly leaving: readonly string[]
  /** Holds their ids against a stream's index. */
  readonly claim?: IdClaim
}

/** A file that was read: its rows stand in files of the table, its rejects in the log. */
export interface ReadFile {
  readonly content: Content
  readonly counts: LineCounts
  readonly stored: number
  readonly rejected: number
  /** Rows whose id and content were there before. */
  readonly duplicate: number
  /** Rows that are another table's. */
  readonly elsewhere: number
  readonly missing: readonly string[]
  readonly undeclared: readonly string[]
}

export interface BatchRows {
  readonly adds: readonly AddFile[]
  /** In the order of the files that were to be read. */
  readonly files: readonly ReadFile[]
  readonly rejects: RejectLog
}

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
    only && batch.files.length === 1 && !only.after && !rules.route ? await reader.direct(only.file) : undefined
  return settleIds(work, (direct && (await readDirect(work, direct))) ?? (await readByLines(work)))
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
    stage(lake, snapshot, goodRows(work, [part]), shared, { checked: true }).catch(stop),
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
      if (rejects)
        return {
          adds,
          rejects,
          files: [{ content, counts, stored, rejected, duplicate: 0, elsewhere: 0, ...driftOf(work, part) }],
        }
    }
  } catch (error) {
    await unstage(lake, snapshot.table, adds)
    throw error
  }
  await unstage(lake, snapshot.table, adds)
  return undefined
}

/** Leaves out rows whose ids are known, until all that are left are claimed where there is an index. */
async function settleIds(work: Work, read: BatchRows): Promise<BatchRows> {
  const { lake, snapshot, rules, batch, context } = work
  const { claim } = batch
  if (!claim) return leaveOut(work, read, false)
  let rows = read
  for (let settled = false; bringsIds(rows.adds, rules.contract); settled = true) {
    try {
      await claim.stage(snapshot, rows.adds, context)
    } catch (error) {
      await unstage(lake, snapshot.table, rows.adds)
      throw error
    }
    const left = await leaveOut(work, rows, settled)
    if (left === rows) break
    rows = left
  }
  return rows
}

/**
 * What is left of a batch that was read once its ids are taken, right before the commit: whoever sends events waits from
 * then on until the claim is over.
 */
export async function takeIds(
  lake: Lake,
  snapshot: Snapshot,
  { reader, rules }: { readonly reader: FileReader; readonly rules: RowRules },
  batch: BatchToRead & { readonly claim: IdClaim },
  rows: BatchRows,
  context: Context,
): Promise<BatchRows> {
  await batch.claim.take(snapshot, rows.adds, context)
  return leaveOut({ lake, snapshot, reader, rules, batch, context }, rows, true)
}

/** Leaves out rows whose ids are known, and counts anew what each file has brought. */
async function leaveOut(work: Work, rows: BatchRows, settled: boolean): Promise<BatchRows> {
  const { lake, snapshot, rules, batch, context } = work
  const { adds, rejects } = rows
  const { leaving, claim } = batch
  const staged = { lake, snapshot, rules, adds, leaving, settled, ...(claim && { claim }) }
  const lines = new RejectLog(joinPath(batch.folder, 'again.ndjson'), { source: batch.source, n: batch.n, at: 0 })
  try {
    const kept = await withoutKnownIds(staged, () => read(work, lines), rejects, context)
    if (!kept) return rows
    await unstage(lake, snapshot.table, adds)
    const stored = await storedByFile(work, kept.adds, kept.rows)
    const files = rows.files.map((file, index) => {
      const { path } = (batch.files[index] as FileToRead).file
      const now = stored.get(path) ?? 0
      const conflicts = rejects.of(path).count - file.counts.rejected - file.rejected
      return {
        ...file,
        stored: now,
        rejected: file.rejected + conflicts,
        duplicate: file.duplicate + file.stored - now - conflicts,
      }
    })
    return { adds: kept.adds, files, rejects }
  } catch (error) {
    await unstage(lake, snapshot.table, adds)
    throw error
  } finally {
    lines.discard()
  }
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
  const { adds, rows } = await stage(lake, snapshot, goodRows(work, reading.parts), context, { checked: true })
  try {
    const records = reading.files.reduce((sum, file) => sum + file.counts.records, 0)
    if (rows < records) await logBadRows(work, reading, rejects)
    const elsewhere = await settleRest(work, reading, rejects)
    const stored = await storedByFile(work, adds, rows)
    const drift = new Map(reading.parts.flatMap((part) => part.files.map((index) => [index, driftOf(work, part)])))
    const files = reading.files.map(({ content, counts }, index) => {
      const { path } = (batch.files[index] as FileToRead).file
      const rejected = rejects.of(path).count - counts.rejected
      const none = { missing: [], undeclared: [] }
      const settled = { stored: stored.get(path) ?? 0, rejected, duplicate: 0, elsewhere: elsewhere.get(path) ?? 0 }
      return { content, counts, ...settled, ...(drift.get(index) ?? none) }
    })
    return { adds, files, rejects }
  } catch (error) {
    await unstage(lake, snapshot.table, adds)
    throw error
  }
}

function newLog({ batch, context }: Work): RejectLog {
  return new RejectLog(joinPath(batch.folder, 'rejects.ndjson'), {
    source: batch.source,
    n: batch.n,
    at: context.now(),
  })
}

/** `parts`: the rows that are this table's; `whole`: all of them. */
type RoutedReading = NumberedReading & { readonly whole: readonly Part[] }

async function read({ reader, rules, batch, context }: Work, rejects: RejectLog): Promise<RoutedReading> {
  const add = ({ file, line, code, message, bytes }: LineReject): void => {
    const { path } = (batch.files[file] as FileToRead).file
    rejects.add({ path, line, column: null, code, message, bytes })
  }
  const reading = await reader.numbered(batch.files, batch.folder, add, context)
  const { route, contract } = rules
  const mine = (part: Part): Part => (route ? { ...part, relation: routedParts(part, route, contract).mine } : part)
  return { ...reading, parts: reading.parts.map(mine), whole: reading.parts }
}

/** Counts the rows of other tables, file by file, and refuses those that no table takes. */
async function settleRest(work: Work, reading: RoutedReading, log: RejectLog): Promise<ReadonlyMap<string, number>> {
  const { lake, rules, context } = work
  const { route, contract } = rules
  const counts = new Map<string, number>()
  if (!route) return counts
  for (const [index, part] of reading.whole.entries()) {
    const { elsewhere, nowhere } = routedParts(part, route, contract)
    const sum = 'SELECT _file, count(*) FROM elsewhere GROUP BY 1'
    for (const [path, count] of await collect(await lake.engine.run({ sql: sum, from: { elsewhere } }, context)))
      counts.set(String(path), (counts.get(String(path)) ?? 0) + Number(count))
    const carry = carriedBy(part)
    const places = sql`SELECT ${join(carry.map(name))} FROM nowhere`.text
    await using result = await lake.engine.run({ sql: places, from: { nowhere } }, context)
    const why = { column: null, code: 'no_route', message: 'no condition of `route` holds for the row' }
    for await (const rows of result.batches)
      for (const row of rows) log.add({ ...why, ...(await placedText(reading, index, part, row)) })
  }
  return counts
}

function carriedBy(part: Part): readonly string[] {
  return part.textColumn === undefined ? placeColumns : [...placeColumns, part.textColumn]
}

/** The file, the line and the whole text of a row that carries `carriedBy`. */
async function placedText(
  reading: NumberedReading,
  index: number,
  part: Part,
  row: readonly unknown[],
): Promise<{ readonly path: string; readonly line: number; readonly bytes: Buffer }> {
  const [path, , line, at, length, text] = row
  const bytes =
    part.textColumn === undefined
      ? await reading.text({ part: index, at: Number(at), bytes: Number(length) })
      : Buffer.from(String(text))
  return { path: String(path), line: Number(line), bytes }
}

function goodRows({ rules, snapshot }: Work, parts: readonly Part[]): Query {
  const rows = parts.map((part): Relation => {
    const { good } = checkSql(rules.contract, { input: part.input, carry: ['_file'], ...rules.text })
    return { kind: 'select', sql: rules.generateId ? withIds(good, rules) : good, from: { raw: part.relation } }
  })
  const [only] = rows
  if (only?.kind === 'select' && rows.length === 1) return { sql: only.sql, from: only.from }
  if (rows.length > 0) return { sql: 'SELECT * FROM rows', from: { rows: { kind: 'union', of: rows } } }
  return { sql: 'SELECT * FROM rows', from: { rows: { kind: 'values', columns: snapshot.columns, rows: [] } } }
}

function withIds(good: string, { contract }: RowRules): string {
  if (contract.id === undefined) return good
  const id = name(contract.id)
  return sql`SELECT * REPLACE (coalesce(${id}, uuid()::VARCHAR) AS ${id}) FROM (${raw(good)})`.text
}

/** Finds the rows that break the contract, and what is wrong with each, and keeps them whole. */
async function logBadRows({ lake, rules, context }: Work, reading: NumberedReading, log: RejectLog): Promise<void> {
  for (const [index, part] of reading.parts.entries()) {
    const carry = carriedBy(part)
    const { bad } = checkSql(rules.contract, { input: part.input, carry, ...rules.text })
    await using result = await lake.engine.run({ sql: bad, from: { raw: part.relation } }, context)
    for await (const rows of result.batches)
      for (const row of rows) {
        const [column, code, message] = row.slice(carry.length)
        const why = { column: column === null ? null : String(column), code: String(code), message: String(message) }
        log.add({ ...why, ...(await placedText(reading, index, part, row)) })
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
