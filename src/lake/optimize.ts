import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import { sql } from '../sql/text.ts'
import type { AddFile } from './actions.ts'
import { removeOf } from './change.ts'
import type { Lake } from './lake.ts'
import { settle } from './settle.ts'
import { readSnapshot, refreshSnapshot, type Snapshot } from './snapshot.ts'
import { commitStaged, stage, targetFileBytes } from './stage.ts'
import { commonTags } from './write/copy-on-write.ts'
import { countRows, rowsOf } from './write/rows-of.ts'

/** Small files of one partition that become one. */
export interface Bin {
  readonly partition: Readonly<Record<string, string | null>>
  readonly paths: readonly string[]
  readonly sizeBytes: number
}

/** Which files a compaction would put together: shown before it is done, and exactly that is done. */
export interface OptimizePlan {
  readonly table: string
  /** The version that it was decided on. */
  readonly version: number
  readonly targetBytes: number
  readonly bins: readonly Bin[]
  readonly filesBefore: number
  readonly filesAfter: number
  readonly bytesRewritten: number
}

export interface OptimizeOutcome {
  readonly snapshot: Snapshot
  readonly filesRemoved: number
  readonly filesAdded: number
  /** Bins of which another writer has taken a file away in the meantime. */
  readonly binsSkipped: number
}

/** Bytes and partitions that one commit of a compaction takes in: what is lost when it comes second. */
const batchBytes = 1024 * 1024 * 1024
const batchBins = 50

/** How often a batch is tried when other writers take files of it away. */
const attempts = 3

/**
 * Puts small files together, by partition, towards `targetBytes`: those of less than half of it, as many as fit, and
 * none alone. A table that was optimized gives an empty plan. TABLE_NOT_FOUND.
 */
export async function planOptimize(
  lake: Lake,
  table: string,
  options: { readonly targetBytes?: number },
  context: Context,
): Promise<OptimizePlan> {
  const snapshot = await readSnapshot(lake, table, {}, context)
  const targetBytes = options.targetBytes ?? targetFileBytes
  const bins = binsOf(snapshot, targetBytes)
  const inBins = bins.reduce((sum, bin) => sum + bin.paths.length, 0)
  return Object.freeze({
    table,
    version: snapshot.version,
    targetBytes,
    bins,
    filesBefore: snapshot.files.size,
    filesAfter: snapshot.files.size - inBins + bins.length,
    bytesRewritten: bins.reduce((sum, bin) => sum + bin.sizeBytes, 0),
  })
}

function binsOf({ files, partitionColumns }: Snapshot, targetBytes: number): readonly Bin[] {
  const small = [...files.values()].filter((file) => file.size < targetBytes / 2)
  const partitions = Map.groupBy(small, ({ partitionValues }) =>
    JSON.stringify(partitionColumns.map((column) => partitionValues[column] || null)),
  )
  return [...partitions.values()].flatMap((group) => fill(group, targetBytes)).filter((bin) => bin.paths.length > 1)
}

/** Files in the order of their writing, so that rows that came together stay together. */
function fill(files: readonly AddFile[], targetBytes: number): Bin[] {
  const bins: { partition: AddFile['partitionValues']; paths: string[]; sizeBytes: number }[] = []
  for (const file of files.toSorted((a, b) => a.modificationTime - b.modificationTime)) {
    const last = bins.at(-1)
    if (last && last.sizeBytes + file.size <= targetBytes) {
      last.paths.push(file.path)
      last.sizeBytes += file.size
    } else bins.push({ partition: file.partitionValues, paths: [file.path], sizeBytes: file.size })
  }
  return bins
}

/**
 * Does what the plan says, a few bins a commit, each with `dataChange` false: no reader sees a difference and no append
 * is in its way. It lets every other writer of this process go first, and leaves out what others have changed.
 */
