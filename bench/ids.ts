import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nodeDisk } from '../src/storage/disk.ts'
import { type IdBatch, type IdIndex, openIdIndex, type StoredIds } from '../src/streams/dedupe.ts'
import { type Bench, type Figure, median } from './harness/figure.ts'

const perGroup = 100
const perFlush = 200_000

export const bench: Bench = {
  about: `Random UUIDs in groups of ${perGroup}, flushed ${perFlush} at a time: npm run bench -- ids [millions, 5 without].`,
  async run(say, [millions = '5']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    const options = {
      disk: nodeDisk(),
      folder: join(folder, 't', '_millrace', 'ids'),
      stored: emptyTable,
      rules: false,
    }
    mkdirSync(join(folder, 't'))
    const flushes = (Number(millions) * 1e6) / perFlush
    const empty = usedMb()
    try {
      const figures: Figure[] = []
      {
        await using index = await openIdIndex(options)
        const pauses = monitorEventLoopDelay({ resolution: 1 })
        pauses.enable()
        const taken = await fill(index, flushes, say)
        figures.push({ name: 'new ids, with flushes and merges', value: taken, unit: 'rows/s' })
        while (index.figures().merging) await nextTurn()
        pauses.disable()
        figures.push({ name: 'turns of the event loop, p99.9', value: pauses.percentile(99.9) / 1e6, unit: 'ms' })
        figures.push({ name: 'the longest turn', value: pauses.max / 1e6, unit: 'ms' })
        const { stored, runs, memoryBytes } = index.figures()
        say(
          `${stored} ids in ${runs} runs, ${(memoryBytes / 2 ** 20).toFixed(1)} MB told, ${(usedMb() - empty).toFixed(1)} MB used`,
        )
        figures.push({ name: 'memory of a million ids', value: (usedMb() - empty) / (stored / 1e6), unit: 'MB' })
        for (const [name, groups] of [
          ['ids that are stored', (at: number) => groupOf(at * 7919, (flushes * perFlush) / perGroup)],
          ['ids that are not', (at: number) => groupOf(at + 1e9, Number.POSITIVE_INFINITY)],
        ] as const) {
          const rates: number[] = []
          for (let round = 0; round < 3; round++) rates.push(await ask(index, groups, round * 2000))
          figures.push({ name: `${name}, asked for`, value: median(rates), unit: 'rows/s' })
        }
      }
      const started = performance.now()
      await using _index = await openIdIndex({ ...options, stored: { ...emptyTable, since: async () => [] } })
      figures.push({ name: 'opened', value: performance.now() - started, unit: 'ms' })
      for (const { name, value, unit } of figures) say(`${name.padEnd(36)} ${value.toFixed(1)} ${unit}`)
      return figures
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const emptyTable: StoredIds = {
  table: 'bench',
  since: async () => [],
  async all() {
    return { version: -1, ids: { batches: [] } }
  },
  contents: async () => ({ batches: [] }),
}

/** A group of ids that anybody can make again: UUIDs by a mixing of their number (SplitMix). */
function groupOf(number: number, groups: number): IdBatch {
  const first = (number % groups) * perGroup
  const keys = new Uint32Array(4 * perGroup)
  for (let at = 0; at < keys.length; at++) {
    let bits = Math.imul((4 * first + at) ^ Math.floor((4 * first) / 2 ** 32), 0x9e3779b1) + at
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    keys[at] = at % 4 === 3 ? first + (at >> 2) : bits ^ (bits >>> 16)
  }
  return { keys, contents: new Uint32Array(perGroup) }
}

/** Takes flush after flush; ids a second, of all that it costs. */
async function fill(index: IdIndex, flushes: number, say: (line: string) => void): Promise<number> {
  const started = performance.now()
  let group = 0
  let flushing: Promise<void> = Promise.resolve()
  for (let flush = 0; flush < flushes; flush++) {
    for (let at = 0; at < perFlush / perGroup; at++, group++) {
      const reservation = index.reserve(groupOf(group, Number.POSITIVE_INFINITY))
      const { verdicts } = reservation
      const first = BigInt(group * perGroup)
      if (verdicts instanceof Promise) await verdicts
      reservation.confirm(first, (place) => place)
      if (group % 10 === 0) await nextTurn()
    }
    await flushing
    flushing = flushOf(index, flush, BigInt(group * perGroup))
    if ((flush + 1) % 25 === 0) say(`${((flush + 1) * perFlush) / 1e6} million`)
  }
  await flushing
  return (flushes * perFlush) / ((performance.now() - started) / 1000)
}

async function flushOf(index: IdIndex, version: number, upTo: bigint): Promise<void> {
  const commit = `00000000-0000-4000-8000-${String(version).padStart(12, '0')}`
  await index.seal(commit, upTo)
  await index.adopt(commit, version)
}

/** Groups of ids, several at a time as requests come; ids a second. */
async function ask(index: IdIndex, groups: (at: number) => IdBatch, from: number): Promise<number> {
  const count = 2000
  const started = performance.now()
  let next = from
  const lane = async (): Promise<void> => {
    while (next < from + count) {
      const reservation = index.reserve(groups(next++))
      if (reservation.verdicts instanceof Promise) await reservation.verdicts
      reservation.release()
    }
  }
  for (const running of [lane(), lane(), lane(), lane()]) await running
  return (count * perGroup) / ((performance.now() - started) / 1000)
}

/** Heap and typed arrays, once all garbage is gone. */
function usedMb(): number {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}
