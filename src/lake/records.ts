import type { AddFile } from './actions.ts'
import { parseStatistics } from './skipping.ts'

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

/** The rows of a file by its statistics; undefined where they do not say. */
export function recordsIn({ stats }: AddFile): number | undefined {
  if (stats === undefined) return undefined
  // statistics of wide tables are long, and Millrace, Spark and delta-rs begin them so
  const first = /^\s*\{\s*"numRecords"\s*:\s*(\d{1,15})\s*[,}]/.exec(stats)
  const count = first ? Number(first[1]) : parseStatistics(stats)?.numRecords
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}