export async function applyOptimize(lake: Lake, plan: OptimizePlan, context: Context): Promise<OptimizeOutcome> {
  let snapshot = await readSnapshot(lake, plan.table, {}, context)
  let filesRemoved = 0
  let filesAdded = 0
  let binsSkipped = 0
  const batches = batchesOf(plan.bins)
  if (batches.length === 0) await settle(lake, snapshot, context)
  for (const [at, batch] of batches.entries()) {
    context.signal.throwIfAborted()
    context.emit({
      kind: 'pulse',
      type: 'task.progress',
      task: `optimize ${plan.table}`,
      done: at,
      total: batches.length,
      unit: 'files',
    })
    const done = await rewrite(lake, snapshot, batch, plan.targetBytes, context)
    snapshot = done.snapshot
    filesRemoved += done.filesRemoved
    filesAdded += done.filesAdded
    binsSkipped += done.binsSkipped
  }
  return { snapshot, filesRemoved, filesAdded, binsSkipped }
}

/** No two bins of one partition in a batch: its rows would end in one file. */
function batchesOf(bins: readonly Bin[]): readonly (readonly Bin[])[] {
  const batches: { bins: Bin[]; sizeBytes: number; partitions: Set<string> }[] = []
  for (const bin of bins) {
    const partition = JSON.stringify(bin.partition)
    const fits = batches.find(
      (batch) =>
        !batch.partitions.has(partition) &&
        batch.bins.length < batchBins &&
        batch.sizeBytes + bin.sizeBytes <= batchBytes,
    )
    if (fits) {
      fits.bins.push(bin)
      fits.sizeBytes += bin.sizeBytes
      fits.partitions.add(partition)
    } else batches.push({ bins: [bin], sizeBytes: bin.sizeBytes, partitions: new Set([partition]) })
  }
  return batches.map((batch) => batch.bins)
}

async function rewrite(
  lake: Lake,
  before: Snapshot,
  batch: readonly Bin[],
  targetBytes: number,
  context: Context,
): Promise<OptimizeOutcome> {
  let snapshot = before
  for (let attempt = 1; ; attempt++) {
    snapshot = await refreshSnapshot(lake, snapshot, context)
    const live = batch.filter((bin) => bin.paths.every((path) => snapshot.files.has(path)))
    const files = live.flatMap((bin) => bin.paths.map((path) => snapshot.files.get(path) as AddFile))
    const binsSkipped = batch.length - live.length
    if (live.length === 0) return { snapshot, filesRemoved: 0, filesAdded: 0, binsSkipped }
    try {
      const { after, added } = await compact(lake, snapshot, files, targetBytes, context)
      return { snapshot: after, filesRemoved: files.length, filesAdded: added, binsSkipped }
    } catch (error) {
      if (!isError(error, 'COMMIT_CONFLICT')) throw error
      if (attempt === attempts) return { snapshot, filesRemoved: 0, filesAdded: 0, binsSkipped: batch.length }
    }
  }
}

async function compact(
  lake: Lake,
  snapshot: Snapshot,
  files: readonly AddFile[],
  targetBytes: number,
  context: Context,
): Promise<{ readonly after: Snapshot; readonly added: number }> {
  const query = { sql: sql`SELECT * FROM target`.text, from: { target: rowsOf(lake, snapshot, files) } }
  const { adds } = await stage(lake, snapshot, query, context, {
    fileBytes: targetBytes,
    dataChange: false,
    tags: commonTags(files),
    partitionLimit: Number.POSITIVE_INFINITY,
    expectedRows: await countRows(lake, snapshot, files, context),
  })
  const now = context.now()
  const change = {
    operation: 'OPTIMIZE',
    parameters: { targetSize: targetBytes },
    adds,
    removes: files.map((file) => removeOf(file, now, false)),
    txns: [],
    reads: { files: new Set(files.map((file) => file.path)), couldHold: () => false },
  }
  const commits = () => commitStaged(lake, snapshot, change, adds, context)
  return { after: await lake.queue.run(snapshot.table, commits, 'upkeep'), added: adds.length }
}
