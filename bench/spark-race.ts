import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type Run, runOf, runText } from './harness/run.ts'
import { makeShopFile } from './harness/shop-file.ts'

type Say = (line: string) => void

export const bench: Bench = {
  about: [
    'The work of `load`, by day, beside the same by PySpark 4.2 on all cores of this machine. A process each, by turns;',
    'the start of a session is not counted. Without PySpark there is no race; MILLRACE_PYSPARK names a Python that has it.',
    'Arguments: [file of 10 million rows, else it is made]',
  ].join('\n'),
  async run(say, [given]) {
    const python = process.env['MILLRACE_PYSPARK'] ?? 'python3'
    const missing = whyNoSpark(python)
    if (missing !== undefined) {
      say(missing)
      return []
    }
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      const file = given ?? (await makeShopFile(join(folder, 'shop.csv'), 10_000_000, say))
      return race(folder, file, { python, rounds: 3 }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Why a Python cannot run the race, and what to do about it; undefined when it can. */
export function whyNoSpark(python: string): string | undefined {
  const { status, stdout, error } = spawnSync(python, ['-c', 'import pyspark; print(pyspark.__version__)'], {
    encoding: 'utf8',
  })
  const version = stdout?.trim() ?? ''
  if (status === 0 && version.startsWith('4.2.')) return undefined
  const found = error ? `there is no ${python}` : status === 0 ? `it has ${version}` : `${python} has none`
  return `skipped: it needs PySpark 4.2 and Java 17, and ${found}; \`python3 -m venv spark && spark/bin/pip install pyspark==4.2.0\`, then MILLRACE_PYSPARK=spark/bin/python`
}

/** Both by turns. */
export function race(
  folder: string,
  file: string,
  { python, rounds }: { readonly python: string; readonly rounds: number },
  say: Say,
): readonly Figure[] {
  const runs = { spark: [] as Run[], millrace: [] as Run[] }
  const out = join(folder, 'out')
  for (let round = 0; round < rounds; round++)
    for (const side of ['spark', 'millrace'] as const) {
      rmSync(out, { recursive: true, force: true })
      const run =
        side === 'spark'
          ? runOf('spark_race.py', [file, out], python)
          : runOf('shop-millrace-main.ts', [file, out, 'by day'])
      say(runText(side, run))
      runs[side].push(run)
    }
  const answers = new Set([...runs.spark, ...runs.millrace].map(({ answer }) => answer))
  if (answers.size > 1) throw new Error(`they did not do the same work: ${[...answers].join('; ')}`)
  const [own, theirs] = [runs.millrace, runs.spark].map((side) => median(side.map(({ seconds }) => seconds)))
  const peer = { name: 'PySpark', value: theirs ?? 0 }
  return [{ name: 'load and two models, by day', value: own ?? 0, unit: 's', bar: peer.value / 5, peer }]
}
