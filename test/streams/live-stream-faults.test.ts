import { mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { tableExists } from '../../src/lake/snapshot.ts'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { streamLedger } from '../../src/streams/ledger.ts'
import { streamRejectsTable } from '../../src/streams/rejects.ts'
import { crashPoints } from '../faults/crash-points.ts'
import { faultsThenPowerCuts, isMissed, powerCuts } from '../faults/power-cuts.ts'
import { everyPoint, type Scenario } from '../faults/scenario.ts'
import { type IngestingSite, openIngest } from './ingest-harness.ts'
import { context, rejectsOf, storedNumbers } from './live-harness.ts'

const engine = await openDuckdb({
  memoryBytes: 500_000_000,
  threads: 2,
  tempFolder: join(tmpdir(), 'millrace-spill'),
  tailFolders: [tmpdir()],
})
afterAll(() => engine.close())

/** Each of these is acknowledged by itself; an odd one is refused by the rule, and ends among the rejects. */
const sent = [0, 1, 2, 3, 4, 5]

/** Sends all of them, whatever is there already, keeps a durable list of what was acknowledged, and flushes. */
async function produce(folder: string, disk: Disk): Promise<void> {
  const on = await openIngest(folder, engine, { disk, segmentBytes: 1 })
  try {
    for (const nth of sent) {
      await on.send(JSON.stringify({ id: `e${nth}`, n: nth % 2 === 0 ? nth : -nth }))
      const list = join(folder, 'list', String(nth))
      if ((await disk.stat(list)) === undefined) {
        await using _file = await disk.open(list, 'new')
      }
      await disk.syncFolder(join(folder, 'list'))
      if (nth === 1 || nth === 4) await on.live.flush()
    }
  } finally {
    await on.live[Symbol.asyncDispose]()
  }
}

async function openLines({ lake, live }: IngestingSite) {
  const logs = { disk: nodeDisk(), view: async () => live.log }
  return (await streamLedger(lake, 'events', logs, context))?.open
}

/** What was acknowledged is there: rows once, rejects at least once, as their ids are free again. */
async function checkStream(folder: string, done: boolean): Promise<void> {
  const listed = readdirSync(join(folder, 'list')).map(Number).toSorted()
  const on = await openIngest(folder, engine)
  try {
    expect(await openLines(on)).toEqual([])
    await on.live.flush()
    expect(await openLines(on)).toEqual([])
    const rows = await storedNumbers(on)
    const hasRejects = await tableExists(on.lake, streamRejectsTable('events'), context)
    const rejects = (hasRejects ? await rejectsOf(on.lake) : []).map((row) => -JSON.parse(String(row[5])).n)
    const there = [...rows, ...new Set(rejects)].toSorted()
    expect(there).toEqual(sent.slice(0, there.length))
    expect(there.length).toBeGreaterThanOrEqual(done ? sent.length : listed.length)
    const { accepted, received, duplicates, rejected } = on.live.log.counters
    expect(accepted).toBe(rows.length + rejects.length)
    expect(received).toBe(accepted + duplicates + rejected)
    const again = rows.map((nth) => JSON.stringify({ id: `e${nth}`, n: nth }))
    expect(await on.send(`[${again.join()}]`)).toMatchObject({ accepted: 0, duplicates: rows.length, conflicts: 0 })
  } finally {
    await on.live[Symbol.asyncDispose]()
  }
  if (!done) await produce(folder, nodeDisk())
  else expect(listed).toEqual(sent)
}

const scenario: Scenario = {
  prepare: async (folder) => void mkdirSync(join(folder, 'list'), { recursive: true }),
  run: produce,
  check: checkStream,
}

test('whole and closed after any fault', async () => {
  expect(await crashPoints(scenario, 4)).toBeGreaterThan(5)
})

test('whole and closed after any power cut', async () => {
  await powerCuts(scenario, { most: 8 })
})

test('whole and closed after a kill, a second run and a power cut', async () => {
  await faultsThenPowerCuts(scenario, everyPoint ? ['gone', 'throws before', 'throws after', 'full'] : ['gone'], {
    most: 8,
  })
})

/** What is lost of an index of ids is read from the table again. */
const spare = ['ids/*.run', 'ids/*.run 2', 'ids/manifest.tmp', '_millrace/ids']

test('needs each of its syncs', async () => {
  const names = await powerCuts(scenario, { most: 1 })
  const needed = names.filter((name) => !spare.some((end) => name.endsWith(end)))
  expect([names.length, needed.length]).toEqual([34, 30])
  const some = ['events/part-*-*.parquet', 'events/_delta_log', '5.seg', 'log/events']
  const tried = everyPoint ? needed : needed.filter((name) => some.some((end) => name.endsWith(end)))
  for (const forget of tried) expect(await isMissed(scenario, { most: 12, forget }), `${forget} is missed`).toBe(true)
  for (const forget of everyPoint ? [...spare, 'nothing'] : [])
    expect(await isMissed(scenario, { most: 12, forget }), `${forget} is missed`).toBe(false)
})
