import type { Columns, ColumnType } from '../../core/columns.ts'
import { parseExact, stringifyExact } from '../../core/json.ts'
import type { Value } from '../../core/values.ts'

type Row = readonly Value[]

/** Where rows are not those that were expected. Lines are those of the test's file. */
export type Difference =
  /** A row that is expected, and that the model does not give. */
  | { readonly kind: 'missing'; readonly line: number; readonly expected: Row }
  /** A row that the model gives, and that is not expected. */
  | { readonly kind: 'extra'; readonly got: Row }
  /** A row of which some cells are others: their places among the columns. */
  | {
      readonly kind: 'changed'
      readonly line: number
      readonly expected: Row
      readonly got: Row
      readonly cells: readonly number[]
    }
  /** The rows are those, and one stands elsewhere: the first of them. */
  | { readonly kind: 'moved'; readonly line: number; readonly expected: Row; readonly got: Row }

/** What is compared. */
export interface Compared {
  readonly columns: Columns
  readonly expected: readonly { readonly line: number; readonly row: Row }[]
  readonly got: readonly Row[]
  /** The model orders its rows. */
  readonly ordered: boolean
  /** Columns that tell rows apart; rows that are the same in them are one row that changed. */
  readonly key: readonly string[]
}

/** Rows past this many are told one by one, without looking for their like. */
const mostPaired = 300

/** Compares rows as multisets, and in their order where the model has one. */
export function compareRows({ columns, expected, got, ordered, key }: Compared): readonly Difference[] {
  const same = columns.map(
    ({ type }) =>
      (value: Value) =>
        canonical(value, type),
  )
  const cellsOf = (row: Row) => row.map((value, at) => (same[at] as (value: Value) => string)(value))
  const wanted = expected.map(({ line, row }) => ({ line, row, cells: cellsOf(row) }))
  const given = got.map((row) => ({ row, cells: cellsOf(row) }))
  const missing = without(wanted, given)
  const extra = without(given, wanted)
  if (missing.length === 0 && extra.length === 0) {
    const at = ordered ? wanted.findIndex(({ cells }, index) => keyOf(cells) !== keyOf(given[index]?.cells ?? [])) : -1
    const [first, there] = [wanted[at], given[at]]
    return first && there ? [{ kind: 'moved', line: first.line, expected: first.row, got: there.row }] : []
  }
  const keys = columns.flatMap(({ name }, at) => (key.includes(name) ? [at] : []))
  const likeness = (a: readonly string[], b: readonly string[]): number => {
    if (keys.length > 0 && keys.every((at) => a[at] === b[at])) return a.length + 1
    const equal = a.filter((cell, at) => cell === b[at]).length
    return keys.length === 0 && equal * 2 >= a.length ? equal : 0
  }
  const pairs = missing.length * extra.length > mostPaired ** 2 ? new Map() : paired(missing, extra, likeness)
  const differences = missing.map(({ line, row, cells }): Difference => {
    const like = pairs.get(cells)
    if (!like) return { kind: 'missing', line, expected: row }
    const changed = cells.flatMap((cell, at) => (cell === like.cells[at] ? [] : [at]))
    return { kind: 'changed', line, expected: row, got: like.row, cells: changed }
  })
  const taken = new Set(pairs.values())
  const rest = extra.filter((each) => !taken.has(each)).map(({ row }): Difference => ({ kind: 'extra', got: row }))
  return [...differences, ...rest]
}

interface Cells {
  readonly row: Row
  readonly cells: readonly string[]
}

function keyOf(cells: readonly string[]): string {
  return JSON.stringify(cells)
}

/** What `rows` has more often than `others`. */
function without<T extends Cells>(rows: readonly T[], others: readonly Cells[]): readonly T[] {
  const counts = new Map<string, number>()
  for (const { cells } of others) counts.set(keyOf(cells), (counts.get(keyOf(cells)) ?? 0) + 1)
  return rows.filter(({ cells }) => {
    const left = counts.get(keyOf(cells)) ?? 0
    counts.set(keyOf(cells), left - 1)
    return left <= 0
  })
}

/** The most alike pairs first; each row is in one. */
function paired(
  missing: readonly Cells[],
  extra: readonly Cells[],
  likeness: (a: readonly string[], b: readonly string[]) => number,
): Map<readonly string[], Cells> {
  const candidates = missing
    .flatMap((a) => extra.map((b) => ({ a, b, like: likeness(a.cells, b.cells) })))
    .filter(({ like }) => like > 0)
    .sort((a, b) => b.like - a.like)
  const pairs = new Map<readonly string[], Cells>()
  const taken = new Set<Cells>()
  for (const { a, b } of candidates) {
    if (pairs.has(a.cells) || taken.has(b)) continue
    pairs.set(a.cells, b)
    taken.add(b)
  }
  return pairs
}

/** A text that is the same for values that count as the same: the order of keys, and the last digits of floats, do not. */
function canonical(value: Value, type: ColumnType): string {
  if (value === null) return 'NULL'
  switch (type.kind) {
    case 'float':
    case 'double':
      return String(Number(Number(value).toPrecision(type.kind === 'float' ? 6 : 12)))
    case 'json':
      return jsonText(String(value))
    case 'blob':
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
    case 'list':
      return `[${(value as readonly Value[]).map((item) => canonical(item, type.of)).join(',')}]`
    case 'struct': {
      const fields = value as Readonly<Record<string, Value>>
      return JSON.stringify(type.fields.map((field) => canonical(fields[field.name] ?? null, field.type)))
    }
    case 'map': {
      const entries = value as readonly (readonly [Value, Value])[]
      return JSON.stringify(
        entries.map(([key, item]) => [canonical(key, type.key), canonical(item, type.value)]).sort(),
      )
    }
    default:
      return JSON.stringify(String(value))
  }
}

function jsonText(text: string): string {
  try {
    const sorted = (item: unknown): unknown => {
      if (Array.isArray(item)) return item.map(sorted)
      if (typeof item !== 'object' || item === null) return item
      const entries = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))
      return Object.fromEntries(entries.map(([key, held]) => [key, sorted(held)]))
    }
    return stringifyExact(sorted(parseExact(text)))
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
