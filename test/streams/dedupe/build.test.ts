import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeDisk } from '../../../src/storage/disk.ts'
import { buildRun } from '../../../src/streams/dedupe/build.ts'
import { keyHash } from '../../../src/streams/dedupe/key-hash.ts'
import { type IdBatch, joined, sortIds } from '../../../src/streams/dedupe/sort.ts'
import { tempFolder } from '../../temp-folder.ts'

const { tables } = keyHash(new Uint8Array(32))

/** Ids of any key, the last of them once more. */
function someIds(count: number): IdBatch {
  const bytes = createHash('shake256', { outputLength: 16 * count })
    .update('ids')
    .digest()
  const keys = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const ids = { keys, contents: Uint32Array.from({ length: count }, (_, at) => at) }
  return joined([ids, { keys: keys.slice(-4), contents: Uint32Array.of(99) }])
}

/** In batches of a few, some of which end between two that are alike. */
function* batchesOf({ keys, contents }: IdBatch, size: number): Generator<IdBatch> {
  for (let from = 0; from < contents.length; from += size)
    yield { keys: keys.slice(4 * from, 4 * (from + size)), contents: contents.slice(from, from + size) }
}

/** The same in order, each id twice. */
function inOrder(ids: IdBatch): IdBatch {
  const { keys, contents } = sortIds(ids)
  const twice = Array.from(contents, (content, at) => ({
    keys: keys.slice(4 * at, 4 * at + 4),
    contents: Uint32Array.of(content),
  }))
  return joined(twice.flatMap((one) => [one, { keys: one.keys, contents: Uint32Array.of(7) }]))
}

test.each([1, 3, 5000])('a run of ids that come in order is that of the same ids in any order (%i)', async (size) => {
  const folder = await tempFolder()
  const ids = someIds(3000)
  const one = await buildRun(nodeDisk(), join(folder, 'one'), tables, { batches: batchesOf(ids, size) })
  const given = { batches: batchesOf(inOrder(ids), size), sorted: one?.ids ?? 0 }
  const other = await buildRun(nodeDisk(), join(folder, 'other'), tables, given)
  expect(one?.ids).toBe(3000)
  expect(other?.ids).toBe(3000)
  const bytesOf = (name: string) => readFileSync(join(folder, name))
  // the filter is made for as many as were told, which are more where some come twice
  expect(bytesOf('other').subarray(0, 4096 * 14)).toEqual(bytesOf('one').subarray(0, 4096 * 14))
})

test('of no ids there is no run, and ids that are not in the order that was told are refused', async () => {
  const folder = await tempFolder()
  const path = join(folder, 'run')
  expect(await buildRun(nodeDisk(), path, tables, { batches: [], sorted: 0 })).toBeUndefined()
  expect(existsSync(path)).toBe(false)
  const wrong = { batches: batchesOf(someIds(50), 7), sorted: 51 }
  await expect(buildRun(nodeDisk(), path, tables, wrong)).rejects.toMatchObject({ code: 'INTERNAL' })
})
