import { isDeepStrictEqual } from 'node:util'
import { partitionColumns, tableColumns } from '../../contract/contract.ts'
import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import type { Change } from '../../lake/change.ts'
import { createTable } from '../../lake/create.ts'
import { type StagedDelete, stageDelete } from '../../lake/delete.ts'
import type { Lake } from '../../lake/lake.ts'
import { readSnapshot, type Snapshot, tableExists } from '../../lake/snapshot.ts'
import { commitStaged, unstage } from '../../lake/stage.ts'
import { join, sql, value } from '../../sql/text.ts'
import type { IdIndex } from '../../streams/dedupe.ts'
import { appIdOf, type Batch, batchesOf, type Delivery, writeIntent } from '../deliveries/batch-file.ts'
import { keyOf } from '../deliveries/holding.ts'
import { type RecordedDelivery, readDeliveries } from '../deliveries.ts'
import type { FileOutcome, LoadSource } from '../load-source.ts'
import { commitRejects } from '../rejects.ts'
import { IdClaim } from './claim.ts'
import { bringsIds } from './ids.ts'
import { type Known, knownAmong, skipOf } from './known.ts'
import type { WorkFile } from './plan.ts'
import { type BatchRows, type ReadFile, readBatch, takeIds } from './read-batch.ts'

export interface Attempt {
  readonly outcomes: readonly FileOutcome[]
  /** Files that are to be tried again, without those that `outcomes` refuses. */
  readonly again: readonly WorkFile[]
}

/**
 * Loads files in one commit: intent, rejects, then the table with its `txn`. Killed anywhere, the table is as before or as
 * after, and the next load does what is missing.
 */
export async function tryBatch(
  lake: Lake,
  source: LoadSource,
  files: readonly WorkFile[],
  { folder, ids }: { readonly folder: string; readonly ids?: IdIndex },
  context: Context,
): Promise<Attempt> {
  const { table, rules } = source
  const base = await tableOf(lake, source, context)
  const n = (batchesOf(base).find((last) => last.source === source.name)?.n ?? 0) + 1
  const reading = files.filter((file) => !(file.action === 'replace' && file.sameAs !== undefined))
  const toRead = reading.map((file) => ({ file: file.file, ...(file.action === 'append' && { after: file.after }) }))
  const leaving = files.flatMap((file) => (file.action === 'replace' ? file.old.map(({ path }) => path) : []))
  await using claim = ids && new IdClaim({ lake, table, contract: rules.contract, index: ids, folder })
  const batch = { source: source.name, n, files: toRead, folder, leaving, ...(claim && { claim }) }
  let rows: BatchRows
  try {
    rows = await readBatch(lake, base, source.reader, rules, batch, context)
  } catch (error) {
    return refuseUnreadable(files, error)
  }
  using rejects = rows.rejects
  let removal: StagedDelete | undefined
  // from then on the files may be of a version: only a commit that was refused for certain takes them away
  let committing = false
  const discard = (): Promise<void> => unstage(lake, table, [...rows.adds, ...(removal?.adds ?? [])])
  try {
    const known = await knownContents(lake, base, files, context)
    const refuse = async (): Promise<Attempt | undefined> => {
      const judged = await judgeFiles(source, reading, rows, new Map(known))
      if (judged.length === 0) return undefined
      await discard()
      const out = new Set(judged.map(({ path }) => path))
      return { outcomes: judged, again: files.filter(({ file }) => !out.has(file.path)) }
    }
    const refused = await refuse()
    if (refused) return refused
    const replaced = files.flatMap((file) => (file.action === 'replace' ? file.old : []))
    if (replaced.length > 0) removal = await stageDelete(lake, base, { sql: rowsOfFiles(replaced) }, context)
    const deliver = async (on: Snapshot): Promise<Attempt> => {
      const deliveries = reading.map((file, index) => deliveryOf(file, rows.files[index] as ReadFile))
      const replaces = replaced.map(({ source: from, batch: old, path, stored }) => ({
        source: from,
        batch: old,
        path,
        rows: stored,
      }))
      const intent: Batch = { loadedAt: new Date(context.now()).toISOString(), deliveries, replaces }
      await writeIntent(lake, table, source.name, n, intent, context)
      rejects.flush()
      const file = rejects.isEmpty ? undefined : rejects.path
      await commitRejects(lake, { table, source: source.name, n, ...(file !== undefined && { file }) }, context)
      const change: Change = {
        operation: 'WRITE',
        parameters: { mode: removal ? 'Overwrite' : 'Append', source: source.name, batch: n, files: deliveries.length },
        adds: [...(removal?.adds ?? []), ...rows.adds],
        removes: removal?.removes ?? [],
        txns: [{ appId: appIdOf(source.name), version: BigInt(n), lastUpdated: context.now() }],
        // ids were compared with all rows of the table: no other may have come since
        reads: bringsIds(rows.adds, rules.contract) ? 'everything' : (removal?.reads ?? 'nothing'),
        ...(claim && { isolation: 'Serializable', info: claim.info }),
      }
      committing = true
      const made = await commitClaimed(claim, () => commitStaged(lake, on, change, change.adds, context))
      await claim?.made(made.version)
      return { outcomes: report(source, files, deliveries, rows, context), again: [] }
    }
    return await lake.queue.run(table, async () => {
      if (!claim) return deliver(base)
      const on = await newestFor(lake, base, { source: source.name, ids: claim.index, removal }, context)
      rows = await takeIds(lake, base, source, { ...batch, claim }, rows, context)
      return (await refuse()) ?? deliver(on)
    })
  } catch (error) {
    if (!committing) await discard()
    if (isError(error, 'COMMIT_CONFLICT')) return { outcomes: [], again: files }
    throw error
  }
}

