import { name as quoted, raw, type SqlText } from '../../sql/text.ts'
import { isAwkward } from '../reserved-names.ts'

/** Words that cannot stand where a column does, or mean something else there. */
const others = new Set(
  `anti asof at authorization between bigint binary bit boolean by char character coalesce collation columns concurrently
cross dec decimal exists extract filter float freeze full generated glob grouping_id ilike inner int integer interval is
isnull join left like map national natural nchar none notnull nullif numeric out outer over overlaps overlay position
positional precision real right row semi setof similar smallint struct substring tablesample time timestamp treat trim
try_cast unpack values varchar verbose within`.split(/\s+/),
)

/** A name as a person would write it: in quotes only where SQL asks for them. */
export function identifier(name: string): SqlText {
  const plain = name.toLowerCase()
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !isAwkward(plain) && !others.has(plain) ? raw(name) : quoted(name)
}
