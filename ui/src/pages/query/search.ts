/** What the rows of an answer can be shown as. */
export const shows = ['table', 'line', 'area', 'bar', 'pie', 'number'] as const

export type Show = (typeof shows)[number]

/** What stands in the address: a question, so that it can be handed on, and what its rows are shown as. */
export interface QuerySearch {
  readonly sql?: string
  readonly show?: Show
}

/** An address longer than this is refused by servers and proxies on the way. */
const longest = 6000

/** What an address holds. A number alone is read as one by the router, and is no question. */
export function querySearch({ sql, show }: Readonly<Record<string, unknown>>): QuerySearch {
  const known = shows.find((each) => each === show)
  return { ...(typeof sql === 'string' && sql.trim() !== '' && { sql }), ...(known && { show: known }) }
}

/** What the address of a question holds; one that is too long has none. */
export function addressOf(sql: string): QuerySearch {
  return encodeURIComponent(sql).length > longest ? {} : querySearch({ sql })
}
