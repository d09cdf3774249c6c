import type { Value } from '../core/values.ts'
import type { Result } from '../engines/engine.ts'

/** The rows of a result one by one. */
export async function* rowsOf(result: Result): AsyncGenerator<readonly Value[]> {
  for await (const batch of result.batches) yield* batch
}
