import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const MiB = 1024 * 1024

/** Of a process of its own: the flags of V8 are the whole process's. */
async function mostBytes(...words: readonly string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'young-generation-main.ts'), ...words])
  return Number(stdout)
}

test('the young generation grows as V8 lets it up to the limit, and no further', { timeout: 120_000 }, async () => {
  const [free, limited] = await Promise.all([mostBytes(), mostBytes(String(8 * MiB))])
  expect(free).toBeGreaterThan(32 * MiB)
  expect(limited).toBeGreaterThanOrEqual(8 * MiB)
  // one doubling is allowed, where two collections come within a turn, and a page of 256 KiB beyond each half
  expect(limited).toBeLessThanOrEqual(16.5 * MiB)
})
