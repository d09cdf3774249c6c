import { z } from 'zod'
import type { Context } from '../../core/context.ts'
import { isError } from '../../core/errors.ts'
import { mapLimit } from '../../core/map-limit.ts'
import type { Lake } from '../../lake/lake.ts'
import type { Snapshot } from '../../lake/snapshot.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from '../../storage/own-file.ts'
import { type Batch, batchesOf, batchPath, batchSchema, type NumberedBatch, readBatch } from './batch-file.ts'

/** Batches from `first` to `last`, whose numbers say how many they are: 1, `width` or `width` times `width`. */
interface Range {
  readonly source: string
  readonly first: number
  readonly last: number
}

/** How many batches, and how many folds of those, are put into one file. */
const width = 64

const foldSchema = z.object({
  /** The id of the table: one that was dropped and made again does not take it for its own. */
  table: z.string(),
  batches: z.array(batchSchema).readonly(),
})

type Fold = Readonly<z.infer<typeof foldSchema>>

/** The same as the batch files of a range, which stay: they can be deleted, and are then written again. */
const foldFile: OwnFileKind<Fold> = { format: 1, content: foldSchema }

/** The batches that a version of a table holds, by source and number, from few files. LEDGER_LOST. */
export async function readBatches(lake: Lake, snapshot: Snapshot, context: Context): Promise<readonly NumberedBatch[]> {
  const ranges = batchesOf(snapshot).flatMap(({ source, n }) => rangesUpTo(source, n))
  return (await mapLimit(ranges, 16, (range) => readRange(lake, snapshot, range, context))).flat()
}

/**
 * Writes the folds that reading this version would have liked to find. The version must be settled: a fold tells of
 * batches as committed, and no later attempt at one of them may come.
 */
export async function foldBatches(lake: Lake, snapshot: Snapshot, context: Context): Promise<void> {
  for (const { source, n } of batchesOf(snapshot))
    for (const range of rangesUpTo(source, n).toReversed()) {
      if (range.first === range.last) continue
      // the older ones were written before it
      if (await readFold(lake, snapshot, range, context)) break
      const batches = await readRange(lake, snapshot, range, context)
      const fold = { table: snapshot.metadata.id, batches: batches.map(({ batch }) => batch) }
      await writeOwnFile(lake.store, foldPath(snapshot.table, range), foldFile, fold, { signal: context.signal })
    }
}

/** The numbers up to `n` in ranges as wide as they can be, oldest first. */
function rangesUpTo(source: string, n: number): readonly Range[] {
  const ranges: Range[] = []
  for (let first = 1; first <= n; ) {
    const fits = [width * width, width].find((size) => (first - 1) % size === 0 && first + size - 1 <= n)
    const last = first + (fits ?? 1) - 1
    ranges.push({ source, first, last })
    first = last + 1
  }
  return ranges
}

async function readRange(
  lake: Lake,
  snapshot: Snapshot,
  range: Range,
  context: Context,
): Promise<readonly NumberedBatch[]> {
  const { source, first, last } = range
  if (first === last)
    return [{ source, n: first, batch: await readBatch(lake, snapshot.table, source, first, context) }]
  const fold = await readFold(lake, snapshot, range, context)
  if (fold) return fold.map((batch, at) => ({ source, n: first + at, batch }))
  const part = (last - first + 1) / width
  const parts = Array.from({ length: width }, (_, at) => ({
    source,
    first: first + at * part,
    last: first + (at + 1) * part - 1,
  }))
  return (await mapLimit(parts, 16, (each) => readRange(lake, snapshot, each, context))).flat()
}

/** Undefined where there is none for this table: what it would say is then read from the batches themselves. */
async function readFold(
  { store }: Lake,
  { table, metadata }: Snapshot,
  range: Range,
  context: Context,
): Promise<readonly Batch[] | undefined> {
  try {
    const fold = await readOwnFile(store, foldPath(table, range), foldFile, context.signal)
    const whole = fold?.table === metadata.id && fold.batches.length === range.last - range.first + 1
    return whole ? fold.batches : undefined
  } catch (error) {
    if (isError(error, 'FILE_DAMAGED')) return undefined
    throw error
  }
}

function foldPath(table: string, { source, first, last }: Range): string {
  return batchPath(table, source, `${first}-${last}`)
}
