import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { sql, value } from '../sql/text.ts'
import type { Disk } from '../storage/disk.ts'
import { type LogCounters, type LogView, noCounters, type RecordKind } from './log.ts'
import { logsOf, readOf } from './read-logs.ts'
import { readRecords } from './records.ts'
import { type LoggedMend, type Mend, type RejectState, rejectId, supersedes } from './reject-state.ts'
import { keptRecords, streamRejects } from './rejects.ts'
import { eventRows, flushedOf, rowAccount } from './row-account.ts'

/**
 * The account of one stream at one moment. What its log counted when it took a body, and what is in the log, the table and
 * the rejects, were counted apart: `open` says where they differ.
 */
export interface StreamAccount {
  readonly log: string
  /** As the newest trailer of the log has them. */
  readonly counters: LogCounters
  /** Offsets: those that the table has read, and all. */
  readonly read: bigint
  readonly next: bigint
  /** Of what was read. */
  readonly stored: bigint
  readonly lateDuplicates: bigint
  readonly rejectedByRule: bigint
  /** Events that were not read yet, counted in the log. */
  readonly pending: bigint
  readonly rejects: Readonly<Record<RejectState, bigint>>
  /** Rows of the table that no file of a source has brought, those of other logs among them. */
  readonly rows: {
    readonly stored: bigint
    readonly removed: bigint
    readonly restored: bigint
    readonly foreign: bigint
    readonly inTable: bigint
  }
  /** What does not add up, in words. */
  readonly open: readonly string[]
}

/** A log as it is at the moment of the call; undefined where the stream has none. */
export type ViewLog = () => Promise<LogView | undefined>

/** How often a log that is freed while it is read is read again. */
const attempts = 5

/**
 * Holds a stream's log against its table and its rejects: the version of the table first, then the log, which has all that
 * this version has not read. undefined where nothing was ever sent.
 */
export async function streamLedger(
  lake: Lake,
  table: string,
  { disk, view }: { readonly disk: Disk; readonly view: ViewLog },
  context: Context,
): Promise<StreamAccount | undefined> {
  for (let attempt = 1; ; attempt++) {
    const snapshot = await readSnapshot(lake, table, {}, context)
    const log = (await view()) ?? logsOf(snapshot).map(goneLog)[0]
    if (!log) return undefined
    const { id, next, counters } = log
    const read = readOf(snapshot, id) + 1n
    // a later version may have freed what this one has not read, or a log that was looked at earlier has grown since
    const whole = next >= read && (log.ranges(read)[0]?.first ?? next) <= read
    const beyond = whole ? await recordsBeyond(disk, log, read).catch(unlessGone) : undefined
    if (beyond || attempt === attempts)
      return accountOf(lake, snapshot, { id, next, counters, read }, beyond ?? nothing, context)
  }
}

/** undefined for a segment that was freed while it was read. */
function unlessGone(error: unknown): undefined {
  if (!isError(error, 'OBJECT_NOT_FOUND')) throw error
}

/** What a log has that the table has not read. */
interface Beyond {
  readonly counts: Readonly<Record<RecordKind, bigint>>
  readonly rejects: readonly { readonly offset: bigint; readonly event: string | undefined }[]
  /** And what rejects say of those before them. */
  readonly mends: readonly LoggedMend[]
}

const nothing: Beyond = { counts: { event: 0n, reject: 0n, mend: 0n, position: 0n }, rejects: [], mends: [] }

async function recordsBeyond(disk: Disk, log: Pick<LogView, 'ranges' | 'next'>, read: bigint): Promise<Beyond> {
  const counts = { ...nothing.counts }
  const rejects: Beyond['rejects'][number][] = []
  const mends: LoggedMend[] = []
  for await (const records of readRecords(disk, log.ranges(read), read))
    for (const { offset, kind, payload } of records) {
      counts[kind]++
      if (kind === 'reject') {
        const event = idIn(payload)
        rejects.push({ offset, event })
        if (event !== undefined) mends.push({ offset, text: JSON.stringify(supersedes(event)) })
      }
      if (kind === 'mend') mends.push({ offset, text: Buffer.from(payload).toString() })
    }
  return { counts, rejects, mends }
}

/** What `ingest` has written: the id of a refused event, where it has one. */
function idIn(payload: Uint8Array): string | undefined {
  return (JSON.parse(Buffer.from(payload).toString()) as { readonly id?: string }).id
}

interface Position {
  readonly id: string
  readonly next: bigint
  readonly counters: LogCounters
  readonly read: bigint
}

