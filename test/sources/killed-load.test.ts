import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { readDeliveries } from '../../src/sources/deliveries.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { loading, query, rejects } from './loading.ts'

const engine = await openEngine()

/** Loads in a process of its own, which is killed when it is about to make its n-th change. True when it came to its end. */
async function loadUntil(root: string, nth: number): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-load-main.ts'), root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let calls = 0
  child.stdout.on('data', (dots: Buffer) => {
    calls += dots.byteLength
    if (calls >= nth) child.kill('SIGKILL')
  })
  const [code, signal] = await once(child, 'close')
  expect([code ?? signal]).toEqual([signal ? 'SIGKILL' : 0])
  return signal === null
}

test('files that come while loads are killed, one after the other, are there once each', async () => {
  const root = await tempFolder()
  const kills = [2, 9, 19, 29, 37, 44, 50]
  let ended = 0
  for (const [run, nth] of kills.entries()) {
    const ids = Array.from({ length: 100 }, (_, at) => run * 100 + at)
    await writeFile(join(root, `${run}.csv`), `id\n${ids.join('\n')}\nno number\n`)
    if (await loadUntil(root, nth)) ended++
  }
  expect(ended).toBeLessThan(kills.length)
  expect(await loadUntil(root, Number.POSITIVE_INFINITY)).toBe(true)
  const on = await loading(engine, { root })
  const all = kills.length * 100
  expect(await query(on, 'SELECT count(*), count(DISTINCT id), max(id) FROM t')).toEqual([
    [BigInt(all), BigInt(all), BigInt(all - 1)],
  ])
  expect(await rejects(on)).toHaveLength(kills.length)
  const deliveries = await readDeliveries(on.lake, await readSnapshot(on.lake, 't', {}, on.context), on.context)
  const ledger = deliveries.map(({ path, stored, rejected }) => `${path} ${stored}+${rejected}`)
  expect(ledger.toSorted()).toEqual(kills.map((_, run) => `${run}.csv 100+1`))
}, 120_000)
