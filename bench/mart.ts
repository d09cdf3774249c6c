import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { duckdbSeconds } from './harness/bare-duckdb.ts'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type LiveServer, startMillrace } from './harness/live-server.ts'
import { runOf } from './harness/run.ts'
import { ask, send } from './harness/send.ts'
import { makeShopProject } from './harness/shop-project.ts'
import { fillYear } from './harness/shop-year.ts'

export const bench: Bench = {
  about: [
    'A mart of the shop is asked by HTTP while 1,000 events a second come, with 2.2 million events in its day already:',
    'beside bare DuckDB, which groups that day’s rows alone. npm run bench -- mart [seconds, 60 without] [events of the day].',
  ].join('\n'),
  async run(say, [seconds = '60', rows = '2200000']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return await asking(folder, { seconds: Number(seconds), rowsPerDay: Number(rows), perSecond: 1000 }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

export interface Asking {
  readonly seconds: number
  readonly rowsPerDay: number
  /** Events that come a second. */
  readonly perSecond: number
}

/** Every answer holds what was acknowledged before it was asked for, which is counted. */
export async function asking(
  folder: string,
  { seconds, rowsPerDay, perSecond }: Asking,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  await makeShopProject(folder, 'by day')
  const today = new Date(Date.now() - 7 * 3_600_000).toISOString().slice(0, 10)
  await fillYear(folder, { days: 1, rowsPerDay, start: today }, say)
  runOf('models-main.ts', [folder])
  const sql = `SELECT sum(operations), sum(views) + sum(carts) + sum(purchases) FROM department_brand WHERE day >= DATE '${today}'`
  await using server = await startMillrace(folder)
  const lanes = { connections: 4, depth: 1, perRequest: 10 }
  const sending = send(`${server.url}/v1/streams/events`, lanes, seconds, perSecond)
  const state = { over: false }
  const sent = sending.finally(() => {
    state.over = true
  })
  const waits: number[] = []
  while (!state.over) {
    const acknowledged = await acknowledgedBy(server)
    const started = performance.now()
    const [total, parts] = await numbers(server.url, sql)
    waits.push(performance.now() - started)
    if (total !== parts || total < rowsPerDay + acknowledged)
      throw new Error(`${acknowledged} events were acknowledged, and the mart has ${total} beside ${rowsPerDay}`)
    await setTimeout(50)
  }
  const { events } = await sent
  const [total] = await numbers(server.url, sql)
  if (total !== rowsPerDay + events)
    throw new Error(`${events} events came to ${rowsPerDay}, and the mart has ${total}`)
  waits.sort((a, b) => a - b)
  const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0
  say(
    `${waits.length} answers: p50 ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms`,
  )
  const day = join(folder, 'lake', 'operations', `day=${today}`, '*.parquet')
  const alone = await duckdbSeconds(
    `SELECT department, brand, count(*), count(*) FILTER (operation = 'view'), count(*) FILTER (operation = 'cart'), count(*) FILTER (operation = 'purchase'), sum(revenue) FROM read_parquet('${day}') GROUP BY ALL`,
    7,
  )
  const peer = { name: 'DuckDB, that day’s rows alone', value: median(alone) * 1000 }
  return [
    { name: 'a mart over a live day, p95', value: at(0.95), unit: 'ms', bar: 150, peer },
    { name: 'a mart over a live day, p50', value: at(0.5), unit: 'ms' },
  ]
}

/** Events that the server has answered for by now. */
async function acknowledgedBy({ url }: LiveServer): Promise<number> {
  const answer = (await (await fetch(`${url}/v1/streams`)).json()) as {
    readonly streams: readonly { readonly name: string; readonly next: number }[]
  }
  return Number(answer.streams.find(({ name }) => name === 'events')?.next ?? 0)
}

async function numbers(url: string, sql: string): Promise<readonly [number, number]> {
  const [[first, second] = []] = await ask(url, sql)
  return [Number(first ?? 0), Number(second ?? 0)]
}
