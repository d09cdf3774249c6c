/** What stands in the address: a question, so that it can be handed on. */
export interface QuerySearch {
  readonly sql?: string
}

/** An address longer than this is refused by servers and proxies on the way. */
const longest = 6000

/** What an address holds. A number alone is read as one by the router, and is no question. */
export function querySearch({ sql }: Readonly<Record<string, unknown>>): QuerySearch {
  return typeof sql === 'string' && sql.trim() !== '' ? { sql } : {}
}

/** What the address of a question holds; one that is too long has none. */
export function addressOf(sql: string): QuerySearch {
  return encodeURIComponent(sql).length > longest ? {} : querySearch({ sql })
}
