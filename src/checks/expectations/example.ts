import type { Columns } from '../../core/columns.ts'
import { stringifyExact } from '../../core/json.ts'
import type { Value } from '../../core/values.ts'

/** A column of an example, its value hidden where it is personal. */
export interface Shown {
  readonly column: string
  readonly hidden: boolean
}

/** An example names the columns of its check, and of the others as many as make it easy to find the row. */
const otherColumns = 5
const longest = 60

/** The columns that an example shows: those of the check first, spelt as the table has them. */
export function shownColumns(columns: Columns, named: readonly string[]): readonly string[] {
  const wanted = new Set(named.map((each) => each.toLowerCase()))
  const names = columns.map((column) => column.name)
  const own = names.filter((each) => wanted.has(each.toLowerCase()))
  const others = names.filter((each) => !wanted.has(each.toLowerCase()))
  return [...own, ...others.slice(0, otherColumns)]
}

/** A row as people read it: `{product: NULL, brand: "acme", email: (hidden)}`. */
export function exampleText(shown: readonly Shown[], row: readonly Value[]): string {
  const fields = shown.map(({ column, hidden }, at) => `${column}: ${valueText(row[at] ?? null, hidden)}`)
  return `{${fields.join(', ')}}`
}

function valueText(given: Value, hidden: boolean): string {
  if (given === null) return 'NULL'
  if (hidden) return '(hidden)'
  const text = given instanceof Uint8Array ? Buffer.from(given).toString('hex') : stringifyExact(given)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