async function accountOf(
  lake: Lake,
  snapshot: Snapshot,
  { id, next, counters, read }: Position,
  beyond: Beyond,
  context: Context,
): Promise<StreamAccount> {
  const kept = await keptCounts(lake, snapshot, id, context)
  const { stored, rejected, late } = flushedOf(snapshot, id)
  const { removed, restored, foreign, lost } = await rowAccount(lake, snapshot, context)
  const allStored = logsOf(snapshot).reduce((sum, log) => sum + flushedOf(snapshot, log).stored, 0n)
  const account = {
    log: id,
    counters,
    read,
    next,
    stored,
    lateDuplicates: late,
    rejectedByRule: rejected,
    pending: beyond.counts.event,
    rejects: await statesOf(lake, snapshot, id, beyond, context),
    rows: {
      stored: allStored,
      removed,
      restored,
      foreign,
      inTable: await eventRows(lake, snapshot, snapshot.files.values(), context),
    },
  }
  const gone = lost > 0 ? [`${lost} commits are no longer in the log of the table, and may have changed its rows`] : []
  return { ...account, open: [...faults(account, kept, beyond.counts), ...gone] }
}

/** What does not add up: each line is of two numbers that were counted apart. */
function faults(
  { counters, read, next, stored, lateDuplicates, rejectedByRule, rejects, rows }: Omit<StreamAccount, 'open'>,
  kept: Beyond['counts'],
  beyond: Beyond['counts'],
): string[] {
  const { received, accepted, duplicates, rejected, mended, mends, positions } = counters
  const states = rejects.open + rejects.mended + rejects.superseded + rejects.discarded
  const refused = kept.reject + beyond.reject
  const held: readonly (readonly [string, number | bigint, string, number | bigint])[] = [
    ['received', received, 'accepted, duplicate or rejected', accepted + duplicates + rejected],
    ['offsets', next, 'records counted', accepted + rejected + mended + mends + positions],
    [
      'offsets read',
      read,
      'rows, rejects, late duplicates and positions',
      stored + lateDuplicates + kept.event + kept.reject + kept.mend + kept.position,
    ],
    [
      'accepted or mended',
      accepted + mended,
      'stored, rejected by rule, late or pending',
      stored + rejectedByRule + lateDuplicates + beyond.event,
    ],
    ['rejected by rule', rejectedByRule, 'kept', kept.event],
    ['rejected when they came', rejected, 'kept', refused],
    ['mends counted', mends, 'kept', kept.mend + beyond.mend],
    ['positions counted', positions, 'kept', kept.position + beyond.position],
    ['rejects', kept.event + refused, 'open, mended, superseded or discarded', states],
    [
      'rows stored, less removed, and foreign',
      rows.stored - rows.removed + rows.restored + rows.foreign,
      'in the table',
      rows.inTable,
    ],
  ]
  return held.flatMap(([left, a, right, b]) => (BigInt(a) === BigInt(b) ? [] : [`${a} ${left}, ${b} ${right}`]))
}

async function keptCounts(lake: Lake, snapshot: Snapshot, log: string, context: Context): Promise<Beyond['counts']> {
  const counts = { ...nothing.counts }
  const records = await keptRecords(lake, snapshot, context)
  if (!records) return counts
  const query = sql`SELECT kind, count(*) FROM records WHERE log = ${value(log)} GROUP BY kind`
  for (const [kind, count] of await collect(await lake.engine.run({ sql: query.text, from: { records } }, context)))
    counts[kind as RecordKind] = BigInt(String(count))
  return counts
}

async function statesOf(lake: Lake, snapshot: Snapshot, log: string, beyond: Beyond, context: Context) {
  const states = { open: 0n, mended: 0n, superseded: 0n, discarded: 0n }
  const rejects = await streamRejects(lake, snapshot, { log, beyond: beyond.mends }, context)
  if (rejects) {
    const query = sql`SELECT state, count(*) FROM rejects WHERE log = ${value(log)} GROUP BY state`
    for (const [state, count] of await collect(await lake.engine.run({ sql: query.text, from: { rejects } }, context)))
      states[state as RejectState] = BigInt(String(count))
  }
  const mends = beyond.mends.map(({ offset, text }) => ({ ...(JSON.parse(text) as Mend), offset }))
  const named = new Map(mends.toReversed().map(({ reject, state }) => [reject, state]))
  const latest = new Map(mends.map(({ event, back = 0, offset }) => [event, offset - BigInt(back)]))
  for (const { offset, event } of beyond.rejects) {
    const came = event !== undefined && (latest.get(event) ?? -1n) > offset
    const told = mends.length > 0 ? named.get(rejectId(log, offset)) : undefined
    states[told ?? (came ? 'superseded' : 'open')]++
  }
  return states
}

function goneLog(id: string): LogView {
  return { id, next: 0n, counters: noCounters, ranges: () => [] }
}
