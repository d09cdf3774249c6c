import type { AddFile } from './actions.ts'

/** The rows of files by their statistics; undefined when one of them does not say. */
export function recordsOf(files: Iterable<AddFile>): number | undefined {
  let rows = 0
  for (const file of files) {
    const count = recordsIn(file)
    if (count === undefined) return undefined
    rows += count
  }
  return rows
}

/** The rows of a file by its statistics. */
export function recordsIn({ stats }: AddFile): number | undefined {
  // the count alone is looked for: statistics of wide tables are long, and are not needed here
  const found = /"numRecords"\s*:\s*(\d+)/.exec(stats ?? '')
  return found ? Number(found[1]) : undefined
}
