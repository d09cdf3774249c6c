import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, Figure } from './harness/figure.ts'
import { type LiveServer, startBare, startMillrace } from './harness/live-server.ts'
import { ask, type Lanes, send } from './harness/send.ts'
import type { Sent } from './harness/send-main.ts'
import { makeShopProject } from './harness/shop-project.ts'

export interface Way extends Lanes {
  readonly name: string
  /** Events, which are requests where each has one, a second. */
  readonly bar: number
}

/** How many events a query finds, and how many ids. */
const readBack = 'SELECT count(*)::BIGINT, count(DISTINCT event_id)::BIGINT FROM events'

const ways: readonly Way[] = [
  { name: 'events in requests of 100', connections: 48, depth: 2, perRequest: 100, bar: 150_000 },
  { name: 'requests of one event', connections: 64, depth: 4, perRequest: 1, bar: 20_000 },
]

export const bench: Bench = {
  about:
    'Shop events by HTTP: checked, deduplicated, durable, the tail loading; beside a server that only appends and syncs. npm run bench -- ingest [seconds, 15 without].',
  async run(say, [seconds = '15']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      const figures: Figure[] = []
      for (const way of ways) figures.push(...(await beside(folder, way, Number(seconds), say)))
      return figures
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Both servers one after the other, and every event read back. */
export async function beside(
  folder: string,
  way: Way,
  seconds: number,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(folder, 'shop-'))
  await makeShopProject(dir, 'by day')
  const bare = await measure(await startBare(join(dir, 'bodies')), '/', way, seconds, async () => {})
  const own = await measure(await startMillrace(dir), '/v1/streams/events', way, seconds, async (url, sent) => {
    const found = (await ask(url, readBack)).flat().join(',')
    if (found !== `${sent},${sent}`) throw new Error(`${sent} events were acknowledged, and ${found} found`)
  })
  for (const [name, { sent, cpuMicros }] of [['millrace', own] as const, ['append and sync', bare] as const])
    say(
      `${way.name}, ${name}: ${(sent.events / sent.seconds).toFixed(0)} a second, answered in ${sent.p50Ms.toFixed(1)} ms (p99 ${sent.p99Ms.toFixed(1)}); ${cpuMicros.toFixed(2)} µs of processor time an event, the driver ${((sent.cpuSeconds * 1e6) / sent.events).toFixed(2)}`,
    )
  const peer = { name: 'append and sync', value: bare.sent.events / bare.sent.seconds }
  const value = own.sent.events / own.sent.seconds
  return [
    { name: way.name, value, unit: 'rows/s', bar: way.bar, atLeast: true, peer },
    { name: `${way.name}, answered, p99`, value: own.sent.p99Ms, unit: 'ms' },
  ]
}

interface Measured {
  readonly sent: Sent
  /** Of the server, an event. */
  readonly cpuMicros: number
}

async function measure(
  opened: LiveServer,
  path: string,
  way: Way,
  seconds: number,
  check: (url: string, events: number) => Promise<void>,
): Promise<Measured> {
  await using server = opened
  const warm = await send(`${server.url}${path}`, way, Math.min(3, seconds))
  const before = server.cpuSeconds()
  const sent = await send(`${server.url}${path}`, way, seconds)
  const cpuMicros = ((server.cpuSeconds() - before) * 1e6) / sent.events
  await check(server.url, warm.events + sent.events)
  return { sent, cpuMicros }
}
