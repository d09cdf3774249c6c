import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type LiveServer, startMillrace } from './harness/live-server.ts'
import { ask, send } from './harness/send.ts'
import { makeShopProject } from './harness/shop-project.ts'

export const bench: Bench = {
  about:
    'An hour of 5,000 events a second with queries of streams and models beside them: what grows. npm run bench -- soak [seconds, 3600 without] [events a second].',
  async run(say, [seconds = '3600', perSecond = '5000']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return await soaking(folder, { seconds: Number(seconds), perSecond: Number(perSecond) }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Tails, tables, an incremental model and one of it: what a dashboard asks. */
const questions = {
  tail: 'SELECT count(*), count(DISTINCT event_id) FROM events',
  model: 'SELECT operation, count(*), sum(revenue) FROM operations GROUP BY ALL',
  mart: 'SELECT department, sum(operations), sum(revenue) FROM department_brand GROUP BY ALL',
} as const

type Question = keyof typeof questions

interface Moment {
  readonly rssMB: number
  readonly files: number
  readonly ms: Readonly<Record<Question, number>>
}

export async function soaking(
  folder: string,
  { seconds, perSecond }: { readonly seconds: number; readonly perSecond: number },
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  await makeShopProject(folder, 'by day')
  await using server = await startMillrace(folder)
  const state = { over: false }
  const lanes = { connections: 10, depth: 1, perRequest: 50 }
  const sent = send(`${server.url}/v1/streams/events`, lanes, seconds, perSecond).finally(() => {
    state.over = true
  })
  const moments: Moment[] = []
  let told = performance.now()
  while (!state.over) {
    const moment = await lookAt(server, folder)
    moments.push(moment)
    if (performance.now() - told > 60_000) {
      told = performance.now()
      say(textOf(moment))
    }
    await setTimeout(500)
  }
  const { events, p99Ms } = await sent
  const [[count, distinct] = []] = await ask(server.url, questions.tail)
  if (Number(count) !== events || Number(distinct) !== events)
    throw new Error(`${events} events were acknowledged, and ${count} found, ${distinct} of them different`)
  const ledger = (await (await fetch(`${server.url}/v1/ledger`)).json()) as { readonly closes: boolean }
  if (!ledger.closes) throw new Error(JSON.stringify(ledger))
  // the first fifth warms up
  const [early, late] = [part(moments, 0.2, 0.4), part(moments, 0.8, 1)]
  const figures = (Object.keys(questions) as Question[]).map(
    (name): Figure => ({
      name: `${name}, at the end`,
      value: median(late.map(({ ms }) => ms[name])),
      unit: 'ms',
      peer: { name: 'near the start', value: median(early.map(({ ms }) => ms[name])) },
    }),
  )
  return [
    { name: 'events that were there in the end, each once', value: events, unit: 'count' },
    { name: 'acknowledged, p99', value: p99Ms, unit: 'ms' },
    ...figures,
    {
      name: 'memory of both processes, at the end',
      value: median(late.map(({ rssMB }) => rssMB)),
      unit: 'MB',
      peer: { name: 'near the start', value: median(early.map(({ rssMB }) => rssMB)) },
    },
    { name: 'files of the table, at most', value: Math.max(...moments.map(({ files }) => files)), unit: 'count' },
  ]
}

async function lookAt(server: LiveServer, folder: string): Promise<Moment> {
  const ms = { tail: 0, model: 0, mart: 0 }
  for (const name of Object.keys(questions) as Question[]) {
    const started = performance.now()
    await ask(server.url, questions[name])
    ms[name] = performance.now() - started
  }
  return { ms, rssMB: server.memoryMB(), files: filesOf(folder) }
}

/** Parquet files that lie in the table, those that a vacuum would take away among them. */
function filesOf(folder: string): number {
  const found = readdirSync(join(folder, 'lake', 'events'), { recursive: true, encoding: 'utf8' })
  return found.filter((path) => path.endsWith('.parquet') && !path.startsWith('_millrace')).length
}

function part<T>(all: readonly T[], from: number, to: number): readonly T[] {
  return all.slice(Math.floor(all.length * from), Math.max(1, Math.ceil(all.length * to)))
}

function textOf({ rssMB, files, ms }: Moment): string {
  return `${rssMB.toFixed(0)} MB, ${files} files; tail ${ms.tail.toFixed(0)} ms, model ${ms.model.toFixed(0)} ms, mart ${ms.mart.toFixed(0)} ms`
}
