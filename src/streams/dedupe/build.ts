import { dirname } from 'node:path'
import type { Disk } from '../../storage/disk.ts'
import { mergedIds } from './merge.ts'
import { type Run, writeRun } from './run-file.ts'
import { deleteFile } from './runs.ts'
import { type IdBatch, joined, sortedSlices } from './sort.ts'

/** Ids that are sorted in memory: 20 MB. What is more goes into parts, which are merged. */
const partIds = 2 ** 20

/** Writes the run of ids that come in any order, durable with its name when it resolves; of none there is no run. */
export async function buildRun(
  disk: Disk,
  path: string,
  tables: Uint32Array,
  ids: AsyncIterable<IdBatch> | Iterable<IdBatch>,
): Promise<Run | undefined> {
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
async function* pieces(ids: AsyncIterable<IdBatch> | Iterable<IdBatch>): AsyncGenerator<IdBatch> {
  for await (const { keys, contents } of ids)
    for (let from = 0; from < contents.length; from += partIds)
      yield { keys: keys.subarray(4 * from, 4 * (from + partIds)), contents: contents.subarray(from, from + partIds) }
}
