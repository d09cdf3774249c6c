import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { faults, faultyDisk } from '../faults/faulty-disk.ts'
import type { Scenario } from '../faults/scenario.ts'
import { faultSuite } from '../faults/suite.ts'
import { tempFolder } from '../temp-folder.ts'
import { group, linesOf, openLog } from './log-harness.ts'

const names = Array.from({ length: 6 }, (_, at) => `e${at}`)

/** Sends what is not in the log yet, and keeps a durable list of its own of what was acknowledged. */
async function produce(folder: string, disk: Disk): Promise<void> {
  await using log = await openLog(folder, { disk, segmentBytes: 250 })
  const lines = linesOf(log)
  // what was freed has been there too
  const freed = names.slice(0, Number(lines[0]?.offset ?? 0n))
  const there = new Set([...freed, ...lines.map(({ payload }) => payload)])
  for (const name of names) {
    if (!there.has(name)) await log.append(group(name))
    const list = join(folder, 'list', name)
    if ((await disk.stat(list)) === undefined) {
      await using _file = await disk.open(list, 'new')
    }
    await disk.syncFolder(join(folder, 'list'))
    if (name === 'e3') await log.trim(2n)
  }
}

/** What was acknowledged is there once, in its order, but for what may be freed. */
async function checkLog(folder: string, done: boolean): Promise<void> {
  const listed = readdirSync(join(folder, 'list')).toSorted()
  {
    await using log = await openLog(folder, { segmentBytes: 250 })
    const lines = linesOf(log)
    const first = Number(lines[0]?.offset ?? 0n)
    expect(lines.map(({ payload }) => payload)).toEqual(names.slice(first, first + lines.length))
    expect(first).toBeLessThanOrEqual(2)
    expect(Number(log.next)).toBeGreaterThanOrEqual(done ? names.length : listed.length)
    expect(log.counters.received).toBe(Number(log.next))
  }
  if (!done) return
  await using log = await openLog(folder)
  expect(log.next).toBe(6n)
}

const scenario: Scenario = {
  prepare: async (folder) => void mkdirSync(join(folder, 'list'), { recursive: true }),
  run: produce,
  check: checkLog,
}

const segments = names.map((_, at) => `file lake/log/events/0000000000000000000${at}.seg`)
const needed = ['file lake/log/events/new.tmp', ...segments, 'folder lake', 'folder lake/log', 'folder lake/log/events']

faultSuite({ 'a log': { it: scenario, needed, spare: ['folder lake/list'] } }, { faults: 10, cuts: 20, kills: 5 })

test.each(faults.filter((fault) => fault !== 'gone' && fault !== 'full'))(
  'a log goes on after a call that fails (%s), without being opened anew',
  async (fault) => {
    for (let nth = 1; ; nth++) {
      const folder = await tempFolder()
      const disk = faultyDisk(nodeDisk(), nth, fault)
      const opened = await openLog(folder, { disk, segmentBytes: 250 }).catch(() => undefined)
      if (!opened) continue
      await using log = opened
      const kept = new Set<string>()
      for (const name of names) {
        const sent = await log.append(group(name)).then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'LOG_WRITE_FAILED' })
            return false
          },
        )
        if (!sent) await log.append(group(`${name} again`))
        kept.add(sent ? name : `${name} again`)
      }
      const payloads = linesOf(log).map(({ payload }) => payload)
      expect(new Set(payloads)).toEqual(kept)
      expect(payloads).toHaveLength(6)
      if (!disk.failed()) break
    }
  },
)

test('a disk that was full is written to again when it is not', async () => {
  for (let nth = 12; nth < 20; nth++) {
    const folder = await tempFolder()
    let disk: Disk = faultyDisk(nodeDisk(), nth, 'full')
    const changing = new Proxy(disk, { get: (_, call) => Reflect.get(disk, call) })
    await using log = await openLog(folder, { disk: changing, segmentBytes: 250 })
    const sent = await Promise.allSettled(names.map(async (name) => log.append(group(name))))
    const failed = names.filter((_, at) => sent[at]?.status === 'rejected')
    disk = nodeDisk()
    for (const name of failed) await log.append(group(name))
    expect(
      linesOf(log)
        .map(({ payload }) => payload)
        .toSorted(),
    ).toEqual(names)
  }
})
