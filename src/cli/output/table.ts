import type { Value } from '../../core/values.ts'
import { type Unit, valueText } from './values.ts'
import { pad, truncate, width } from './width.ts'

/** A column of a table on a terminal. */
export interface TableColumn {
  /** The field's name in JSON. */
  readonly name: string
  /** What stands above the column on a terminal; the name without it. */
  readonly title?: string
  /** As `typeText` writes it: numbers stand on the right. */
  readonly type?: string
  readonly unit?: Unit
  /** What stands for NULL; `NULL` itself without it. */
  readonly absent?: string
}

/** How wide each shown column is; columns for which there is no room are left out from the right. */
export interface Layout {
  readonly columns: readonly { readonly index: number; readonly cells: number; readonly right: boolean }[]
  readonly hidden: readonly string[]
}

const gap = '  '
/** A text column is not made narrower than this. */
const least = 8

/** Decides the widths from the first rows: numbers keep all their digits, the widest texts give way first. */
export function layOut(
  columns: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  terminalCells: number,
): Layout {
  const wanted = columns.map((column, index) => ({
    index,
    right: isNumber(column),
    cells: rows.reduce((most, row) => Math.max(most, width(cellText(column, row[index]))), width(titleOf(column))),
  }))
  for (let count = wanted.length; count > 1; count--) {
    const fitted = levelled(wanted.slice(0, count), terminalCells)
    if (fitted) return { columns: fitted, hidden: columns.slice(count).map(({ name }) => name) }
  }
  const first = wanted[0]
  const only = first && { ...first, cells: first.right ? first.cells : Math.min(first.cells, terminalCells) }
  return { columns: only ? [only] : [], hidden: columns.slice(1).map(({ name }) => name) }
}

/** The same columns with the widest texts levelled down until all fit; undefined when that is not enough. */
function levelled(wanted: Layout['columns'], terminalCells: number): Layout['columns'] | undefined {
  const room = terminalCells - gap.length * (wanted.length - 1)
  const total = (cap: number) =>
    wanted.reduce((sum, { cells, right }) => sum + (right ? cells : Math.min(cells, cap)), 0)
  let cap = wanted.reduce((most, { cells }) => Math.max(most, cells), least)
  while (total(cap) > room) if (--cap < least) return undefined
  return wanted.map((column) => (column.right ? column : { ...column, cells: Math.min(column.cells, cap) }))
}

/** The title line and the rule under it. */
export function headLines(columns: readonly TableColumn[], layout: Layout): readonly [string, string] {
  const titles = layout.columns.map(({ index, cells, right }) =>
    pad(truncate(titleOf(columns[index] as TableColumn), cells), cells, right),
  )
  return [titles.join(gap).trimEnd(), layout.columns.map(({ cells }) => '─'.repeat(cells)).join(gap)]
}

export function rowLine(columns: readonly TableColumn[], layout: Layout, row: readonly Value[]): string {
  const cells = layout.columns.map(({ index, cells, right }) => {
    const text = cellText(columns[index] as TableColumn, row[index])
    return pad(right ? text : truncate(text, cells), cells, right)
  })
  return cells.join(gap).trimEnd()
}

function isNumber({ type, unit }: TableColumn): boolean {
  return (
    unit !== undefined ||
    (type !== undefined && /^(smallint|integer|bigint|hugeint|float|double|decimal\b.*)$/i.test(type))
  )
}

function titleOf({ name, title }: TableColumn): string {
  return valueText(title ?? name)
}

function cellText({ unit, absent }: TableColumn, value: Value | undefined): string {
  return absent !== undefined && (value === null || value === undefined) ? absent : valueText(value, unit)
}
