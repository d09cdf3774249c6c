import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { startMillrace } from './harness/live-server.ts'
import { ask, send } from './harness/send.ts'
import { makeShopProject } from './harness/shop-project.ts'
import { fillYear } from './harness/shop-year.ts'

export interface Sizes {
  /** Rows of the table, and of what is in no table yet. */
  readonly rows: number
  readonly tail: number
  readonly rounds: number
}

const groupBy = 'SELECT event_type, brand, count(*), sum(price)::DECIMAL(38, 2) FROM events GROUP BY ALL'

export const bench: Bench = {
  about:
    'A group-by over 10 million rows of a table, and over the same with 200,000 events that are in no table yet. npm run bench -- tail-query [rows of the table].',
  async run(say, [rows = '10000000']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return await besideTail(folder, { rows: Number(rows), tail: 200_000, rounds: 15 }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

export async function besideTail(
  folder: string,
  { rows, tail, rounds }: Sizes,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  await makeShopProject(folder, 'by day')
  await fillYear(folder, { days: 31, rowsPerDay: Math.ceil(rows / 31) }, say)
  await using server = await startMillrace(folder, '--flush-rows', String(10 * tail), '--flush-seconds', '3600')
  // queries of a time read tables alone
  const before = new Date().toISOString()
  let sent = 0
  const lanes = { connections: 4, depth: 1, perRequest: 100 }
  while (sent < tail) sent += (await send(`${server.url}/v1/streams/events`, lanes, 0.5, tail)).events
  const [[found] = []] = await ask(server.url, 'SELECT count(*) FROM events WHERE event_id IS NOT NULL')
  if (String(found) !== String(sent)) throw new Error(`${sent} events were acknowledged, and ${found} found`)
  const times: { readonly with: number[]; readonly without: number[] } = { with: [], without: [] }
  // by turns, so that a busy moment meets both; the first ones warm up
  for (let round = 0; round <= rounds; round++)
    for (const [kept, at] of [[times.without, before] as const, [times.with, undefined] as const]) {
      const started = performance.now()
      await ask(server.url, groupBy, at)
      if (round > 0) kept.push(performance.now() - started)
    }
  const [value, without] = [median(times.with), median(times.without)]
  say(`${without.toFixed(1)} ms; with a tail of ${sent} ${value.toFixed(1)} ms`)
  return [
    {
      name: `with a tail of ${tail}`,
      value,
      unit: 'ms',
      bar: 1.1 * without,
      peer: { name: 'without', value: without },
    },
  ]
}
