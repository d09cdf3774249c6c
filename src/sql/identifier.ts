import { name as quoted, raw, type SqlText } from './text.ts'

/** Words that SQL takes for itself wherever a name could stand: a table of such a name is to be written in quotes. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect into
lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify
references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic
when where window with`.split(/\s+/),
)

/** Words that cannot stand where a column does, or mean something else there. */
const others = new Set(
  `anti asof at authorization between bigint binary bit boolean by char character coalesce collation columns concurrently
cross dec decimal exists extract filter float freeze full generated glob grouping_id ilike inner int integer interval is
isnull join left like map national natural nchar none notnull nullif numeric out outer over overlaps overlay position
positional precision real right row semi setof similar smallint struct substring tablesample time timestamp treat trim
try_cast unpack values varchar verbose within`.split(/\s+/),
)

/** True for a word in small letters that names nothing unless it is in quotes. */
export function isReservedWord(word: string): boolean {
  return reserved.has(word)
}

/** A name as a person would write it: in quotes only where SQL asks for them. */
export function identifier(name: string): SqlText {
  const plain = name.toLowerCase()
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !reserved.has(plain) && !others.has(plain) ? raw(name) : quoted(name)
}
