import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type Run, runOf, runText } from './harness/run.ts'
import { addIds, makeShopFile } from './harness/shop-file.ts'
import { type Layout, layouts } from './harness/shop-project.ts'

type Say = (line: string) => void

export const bench: Bench = {
  about: [
    'Shop rows from one CSV file, checked against the contract, into a Delta table, then two models of examples/shop;',
    'beside it bare DuckDB with the same columns and SELECTs to Parquet. A process each, by turns, warm.',
    '`with ids`: each row has an id of its own, which goes through the index of the stream.',
    '`large`: 67.5 million rows against 6.75 million.',
    'Arguments: [large] [file of 10 million rows, else it is made]',
  ].join('\n'),
  async run(say, args) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      if (args[0] === 'large') return await growing(folder, { few: 6_750_000, many: 67_500_000 }, say)
      const file = args[0] ?? (await makeShopFile(join(folder, 'shop.csv'), 10_000_000, say))
      return await beside(folder, file, { rounds: 5, layouts }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Both sides by turns. */
export async function beside(
  folder: string,
  file: string,
  { rounds, layouts: tried }: { readonly rounds: number; readonly layouts: readonly Layout[] },
  say: Say,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const layout of tried) {
    const hasIds = layout.endsWith('with ids')
    const input = hasIds ? await addIds(file, join(folder, 'with-ids.csv')) : file
    const runs = { millrace: [] as Run[], duckdb: [] as Run[] }
    for (let round = 0; round <= rounds; round++)
      for (const side of ['duckdb', 'millrace'] as const) {
        const run = load(side, input, join(folder, 'out'), layout)
        say(runText(`${layout} ${side}`, run))
        // the first of each warms the cache
        if (round > 0) runs[side].push(run)
      }
    const [own, theirs] = [runs.millrace, runs.duckdb]
    const answers = new Set([...own, ...theirs].map(({ answer }) => answer))
    if (answers.size > 1) throw new Error(`they did not do the same work: ${[...answers].join('; ')}`)
    const figure = (name: string, of: (run: Run) => number): Figure => ({
      name: `${name}, ${layout}`,
      value: median(own.map(of)),
      unit: 's',
      peer: { name: 'bare DuckDB', value: median(theirs.map(of)) },
    })
    const whole = figure('load and two models', (run) => run.seconds)
    figures.push({ ...whole, bar: (hasIds ? 1.6 : 1.25) * (whole.peer?.value ?? 0) })
    figures.push(figure('of that the load', ({ parts }) => parts['load'] ?? 0))
    figures.push(figure('of that the models', ({ parts }) => parts['models'] ?? 0))
    const peak = Math.max(...own.map((run) => run.peakMB))
    figures.push({ name: `peak memory, ${layout}`, value: peak, unit: 'MB', bar: 1500 })
  }
  return figures
}

/** Many rows against few. */
export async function growing(
  folder: string,
  sizes: { readonly few: number; readonly many: number },
  say: Say,
): Promise<readonly Figure[]> {
  const runOfRows = async (rows: number): Promise<Run> => {
    const file = await makeShopFile(join(folder, `${rows}.csv`), rows, say)
    const out = join(folder, 'out')
    load('duckdb', file, out, 'by day')
    const run = load('millrace', file, out, 'by day')
    say(runText(`${rows} rows`, run))
    rmSync(file)
    rmSync(out, { recursive: true, force: true })
    return run
  }
  const few = await runOfRows(sizes.few)
  const many = await runOfRows(sizes.many)
  const name = `${sizes.many / 1_000_000} million rows`
  const times = many.seconds / few.seconds
  return [
    { name: `${name}, load and two models`, value: many.seconds, unit: 's' },
    { name: `${name} against ${sizes.few / 1_000_000} million`, value: times, unit: 'ratio', bar: 10.5 },
    { name: `peak memory of ${name}`, value: many.peakMB, unit: 'MB', bar: 2000 },
  ]
}

/** One load in a process of its own. */
function load(side: 'millrace' | 'duckdb', file: string, out: string, layout: Layout): Run {
  rmSync(out, { recursive: true, force: true })
  return runOf(`shop-${side}-main.ts`, [file, out, layout])
}
