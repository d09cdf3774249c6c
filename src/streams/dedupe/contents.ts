import { compareKeys, type IdBatch, unknownContent } from './sort.ts'

/** Of an id whose row has left the table: whatever comes with it again is a conflict, and kept. */
const goneContent = 1

/**
 * Sorted ids with the contents that `told`, sorted too, has for those whose content is not known; what it does not have is
 * of rows that are gone.
 */
export async function* withContents(
  sorted: AsyncIterable<IdBatch>,
  told: AsyncGenerator<IdBatch>,
): AsyncGenerator<IdBatch> {
  let teller: IdBatch | undefined = { keys: new Uint32Array(0), contents: new Uint32Array(0) }
  let next = 0
  try {
    for await (const { keys, contents } of sorted) {
      for (let at = 0; at < contents.length; at++) {
        if (contents[at] !== unknownContent) continue
        let order = -1
        while (teller && order < 0) {
          if (next === teller.contents.length) {
            const { value, done }: IteratorResult<IdBatch, undefined> = await told.next()
            teller = done ? undefined : value
            next = 0
          } else {
            order = compareKeys(teller.keys, 4 * next, keys, 4 * at)
            if (order < 0) next++
          }
        }
        contents[at] = order === 0 ? (teller?.contents[next] as number) : goneContent
      }
      yield { keys, contents }
    }
  } finally {
    await told.return(undefined)
  }
}
