/** Names that no table can have: those of Millrace's own tables and of the engine's schemas. */
const own: readonly string[] = ['millrace', 'information_schema', 'pg_catalog', 'main', 'temp', 'system', 'raw']

/** Words that SQL takes for itself wherever a name could stand: a table of such a name is to be written in quotes. */
const words =
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect into
lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify
references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic
when where window with`.split(/\s+/)

export function isReserved(name: string): boolean {
  return own.includes(name)
}

/** True for a name that Millrace had better not choose for somebody. */
export function isAwkward(name: string): boolean {
  return isReserved(name) || words.includes(name)
}
