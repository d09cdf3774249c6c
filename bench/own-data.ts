import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type Run, runOf, runText } from './harness/run.ts'
import { makeShopFile } from './harness/shop-file.ts'

type Say = (line: string) => void

export const bench: Bench = {
  about: [
    '`millrace init --from` a CSV of 1 GB: inferred, loaded, looked at, its model built, its dashboard written.',
    'Processor time is of all threads: it tells on a busy machine what the clock cannot.',
    'Arguments: [file, else one of 7.7 million rows is made]',
  ].join('\n'),
  async run(say, args) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      const file = args[0] ?? (await makeShopFile(join(folder, 'shop.csv'), 7_700_000, say))
      return making(folder, file, { rounds: 3 }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** A new project each round, in a process of its own. */
export function making(
  folder: string,
  file: string,
  { rounds }: { readonly rounds: number },
  say: Say,
): readonly Figure[] {
  const runs: Run[] = []
  for (let round = 0; round <= rounds; round++) {
    const project = join(folder, `project-${round}`)
    const run = runOf('init-main.ts', [file, project])
    rmSync(project, { recursive: true, force: true })
    say(runText('init --from', run))
    // the first warms the cache
    if (round > 0) runs.push(run)
  }
  const of = (figure: (run: Run) => number) => median(runs.map(figure))
  return [
    { name: 'init --from', value: of(({ parts }) => parts['project'] ?? Number.NaN), unit: 's', bar: 20 },
    { name: 'of that the inference', value: of(({ parts }) => parts['inference'] ?? Number.NaN), unit: 's' },
    { name: 'processor time', value: of(({ cpuSeconds }) => cpuSeconds), unit: 's' },
    { name: 'peak memory', value: of(({ peakMB }) => peakMB), unit: 'MB' },
  ]
}
