import type { Value } from '../core/values.ts'
import type { Result } from './engine.ts'

/** All rows of a result, which is closed afterwards; each an array in the order of its columns. */
export async function collect(result: Result): Promise<(readonly Value[])[]> {
  await using held = result
  const rows: (readonly Value[])[] = []
  for await (const batch of held.batches) for (const row of batch) rows.push(row)
  return rows
}

/** All rows of a result, which is closed afterwards, as objects by column name. */
export async function collectObjects(result: Result): Promise<Record<string, Value>[]> {
  const names = result.columns.map((column) => column.name)
  const rows = await collect(result)
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] as Value])))
}
