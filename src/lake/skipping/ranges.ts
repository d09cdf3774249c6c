import type { ColumnType } from '../../core/columns.ts'
import type { FilterValue } from '../../sql/filters.ts'
import { type Bounds, type Constant, compareKeys, constantOf, mayHold } from './bounds.ts'

type Known = Exclude<Constant, string>

/**
 * Whether bounds leave room for a value in one of the ranges `[from, to)`. Of ranges by the thousand, as a model of
 * minutes has, one is looked at for each file: the first that does not end below the file's least value.
 */
export function withinRanges(
  ranges: readonly { readonly from: FilterValue; readonly to: FilterValue }[],
  type: ColumnType,
): (bounds: Bounds) => boolean {
  const known: { from: Known; to: Known }[] = []
  for (const { from, to } of ranges) {
    const [low, high] = [constantOf(from, type), constantOf(to, type)]
    if (low === 'unknown' || high === 'unknown') return (bounds) => bounds.nulls !== 'all'
    if (low !== 'null' && high !== 'null') known.push({ from: low, to: high })
  }
  const sorted = known.sort((a, b) => compareKeys(a.from.low, b.from.low))
  // where ranges overlap, the end of the furthest so far: the first to reach a value begins before all others that do
  const ends: Known[] = []
  for (const { to } of sorted) {
    const last = ends.at(-1)
    ends.push(last && compareKeys(last.high, to.high) > 0 ? last : to)
  }
  return (bounds) => {
    if (bounds.nulls === 'all') return false
    let first = 0
    for (let rest = ends.length; first < rest; ) {
      const middle = (first + rest) >> 1
      if (mayHold(bounds, '<', ends[middle] as Known)) rest = middle
      else first = middle + 1
    }
    const found = sorted[first]
    return found !== undefined && mayHold(bounds, '>=', found.from)
  }
}
