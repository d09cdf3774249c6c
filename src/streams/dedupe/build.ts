import { dirname } from 'node:path'
import { MillraceError } from '../../core/errors.ts'
import type { Disk } from '../../storage/disk.ts'
import { mergedIds } from './merge.ts'
import { type Run, writeRun } from './run-file.ts'
import { deleteFile } from './runs.ts'
import { compareKeys, copyKey, type IdBatch, type Ids, joined, sortedSlices } from './sort.ts'

/** Ids that are sorted in memory: 20 MB. What is more goes into parts, which are merged. */
const partIds = 2 ** 20

/** Writes the run of ids, durable with its name when it resolves; of none there is no run. */
export async function buildRun(
  disk: Disk,
  path: string,
  tables: Uint32Array,
  { batches, sorted }: Ids,
): Promise<Run | undefined> {
  if (sorted === undefined) return sortedRun(disk, path, tables, batches)
  const run = await writeRun(disk, path, tables, sorted, eachOnce(batches))
  if (run.ids === 0) {
    await deleteFile(disk, path)
    return undefined
  }
  await disk.syncFolder(dirname(path))
  return run
}

async function sortedRun(disk: Disk, path: string, tables: Uint32Array, ids: Ids['batches']): Promise<Run | undefined> {
  const parts: Run[] = []
  const put = async (all: IdBatch, part?: number): Promise<Run> => {
    const file = part === undefined ? path : `${path}.${part}`
    return writeRun(disk, file, tables, all.contents.length, sortedSlices(all), part !== undefined)
  }
  try {
    let run: Run | undefined
    let part: IdBatch[] = []
    let count = 0
    for await (const batch of pieces(ids)) {
      part.push(batch)
      count += batch.contents.length
      if (count < partIds) continue
      parts.push(await put(joined(part), parts.length))
      part = []
      count = 0
    }
    if (parts.length === 0 && count === 0) return undefined
    const last = joined(part)
    if (parts.length === 0) run = await put(last)
    else {
      parts.push(await put(last, parts.length))
      const most = parts.reduce((sum, each) => sum + each.ids, 0)
      run = await writeRun(disk, path, tables, most, mergedIds(disk, parts))
    }
    await disk.syncFolder(dirname(path))
    return run
  } finally {
    for (const each of parts) await deleteFile(disk, each.path)
  }
}

/** None of them larger than a part. */
async function* pieces(ids: Ids['batches']): AsyncGenerator<IdBatch> {
  for await (const { keys, contents } of ids)
    for (let from = 0; from < contents.length; from += partIds)
      yield { keys: keys.subarray(4 * from, 4 * (from + partIds)), contents: contents.subarray(from, from + partIds) }
}

/** Of equal keys, which stand side by side, the first. INTERNAL where they are in another order. */
async function* eachOnce(ids: Ids['batches']): AsyncGenerator<IdBatch> {
  let last: Uint32Array | undefined
  let place = 0
  for await (const { keys, contents } of ids) {
    let count = 0
    for (let at = 0; at < contents.length; at++) {
      const order = last === undefined ? -1 : compareKeys(last, place, keys, 4 * at)
      if (order > 0) throw new MillraceError('INTERNAL', { reason: 'ids are not in the order that was told' })
      if (order === 0) continue
      last = keys
      place = 4 * count
      if (count < at) {
        copyKey(keys, 4 * at, keys, place)
        contents[count] = contents[at] as number
      }
      count++
    }
    yield { keys: keys.subarray(0, 4 * count), contents: contents.subarray(0, count) }
  }
}
