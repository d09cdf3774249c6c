import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { shopEvent } from './harness/event-bodies.ts'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type LiveServer, startMillrace } from './harness/live-server.ts'
import { runOf } from './harness/run.ts'
import { send } from './harness/send.ts'
import { makeShopProject } from './harness/shop-project.ts'
import { fillYear } from './harness/shop-year.ts'
import { openViewer, type Viewer } from './harness/viewers.ts'

export const bench: Bench = {
  about: [
    'A dashboard of eight tiles over 10 million rows: how soon an event is in what a viewer has, and what 200 viewers cost',
    'beside one, and 200 of 20 different filters beside 20. npm run bench -- dashboard [rows] [seconds of each part].',
  ].join('\n'),
  async run(say, [rows = '10000000', seconds = '30']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      const sizes = {
        rows: Number(rows),
        events: 30,
        viewers: 200,
        filters: 20,
        seconds: Number(seconds),
        perSecond: 100,
      }
      return await watching(folder, sizes, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

export interface Watching {
  /** Of the last 31 days. */
  readonly rows: number
  /** Sent one by one, each waited for. */
  readonly events: number
  readonly viewers: number
  readonly filters: number
  /** Of each part with viewers, while so many events come a second. */
  readonly seconds: number
  readonly perSecond: number
}

type Filters = Readonly<Record<string, string | readonly string[]>>

const days = 31
const dayMs = 24 * 3_600_000

export async function watching(
  folder: string,
  { rows, events, viewers, filters, seconds, perSecond }: Watching,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  await makeShopProject(folder, 'by day')
  mkdirSync(join(folder, 'dashboards'))
  copyFileSync(join(import.meta.dirname, 'harness', 'wall.yaml'), join(folder, 'dashboards', 'wall.yaml'))
  // the shop's clocks are seven hours behind; the last of the days is the one that has begun
  const start = new Date(Date.now() - 7 * 3_600_000 - (days - 1) * dayMs).toISOString().slice(0, 10)
  await fillYear(folder, { days, rowsPerDay: Math.ceil(rows / days), start }, say)
  runOf('models-main.ts', [folder])
  await using server = await startMillrace(folder)
  const memory = watchMemory(server)
  const waits = await waitsOf(server, events)
  say(`an event is on the page after ${median(waits).toFixed(0)} ms, ${Math.max(...waits).toFixed(0)} at most`)
  const costOf = async (filtersOf: readonly Filters[]) => {
    const cost = await queriesASecond(server, filtersOf, seconds, perSecond)
    const different = new Set(filtersOf.map((each) => JSON.stringify(each))).size
    say(
      `${filtersOf.length} viewers, ${different} filters: ${cost.toFixed(1)} queries a second, ${memory.mostMB().toFixed(0)} MB`,
    )
    return cost
  }
  const each = Array.from(
    { length: filters },
    (_, at): Filters => ({
      period: 'last 24 hours',
      department: [`department${at % 13}`, ...(at < 13 ? [] : ['appliances'])],
    }),
  )
  const one = await costOf([{}])
  const many = await costOf(Array.from({ length: viewers }, () => ({})))
  const few = await costOf(each)
  const mixed = await costOf(Array.from({ length: viewers }, (_, at) => each[at % filters] as Filters))
  const mostMB = memory.end()
  return [
    { name: 'an event on the page, p95', value: at(waits, 0.95), unit: 'ms', bar: 1000 },
    { name: 'an event on the page, p50', value: median(waits), unit: 'ms' },
    {
      name: `queries a second of ${viewers} viewers`,
      value: many,
      unit: 'count',
      bar: 1.2 * one,
      peer: { name: 'of one', value: one },
    },
    {
      name: `queries a second of ${viewers} viewers, ${filters} filters`,
      value: mixed,
      unit: 'count',
      bar: 1.2 * few,
      peer: { name: 'of one each', value: few },
    },
    { name: 'memory of both processes, at most', value: mostMB, unit: 'MB', bar: 600 },
  ]
}

const looked = (server: LiveServer, filters: Filters) =>
  openViewer({ url: server.url, path: '/v1/dashboards/wall/tabs/general', stream: 'events', filters })

/** Milliseconds from the acknowledgement of an event to the answer that has it, at the viewer. */
async function waitsOf(server: LiveServer, events: number): Promise<readonly number[]> {
  const viewer = await looked(server, {})
  await viewer.has(0)
  const waits: number[] = []
  for (let sent = 1; sent <= events; sent++) {
    const event = JSON.parse(shopEvent()) as Record<string, unknown>
    const body = JSON.stringify({ ...event, event_id: randomUUID(), event_time: new Date().toISOString() })
    const answer = await fetch(`${server.url}/v1/streams/events`, { method: 'POST', body })
    if (!answer.ok) throw new Error(await answer.text())
    const began = performance.now()
    await viewer.has(sent)
    waits.push(performance.now() - began)
    // at any moment of its rest
    await setTimeout(Math.random() * 1000)
  }
  viewer.close()
  return waits
}

/** What the server runs for viewers while events come, once it has counted the files for each filter. */
async function queriesASecond(
  server: LiveServer,
  filters: readonly Filters[],
  seconds: number,
  perSecond: number,
): Promise<number> {
  const viewers: Viewer[] = []
  for (const each of filters) viewers.push(await looked(server, each))
  await Promise.all(viewers.map((viewer) => viewer.has(0)))
  const come = (seconds: number) =>
    send(`${server.url}/v1/streams/events`, { connections: 2, depth: 1, perRequest: 5 }, seconds, perSecond)
  await come(Math.ceil(seconds / 3))
  const [before, began] = [await queriesOf(server), performance.now()]
  await come(seconds)
  const cost = ((await queriesOf(server)) - before) / ((performance.now() - began) / 1000)
  for (const viewer of viewers) viewer.close()
  return cost
}

async function queriesOf({ url }: LiveServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^millrace_tile_query_seconds_count (\d+)$/m.exec(text)?.[1] ?? 0)
}

function watchMemory(server: LiveServer) {
  let most = server.memoryMB()
  const timer = setInterval(() => {
    most = Math.max(most, server.memoryMB())
  }, 500)
  return {
    mostMB: () => most,
    end() {
      clearInterval(timer)
      return most
    },
  }
}

function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
}