/** Of a commit that may have been made the index asks the table. */
async function commitClaimed(claim: IdClaim | undefined, commit: () => Promise<Snapshot>): Promise<Snapshot> {
  try {
    return await commit()
  } catch (error) {
    if (isError(error, 'COMMIT_UNKNOWN')) await claim?.made(undefined)
    throw error
  }
}

/**
 * The newest version, whose ids the index knows all, as the base of what was decided on an older one. COMMIT_CONFLICT where
 * that does not hold for it.
 */
async function newestFor(
  lake: Lake,
  base: Snapshot,
  {
    source,
    ids,
    removal,
  }: { readonly source: string; readonly ids: IdIndex; readonly removal: StagedDelete | undefined },
  context: Context,
): Promise<Snapshot> {
  await ids.follow()
  const { table } = base
  const now = await readSnapshot(lake, table, {}, context)
  const others: [boolean, string][] = [
    [!isDeepStrictEqual([now.metadata, now.protocol], [base.metadata, base.protocol]), 'the table was changed'],
    [now.txns.get(appIdOf(source)) !== base.txns.get(appIdOf(source)), `others have loaded files of \`${source}\``],
    [removal?.removes.some(({ path }) => !now.files.has(path)) ?? false, 'files that are replaced have been removed'],
  ]
  const [, reason] = others.find(([changed]) => changed) ?? []
  if (reason === undefined) return now
  throw new MillraceError('COMMIT_CONFLICT', { table, operation: 'WRITE', version: now.version, reason })
}

/** The table; made where it is not there yet. */
async function tableOf(lake: Lake, { table, rules }: LoadSource, context: Context): Promise<Snapshot> {
  if (await tableExists(lake, table, context)) return readSnapshot(lake, table, {}, context)
  const { contract } = rules
  const spec = { columns: tableColumns(contract), partitionBy: partitionColumns(contract) }
  return createTable(lake, table, spec, context)
}

/** A file that cannot be read is refused by itself. */
function refuseUnreadable(files: readonly WorkFile[], error: unknown): Attempt {
  const codes = [
    'FILE_UNREADABLE',
    'DOCUMENT_TOO_LARGE',
    'FILE_NOT_FOUND',
    'PERMISSION_DENIED',
    'PATH_UNMATCHED',
  ] as const
  if (!(error instanceof MillraceError) || !codes.some((code) => isError(error, code))) throw error
  const { path } = error.fields
  const culprit = files.find(({ file }) => file.path === path || file.absolute === path)
  if (!culprit) throw error
  return {
    outcomes: [{ path: culprit.file.path, outcome: 'refused', error }],
    again: files.filter((file) => file !== culprit),
  }
}

