import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { makeShopFile } from './harness/shop-file.ts'

/** What one process reports of one load. */
export interface LoadRun {
  readonly seconds: number
  readonly peakMB: number
  /** Of all threads: it tells on a busy machine what the clock cannot. */
  readonly cpuSeconds: number
  readonly rows: number
}

const rounds = 5

export const bench: Bench = {
  about: [
    'Shop rows from one CSV file, checked against the contract, into a Delta table; beside it bare DuckDB with the same',
    'columns to Parquet. A process each, by turns, warm. `large`: 67.5 million rows against 6.75 million.',
    'Arguments: [large] [file of 10 million rows, else it is made]',
  ].join('\n'),
  async run(say, args) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return args[0] === 'large' ? await large(folder, say) : await usual(folder, args[0], say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function usual(folder: string, given: string | undefined, say: (line: string) => void): Promise<Figure[]> {
  const file = given ?? (await makeShopFile(join(folder, 'shop.csv'), 10_000_000, say))
  const figures: Figure[] = []
  for (const layout of ['plain', 'by day'] as const) {
    const runs = { millrace: [] as LoadRun[], duckdb: [] as LoadRun[] }
    for (let round = 0; round <= rounds; round++)
      for (const side of ['duckdb', 'millrace'] as const) {
        const run = load(side, file, join(folder, 'out'), layout)
        say(
          `${layout.padEnd(7)} ${side.padEnd(9)} ${run.seconds.toFixed(2)} s, cpu ${run.cpuSeconds.toFixed(2)} s, ${run.peakMB.toFixed(0)} MB`,
        )
        // the first of each warms the cache
        if (round > 0) runs[side].push(run)
      }
    const seconds = (side: keyof typeof runs) => median(runs[side].map((run) => run.seconds))
    const peer = { name: 'bare DuckDB', value: seconds('duckdb') }
    const value = seconds('millrace')
    figures.push({ name: `load of 10 million rows, ${layout}`, value, unit: 's', bar: 1.25 * peer.value, peer })
    const peak = Math.max(...runs.millrace.map((run) => run.peakMB))
    figures.push({ name: `peak memory, ${layout}`, value: peak, unit: 'MB', bar: 1500 })
  }
  return figures
}

async function large(folder: string, say: (line: string) => void): Promise<Figure[]> {
  const timeOf = async (rows: number): Promise<LoadRun> => {
    const file = await makeShopFile(join(folder, `${rows}.csv`), rows, say)
    load('duckdb', file, join(folder, 'out'), 'by day')
    const run = load('millrace', file, join(folder, 'out'), 'by day')
    say(`${rows} rows: ${run.seconds.toFixed(1)} s ${run.peakMB.toFixed(0)} MB`)
    rmSync(file)
    return run
  }
  const few = await timeOf(6_750_000)
  const many = await timeOf(67_500_000)
  const times = many.seconds / few.seconds
  return [
    { name: '67.5 million rows', value: many.seconds, unit: 's' },
    { name: '67.5 million rows against 6.75 million', value: times, unit: 'ratio', bar: 10.5 },
    { name: 'peak memory of 67.5 million rows', value: many.peakMB, unit: 'MB', bar: 2000 },
  ]
}

/** One load in a process of its own. */
function load(side: 'millrace' | 'duckdb', file: string, out: string, layout: string): LoadRun {
  const script = join(import.meta.dirname, 'harness', `load-${side}-main.ts`)
  rmSync(out, { recursive: true, force: true })
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file, out, layout], { encoding: 'utf8' })
  if (status !== 0 || !existsSync(out)) throw new Error(`${side}: ${stderr}`)
  return JSON.parse(stdout) as LoadRun
}
