import { isError } from '../../core/errors.ts'
import type { Label } from '../intervals.ts'

/** Intervals that one commit takes at most: of a table without partitions it is rewritten once for each so many. */
const labelLimit = 5_000

/** Partitions that one commit of the lake takes: as many days as are written at once where a day is a partition. */
const partitionedLimit = 500

/** Intervals cut into what one commit takes. */
export function portionsOf(labels: readonly Label[], partitioned: boolean): readonly (readonly Label[])[] {
  return chunks(labels, partitioned ? partitionedLimit : labelLimit)
}

/**
 * The portion cut so that each part falls into no more partitions than a commit takes, going by how many it fell into;
 * undefined when the error is another, or a single interval has too many.
 */
export function smallerPortions(portion: readonly Label[], error: unknown): readonly (readonly Label[])[] | undefined {
  if (!isError(error, 'TOO_MANY_PARTITIONS') || portion.length < 2) return undefined
  const { partitions, limit } = error.fields
  const size = Math.floor((portion.length * Number(limit)) / Number(partitions))
  return chunks(portion, Math.max(1, Math.min(size, portion.length - 1)))
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const found: (readonly Item[])[] = []
  for (let from = 0; from < items.length; from += size) found.push(items.slice(from, from + size))
  return found
}
