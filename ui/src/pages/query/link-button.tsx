import { Copy } from '../../parts/copy.tsx'
import { addressOf } from './search.ts'

/** A link to the question as it stands in the editor. */
export function LinkButton({ sql }: { readonly sql: string }) {
  if (addressOf(sql).sql === undefined) return null
  // as the router reads it: what reads as JSON stands in quotes
  const url = new URL('/query', location.origin)
  url.searchParams.set('sql', isJson(sql) ? JSON.stringify(sql) : sql)
  return <Copy text={url.href} what="Copy link" />
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
