import { isReservedWord } from '../sql/identifier.ts'

/** Names that no table can have: those of Millrace's own tables and of the engine's schemas. */
const own: readonly string[] = ['millrace', 'information_schema', 'pg_catalog', 'main', 'temp', 'system', 'raw']

export function isReserved(name: string): boolean {
  return own.includes(name)
}

/** True for a name that Millrace had better not choose for somebody. */
export function isAwkward(name: string): boolean {
  return isReserved(name) || isReservedWord(name)
}
