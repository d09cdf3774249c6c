import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { shopEvent } from './harness/event-bodies.ts'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type LiveServer, startBare, startMillrace } from './harness/live-server.ts'
import { ask, type Lanes, send } from './harness/send.ts'
import { makeShopProject } from './harness/shop-project.ts'

export interface Load {
  readonly perSecond: number
  readonly seconds: number
  readonly rounds: number
}

/** Requests of 20 events. */
const lanes: Lanes = { connections: 20, depth: 1, perRequest: 20 }

/** How often an event is looked for, beside the others. */
const probeMs = 40

/** Four of these run beside the events, each again and again. */
const groupBy = 'SELECT event_type, brand, count(*), sum(price)::DECIMAL(38, 2) FROM events GROUP BY ALL'

export const bench: Bench = {
  about:
    'At 10,000 events a second: from when an event is acknowledged until a query has answered with it; and acknowledgements with four query streams beside them. npm run bench -- visible [seconds a round, 10 without].',
  async run(say, [seconds = '10']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return await underLoad(folder, { perSecond: 10_000, seconds: Number(seconds), rounds: 5 }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Medians of rounds on one server. Every event looked for must be in the first answer. */
export async function underLoad(
  folder: string,
  { perSecond, seconds, rounds }: Load,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  await makeShopProject(folder, 'by day')
  const [middle, visible, answered, beside]: [number[], number[], number[], number[]] = [[], [], [], []]
  await using bare = await startBare(join(folder, 'bodies'))
  await using server = await startMillrace(folder)
  const path = `${server.url}/v1/streams/events`
  await send(path, lanes, Math.min(3, seconds), perSecond)
  for (let round = 0; round < rounds; round++) {
    const [, waits] = await Promise.all([send(path, lanes, seconds, perSecond), probes(server, seconds)])
    middle.push(at(waits, 0.5))
    visible.push(at(waits, 0.99))
    const queries = queryStreams(server, 4)
    const sent = await send(path, lanes, seconds, perSecond)
    const asked = await queries.stop()
    beside.push(sent.p99Ms)
    answered.push((await send(`${bare.url}/`, lanes, seconds, perSecond)).p99Ms)
    say(
      `visible in ${middle.at(-1)?.toFixed(1)} ms (p99 ${visible.at(-1)?.toFixed(1)}, ${waits.length} looked for); acknowledged in p99 ${sent.p99Ms.toFixed(1)} ms at ${(sent.events / sent.seconds).toFixed(0)} a second beside ${asked} queries`,
    )
  }
  return [
    { name: 'acknowledged to visible, p50', value: median(middle), unit: 'ms' },
    { name: 'acknowledged to visible, p99', value: median(visible), unit: 'ms', bar: 60 },
    {
      name: 'acknowledged beside four query streams, p99',
      value: median(beside),
      unit: 'ms',
      bar: 25,
      peer: { name: 'append and sync, without queries', value: median(answered) },
    },
  ]
}

/**
 * Sends an event now and then, and asks for it once it is acknowledged, by its id and time: with the id alone, all ids of
 * the table are read each time, and the time of that would be measured. How long each answer took, in order.
 */
async function probes(server: LiveServer, seconds: number): Promise<readonly number[]> {
  const waits: number[] = []
  const until = performance.now() + seconds * 1000
  do {
    const id = randomUUID()
    const time = new Date().toISOString()
    const body = JSON.stringify({ ...JSON.parse(shopEvent()), event_id: id, event_time: time })
    const response = await fetch(`${server.url}/v1/streams/events`, { method: 'POST', body })
    if (response.status !== 200) throw new Error(await response.text())
    await response.arrayBuffer()
    const acknowledged = performance.now()
    const wanted = `event_id = '${id}' AND event_time >= '${time}'`
    const [[found] = []] = await ask(server.url, `SELECT count(*) FROM events WHERE ${wanted}`)
    waits.push(performance.now() - acknowledged)
    if (String(found) !== '1') throw new Error(`an acknowledged event was found ${found} times`)
    await setTimeout(probeMs)
  } while (performance.now() < until)
  return waits.toSorted((a, b) => a - b)
}

function queryStreams(server: LiveServer, streams: number) {
  let [isOver, asked] = [false, 0]
  const stream = async (): Promise<void> => {
    while (!isOver) {
      await ask(server.url, groupBy)
      asked++
    }
  }
  const running = Promise.all(Array.from({ length: streams }, stream))
  return {
    async stop(): Promise<number> {
      isOver = true
      await running
      return asked
    },
  }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