/** Contents that were loaded, and are not about to leave in this batch: digest → what says that they were. */
async function knownContents(lake: Lake, base: Snapshot, files: readonly WorkFile[], context: Context): Promise<Known> {
  const nameOf = ({ source, batch, path }: RecordedDelivery) => keyOf(source, batch, path)
  const leaving = new Set(files.flatMap((file) => (file.action === 'replace' ? file.old.map(nameOf) : [])))
  const deliveries = await readDeliveries(lake, base, context)
  return knownAmong(deliveries.filter((delivery) => !leaving.has(nameOf(delivery))))
}

/** What keeps files of a batch from being loaded, now that they have been read. */
async function judgeFiles(
  source: LoadSource,
  files: readonly WorkFile[],
  rows: BatchRows,
  known: Known,
): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = []
  for (const [index, planned] of files.entries()) {
    const read = rows.files[index] as ReadFile
    const { path } = planned.file
    const same = known.get(read.content.digest)
    const error = await faultOf(source, planned, read, rows)
    if (error) outcomes.push({ path, outcome: 'refused', error })
    else if (same && same.path !== path) outcomes.push({ path, outcome: 'skipped', ...skipOf(same, 'known') })
    else known.set(read.content.digest, { path, held: true })
  }
  return outcomes
}

async function faultOf(
  { reader, maxRejects }: LoadSource,
  planned: WorkFile,
  { content, counts, rejected }: ReadFile,
  rows: BatchRows,
): Promise<MillraceError | undefined> {
  const { path } = planned.file
  const changed = planned.digest !== undefined && planned.digest !== content.digest
  if (changed || !(await reader.unchanged(planned.file))) return new MillraceError('FILE_CHANGING', { path })
  const records = counts.records + counts.rejected
  const refused = rejected + counts.rejected
  if (refused > records * maxRejects) {
    const { first } = rows.rejects.of(path)
    const limit = `${Number((maxRejects * 100).toFixed(2))}%`
    const place = first ? `line ${first.line}: ${first.column ? `${first.column}: ` : ''}${first.message}` : ''
    return new MillraceError('REJECTS_OVER_LIMIT', { path, rejected: refused, records, limit, first: place })
  }
  return undefined
}

/** The ledger of one file. LEDGER_OPEN when what was counted apart does not add up. */
function deliveryOf(planned: WorkFile, read: ReadFile): Delivery {
  const { path, stamp } = planned.file
  const { content, counts, stored, rejected, duplicate, elsewhere } = read
  const { digest, contentBytes, lines, endsLine } = content
  const after = planned.action === 'append' ? planned.after : undefined
  const accounted = counts.header + counts.blank + counts.records + counts.continuation + counts.rejected
  const before = after?.lines ?? 0
  if (before + accounted !== lines)
    throw new MillraceError('LEDGER_OPEN', {
      path,
      reason: `${lines} lines, of which ${before + accounted} are accounted for`,
    })
  if (stored + rejected + duplicate + elsewhere !== counts.records) {
    const reason = `${counts.records} records, but ${stored} stored, ${rejected} rejected, ${duplicate} duplicate, ${elsewhere} elsewhere`
    throw new MillraceError('LEDGER_OPEN', { path, reason })
  }
  return {
    path,
    digest,
    contentBytes,
    lines,
    endsLine,
    stamp,
    ...(after && { after }),
    counts,
    stored,
    duplicate,
    rejected,
    elsewhere,
  }
}

function report(
  source: LoadSource,
  files: readonly WorkFile[],
  deliveries: readonly Delivery[],
  rows: BatchRows,
  context: Context,
): FileOutcome[] {
  for (const { path, stored, duplicate, rejected, counts } of deliveries)
    context.emit({
      kind: 'fact',
      type: 'file.loaded',
      source: source.name,
      path,
      stored,
      duplicate,
      rejected: rejected + counts.rejected,
    })
  const loaded = deliveries.map((delivery, index): FileOutcome => {
    const { missing, undeclared } = rows.files[index] as ReadFile
    return { path: delivery.path, outcome: 'loaded', delivery, drift: { missing, undeclared } }
  })
  const removed = files.flatMap((file): FileOutcome[] =>
    file.action === 'replace' && file.sameAs !== undefined
      ? [{ path: file.file.path, outcome: 'removed', sameAs: file.sameAs }]
      : [],
  )
  return [...loaded, ...removed]
}

function rowsOfFiles(deliveries: readonly RecordedDelivery[]): string {
  const paths = [...new Set(deliveries.map(({ path }) => path))]
  return sql`_file IN (${join(paths.map(value))})`.text
}
