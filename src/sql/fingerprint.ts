import { createHash } from 'node:crypto'
import type { Parsed } from './parse.ts'

/** What a query says, without how it is laid out: spaces, comments and positions do not count, every other thing does. */
export function fingerprint({ statement }: Parsed): string {
  return createHash('sha256').update(withoutPlaces(statement)).digest('hex')
}

/** A tree as text, the same for the same tree wherever it stands. */
export function withoutPlaces(tree: unknown): string {
  return JSON.stringify(tree, (key, held: unknown) => {
    if (key === 'query_location') return undefined
    // a number too long for a double is told from the text of its digits
    return typeof held === 'bigint' ? { bigint: String(held) } : held
  })
}
