import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopContract } from '../../bench/harness/shop-file.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { seededRandom } from '../../src/sources/seeded-random.ts'
import { damage, shopDamage } from '../damage.ts'
import { spillFolder } from '../temp-folder.ts'
import { load, loading, query, rejects, sourceOf } from './loading.ts'
import { lineOfRow, shopHeader, shopLines } from './shop.ts'

const long = process.env['MILLRACE_LONG'] !== undefined
let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

// each seed in one of the two forms; in both with MILLRACE_LONG
const cases = Array.from({ length: 50 }, (_, at) => at + 1).flatMap((seed) =>
  long
    ? [
        { seed, packed: false },
        { seed, packed: true },
      ]
    : [{ seed, packed: seed % 2 === 0 }],
)

test.each(cases)('stored are the undamaged lines, rejected the damaged ones, whole: %j', async ({ seed, packed }) => {
  const on = await loading(engine)
  const text = [shopHeader, ...shopLines(800, seededRandom(seed))].join('\n')
  const { bytes, damaged, intact, blank } = damage(text, seed, { ...shopDamage, share: 0.06 })
  await writeFile(join(on.root, 'a.csv'), packed ? gzipSync(bytes) : bytes)
  const source = sourceOf(on, {
    contract: await shopContract(false),
    files: { glob: 'a.csv' },
    maxRejects: 0.5,
  })
  const [outcome] = await load(on, source)
  const stored = await query(on, `SELECT ${lineOfRow} FROM t`)
  expect(stored.map(([line]) => line).toSorted()).toEqual(intact.toSorted())
  const kept = await rejects(on)
  expect(kept.map((row) => Number(row['line']))).toEqual(damaged.map(({ line }) => line))
  expect(kept.map(({ raw, encoding }) => Buffer.from(String(raw), encoding === 'text' ? 'utf8' : 'base64'))).toEqual(
    damaged.map((line) => line.bytes),
  )
  expect(outcome).toMatchObject({ delivery: { stored: intact.length, counts: { header: 1, blank, continuation: 0 } } })
})
