import type { Disk, DiskReader } from '../../storage/disk.ts'
import { idsOf, pagesAtOnce, pagesOf, type Run, readPages } from './run-file.ts'
import { compareKeys, copyKey, type IdBatch } from './sort.ts'

/** Runs of one tier become one of the next when there are so many. */
const fanIn = 4

/** Runs below this are of the lowest tier. */
const lowestTier = 2 ** 16

/** The runs that should be one, if any: `fanIn` or more of about the same size, the smallest first. */
export function runsToMerge(runs: readonly Run[]): readonly Run[] {
  const tiers = Map.groupBy(runs, ({ ids }) => Math.max(0, Math.ceil(Math.log(ids / lowestTier) / Math.log(fanIn))))
  const [tier] = [...tiers].filter(([, of]) => of.length >= fanIn).toSorted(([a], [b]) => a - b)
  return tier?.[1] ?? []
}

interface Cursor {
  readonly run: Run
  readonly file: DiskReader
  nextPage: number
  batches: IdBatch[]
  keys: Uint32Array
  contents: Uint32Array
  at: number
  /** The first 53 bits of the key that is next, as a number. */
  head: number
}

/** The ids of several runs in the order of their keys; of equal keys that of the run named first. FILE_DAMAGED. */
export async function* mergedIds(disk: Disk, runs: readonly Run[]): AsyncGenerator<IdBatch> {
  const none = new Uint32Array(0)
  await using files = new AsyncDisposableStack()
  const cursors: Cursor[] = []
  for (const run of runs) {
    const file = files.use(await disk.openReader(run.path))
    cursors.push({ run, file, nextPage: 0, batches: [], keys: none, contents: none, at: 0, head: 0 })
  }
  let open: readonly Cursor[] = cursors
  const size = 8192
  let keys = new Uint32Array(4 * size)
  let contents = new Uint32Array(size)
  let count = 0
  const last = new Uint32Array(4)
  let first = true
  for (;;) {
    for (const cursor of open) if (cursor.at === cursor.contents.length) await refill(cursor)
    open = open.filter(({ at, contents: left }) => at < left.length)
    if (open.length === 0) break
    for (;;) {
      const least = leastOf(open)
      const from = 4 * least.at
      if (first || compareKeys(last, 0, least.keys, from) !== 0) {
        first = false
        copyKey(least.keys, from, last, 0)
        copyKey(least.keys, from, keys, 4 * count)
        contents[count] = least.contents[least.at] as number
        count++
      }
      least.at++
      if (count === size) {
        yield { keys, contents }
        keys = new Uint32Array(4 * size)
        contents = new Uint32Array(size)
        count = 0
      }
      if (least.at === least.contents.length) break
      least.head = headOf(least)
    }
  }
  if (count > 0) yield { keys: keys.subarray(0, 4 * count), contents: contents.subarray(0, count) }
}

function leastOf(open: readonly Cursor[]): Cursor {
  let least = open[0] as Cursor
  for (let at = 1; at < open.length; at++) {
    const cursor = open[at] as Cursor
    if (cursor.head > least.head) continue
    if (cursor.head < least.head || compareKeys(cursor.keys, 4 * cursor.at, least.keys, 4 * least.at) < 0)
      least = cursor
  }
  return least
}

function headOf({ keys, at }: Cursor): number {
  return (keys[4 * at] as number) * 2 ** 21 + ((keys[4 * at + 1] as number) >>> 11)
}

async function refill(cursor: Cursor): Promise<void> {
  if (cursor.batches.length === 0) {
    const end = Math.min(pagesOf(cursor.run), cursor.nextPage + pagesAtOnce)
    if (end > cursor.nextPage)
      cursor.batches = (await readPages(cursor.file, cursor.run, cursor.nextPage, end)).map(idsOf)
    cursor.nextPage = end
  }
  const batch = cursor.batches.shift()
  if (!batch) return
  cursor.keys = batch.keys
  cursor.contents = batch.contents
  cursor.at = 0
  cursor.head = headOf(cursor)
}
