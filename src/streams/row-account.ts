import type { Context } from '../core/context.ts'
import { collect } from '../engines/rows.ts'
import type { AddFile, Txn } from '../lake/actions.ts'
import { type Commit, commitsBetween } from '../lake/commits.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { parseStatistics } from '../lake/skipping.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { raw, sql } from '../sql/text.ts'
import { isLogApp } from './read-logs.ts'

/**
 * How the rows of a stream's table that no file has brought came about: stored by its logs − removed + restored + foreign.
 * Each flush leaves it in the table's `txn`s, so that it outlives the commits that it was read from.
 */
export interface RowAccount {
  /** The newest version that it knows. */
  readonly version: number
  /** By commits of ours that are no flush. */
  readonly removed: bigint
  readonly restored: bigint
  /** What others have added, less what they have removed. */
  readonly foreign: bigint
  /** Commits after those that were known that the table's log no longer has. */
  readonly lost: number
  /** What has come since the version that was known, and by no flush: rows that may have ids of events. */
  readonly news: readonly AddFile[]
}

const prefix = 'account/'
const fields = ['removed', 'restored', 'foreign'] as const

/** Says which file of a source has brought a row. */
const fileColumn = '_file'

/** What became of the events of a log that its flushes have read. */
export interface Flushed {
  readonly stored: bigint
  /** By rules; those refused when they came are not among them. */
  readonly rejected: bigint
  /** Their id was in the table already. */
  readonly late: bigint
}

const fates = ['stored', 'rejected', 'late'] as const

/** The same up to a version of the table, as each flush has counted it. */
export function flushedOf({ txns }: Snapshot, log: string): Flushed {
  const flushed = { stored: 0n, rejected: 0n, late: 0n }
  for (const fate of fates) flushed[fate] = txns.get(`${prefix}${fate}/${log}`) ?? 0n
  return flushed
}

/** The `txn`s that keep an account, and what a flush of a log adds to it. */
export function accountTxns(base: Snapshot, account: RowAccount, log: string, flushed: Flushed): readonly Txn[] {
  const before = flushedOf(base, log)
  return [
    { appId: `${prefix}version`, version: BigInt(account.version) },
    ...fields.map((field) => ({ appId: `${prefix}${field}`, version: account[field] })),
    ...fates.map((fate) => ({ appId: `${prefix}${fate}/${log}`, version: before[fate] + flushed[fate] })),
  ]
}

/** The account of a version: what is kept, and the commits since. */
export async function rowAccount(lake: Lake, snapshot: Snapshot, context: Context): Promise<RowAccount> {
  const { table, txns, version } = snapshot
  const from = Number(txns.get(`${prefix}version`) ?? -1n) + 1
  const sums = { removed: 0n, restored: 0n, foreign: 0n }
  for (const field of fields) sums[field] = txns.get(`${prefix}${field}`) ?? 0n
  const [brought, moved]: [AddFile[], AddFile[]] = [[], []]
  let lost = 0
  for await (const commit of commitsBetween(lake, table, { from, to: version }, context)) {
    if (commit === 'lost') {
      lost++
      continue
    }
    const { apps, adds, gone, operation } = commit
    if (apps.some(isLogApp)) continue
    brought.push(...adds)
    moved.push(...commit.moved)
    if (apps.some((app) => app.startsWith('files/'))) continue
    const added = await eventRows(lake, snapshot, adds, context)
    const taken = gone.length === 0 ? 0n : await rowsTaken(lake, table, commit, context)
    if (!isOurs(commit)) sums.foreign += added - taken
    else if (operation === 'RESTORE') {
      sums.removed += taken
      sums.restored += added
    } else sums.removed += taken - added
  }
  const there = ({ path }: AddFile) => snapshot.files.has(path)
  // rows that a compaction has taken up since stand in its files
  const news = brought.every(there) ? brought : [...brought, ...moved].filter(there)
  return { version, ...sums, lost, news }
}

/** How many rows of some files no file of a source has brought: by their statistics, else by counting. */
export async function eventRows(
  lake: Lake,
  snapshot: Snapshot,
  files: Iterable<AddFile>,
  context: Context,
): Promise<bigint> {
  const hasFiles = snapshot.columns.some(({ name }) => name === fileColumn)
  const silent = new Map<string, AddFile>()
  let rows = 0n
  for (const file of files) {
    const told = toldRows(file, hasFiles)
    if (told === undefined) silent.set(file.path, file)
    else rows += BigInt(told)
  }
  if (silent.size === 0) return rows
  const query = sql`SELECT count(*) FROM t WHERE ${raw(hasFiles ? `${fileColumn} IS NULL` : 'true')}`
  const from = { t: relationOf(lake, { ...snapshot, files: silent }) }
  const [row] = await collect(await lake.engine.run({ sql: query.text, from }, context))
  return rows + BigInt(String(row?.[0]))
}

function toldRows({ stats }: AddFile, hasFiles: boolean): number | undefined {
  const parsed = parseStatistics(stats)
  const count = hasFiles ? (parsed?.nullCount as Record<string, unknown> | undefined)?.[fileColumn] : parsed?.numRecords
  return Number.isSafeInteger(count) ? (count as number) : undefined
}

/** The rows of the files that a commit has removed, as they were before it. */
async function rowsTaken(lake: Lake, table: string, { version, gone }: Commit, context: Context): Promise<bigint> {
  const before = await readSnapshot(lake, table, { version: version - 1 }, context)
  return eventRows(
    lake,
    before,
    gone.flatMap((path) => before.files.get(path) ?? []),
    context,
  )
}

/** A removal, a restore, a rewrite; rows that a script has written with the library are foreign. */
function isOurs({ engine, operation }: Commit): boolean {
  return engine === 'Millrace' && operation !== 'WRITE'
}
