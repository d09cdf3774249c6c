import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../core/context.ts'
import type { Lake } from '../lake/lake.ts'
import { settle } from '../lake/settle.ts'
import { readSnapshot, type Snapshot, tableExists } from '../lake/snapshot.ts'
import { diskError } from '../storage/disk.ts'
import type { IdIndex } from '../streams/dedupe.ts'
import { foldBatches } from './deliveries/folds.ts'
import { readDeliveries } from './deliveries.ts'
import { tryBatch } from './load/batch.ts'
import { batchFiles, decideFiles, type PlannedFile, type WorkFile } from './load/plan.ts'
import type { FileOutcome, LoadSource } from './load-source.ts'

/** What a load would do, and then does. */
export interface LoadPlan {
  readonly source: LoadSource
  /** Every file that was found, in the order of their paths. */
  readonly files: readonly PlannedFile[]
  /** What each commit loads. */
  readonly batches: readonly (readonly WorkFile[])[]
  readonly sizeBytes: number
}

/** Finds the files of a source and decides what is done with each. Nothing is changed. */
export async function planLoad(lake: Lake, source: LoadSource, context: Context): Promise<LoadPlan> {
  const found = await source.reader.find(context)
  const snapshot = await snapshotOf(lake, source.table, context)
  const deliveries = snapshot ? await readDeliveries(lake, snapshot, context) : []
  const files = await decideFiles(source, found, deliveries, context)
  const work = files.filter((file): file is WorkFile => file.action !== 'skip' && file.action !== 'refuse')
  const sizeBytes = work.reduce((sum, { file }) => sum + file.sizeBytes, 0)
  return Object.freeze({ source, files, batches: batchFiles(work), sizeBytes })
}

export interface LoadOptions {
  readonly tempFolder: string
  /** The index of the stream's ids, where the table is a stream's; without it ids are looked for in the table. */
  readonly ids?: IdIndex
}

/**
 * Carries out a plan, one commit a batch. A file that cannot be loaded is refused by itself, with the reason; what else
 * fails stops the load, and what was committed before stays.
 */
export async function applyLoad(
  lake: Lake,
  plan: LoadPlan,
  options: LoadOptions,
  context: Context,
): Promise<readonly FileOutcome[]> {
  // what is skipped as loaded rests on commits whose writer may have been killed before they were durable
  const snapshot = await snapshotOf(lake, plan.source.table, context)
  if (snapshot) {
    await settle(lake, snapshot, context)
    await foldBatches(lake, snapshot, context)
  }
  const outcomes = new Map<string, FileOutcome>()
  for (const planned of plan.files) {
    const { path } = planned.file
    if (planned.action === 'skip') {
      const { reason, sameAs, restore } = planned
      outcomes.set(path, { path, outcome: 'skipped', reason, sameAs, restore })
    } else if (planned.action === 'refuse') outcomes.set(path, { path, outcome: 'refused', error: planned.error })
  }
  for (const batch of plan.batches) {
    context.signal.throwIfAborted()
    for (const outcome of await loadBatch(lake, plan.source, batch, options, context))
      outcomes.set(outcome.path, outcome)
  }
  return plan.files.flatMap(({ file }) => outcomes.get(file.path) ?? [])
}

async function snapshotOf(lake: Lake, table: string, context: Context): Promise<Snapshot | undefined> {
  return (await tableExists(lake, table, context)) ? readSnapshot(lake, table, {}, context) : undefined
}

/** Loads files in one commit; those that cannot be are left out, and the others tried without them. */
async function loadBatch(
  lake: Lake,
  source: LoadSource,
  planned: readonly WorkFile[],
  { tempFolder, ids }: LoadOptions,
  context: Context,
): Promise<readonly FileOutcome[]> {
  const outcomes: FileOutcome[] = []
  let files = planned
  while (files.length > 0) {
    const attempt = await inTempFolder(tempFolder, (folder) =>
      tryBatch(lake, source, files, { folder, ...(ids && { ids }) }, context),
    )
    outcomes.push(...attempt.outcomes)
    files = attempt.again
  }
  return outcomes
}

/** Gives `work` a folder for its time; that its disk is full is told as such. */
async function inTempFolder<Result>(parent: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(parent, 'load-'))
    try {
      return await work(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  } catch (error) {
    throw diskError(error, 'write', parent)
  }
}
