import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { type Run, runOf, runText } from './harness/run.ts'
import { makeShopProject } from './harness/shop-project.ts'
import { addDay, fillYear, type Year } from './harness/shop-year.ts'

type Say = (line: string) => void

export const bench: Bench = {
  about: [
    'A day of events is added to a year of 67.5 million, and two models of examples/shop are built: what is stale of them,',
    'beside all of it. A process each.',
    'Arguments: [events, instead of 67,500,000]',
  ].join('\n'),
  async run(say, [rows = '67500000']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return await addingDays(folder, { days: 365, rowsPerDay: Math.round(Number(rows) / 365), rounds: 5 }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Builds after each of some days, and everything once in the end; both must leave the same. */
export async function addingDays(
  folder: string,
  { rounds, ...year }: Year & { readonly rounds: number },
  say: Say,
): Promise<readonly Figure[]> {
  await makeShopProject(folder, 'by day')
  await fillYear(folder, year, say)
  const build = (name: string, ...args: readonly string[]): Run => {
    const run = runOf('models-main.ts', [folder, ...args])
    say(runText(name, run))
    return run
  }
  build('first build')
  const days: Run[] = []
  for (let round = 0; round < rounds; round++) {
    await addDay(folder, year.days + round, year.rowsPerDay)
    days.push(build('a day more'))
  }
  const full = build('everything', 'full')
  const last = days.at(-1)
  if (last?.answer !== full.answer) throw new Error(`a day at a time gave ${last?.answer}, all at once ${full.answer}`)
  const share = 1 / (year.days + rounds)
  const value = median(days.map(({ seconds }) => seconds))
  return [
    {
      name: `a day more than ${year.days}`,
      value,
      unit: 's',
      bar: 1.5 * share * full.seconds + 1,
      peer: { name: 'everything anew', value: full.seconds },
    },
    { name: 'of that the plan', value: median(days.map(({ parts }) => parts['plan'] ?? 0)), unit: 's' },
    { name: 'peak memory, everything anew', value: full.peakMB, unit: 'MB' },
  ]
}
