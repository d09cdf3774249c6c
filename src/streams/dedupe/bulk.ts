import { dirname } from 'node:path'
import type { Disk } from '../../storage/disk.ts'
import { mergedIds } from './merge.ts'
import { type Run, writeRun } from './run-file.ts'
import type { Runs } from './runs.ts'
import { compareKeys, type IdBatch, joined, sortedSlices } from './sort.ts'

/**
 * The ids of a run that others hold too, with the others' contents, in the order of their keys: the smaller of two runs
 * is looked up in the larger, whose pages come one after the other then.
 */
export async function takenOf(
  disk: Disk,
  runs: Runs,
  run: Run,
  others: readonly Run[],
  memory: AsyncIterable<IdBatch>,
): Promise<IdBatch> {
  const taken: IdBatch[] = []
  const look = async (batch: IdBatch, at: Run, theirs: boolean): Promise<void> => {
    const found = await runs.lookUpIn(at, batch)
    const places = [...found.keys()]
    const keys = Uint32Array.from(places.flatMap((place) => [...batch.keys.subarray(4 * place, 4 * place + 4)]))
    const contents = theirs ? [...found.values()] : places.map((place) => batch.contents[place] as number)
    if (places.length > 0) taken.push({ keys, contents: Uint32Array.from(contents) })
  }
  for await (const batch of memory) await look(batch, run, false)
  for (const other of others) {
    const smaller = run.ids <= other.ids
    for await (const batch of mergedIds(disk, [smaller ? run : other]))
      await look(batch, smaller ? other : run, smaller)
  }
  const all = joined(taken)
  return all.contents.length === 0 ? all : joined(await Array.fromAsync(sortedSlices(all)))
}

/** The same run without some ids, which are sorted: under its own name, durable when it resolves. */
export async function without(disk: Disk, tables: Uint32Array, run: Run, taken: IdBatch): Promise<Run> {
  const next = `${run.path}.next`
  const rest = await writeRun(disk, next, tables, run.ids, left(mergedIds(disk, [run]), taken))
  await disk.rename(next, run.path)
  await disk.syncFolder(dirname(next))
  return { ...rest, path: run.path }
}

async function* left(sorted: AsyncIterable<IdBatch>, taken: IdBatch): AsyncGenerator<IdBatch> {
  let next = 0
  for await (const { keys, contents } of sorted) {
    const kept = { keys: new Uint32Array(keys.length), contents: new Uint32Array(contents.length) }
    let count = 0
    for (let at = 0; at < contents.length; at++) {
      while (next < taken.contents.length && compareKeys(taken.keys, 4 * next, keys, 4 * at) < 0) next++
      if (next < taken.contents.length && compareKeys(taken.keys, 4 * next, keys, 4 * at) === 0) continue
      kept.keys.set(keys.subarray(4 * at, 4 * at + 4), 4 * count)
      kept.contents[count] = contents[at] as number
      count++
    }
    yield { keys: kept.keys.subarray(0, 4 * count), contents: kept.contents.subarray(0, count) }
  }
}
