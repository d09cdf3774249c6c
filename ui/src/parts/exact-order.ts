import { isNumeric, valueText } from '../data/rows.ts'
import type { Order } from './order.ts'

type Row = readonly unknown[]

const collator = new Intl.Collator('en', { numeric: true })

/** The rows by one of their columns, its place as `by`; NULL stands last whichever the way, equals stay as they came. */
export function orderedRows(
  rows: readonly Row[],
  columns: readonly { readonly type: string }[],
  order: Order | undefined,
): readonly Row[] {
  if (!order) return rows
  const at = Number(order.by)
  const compare = isNumeric(columns[at]?.type ?? '') ? compareNumbers : compareTexts
  const sign = order.way === 'up' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [a[at] ?? null, b[at] ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return sign * compare(left, right)
  })
}

function compareTexts(left: unknown, right: unknown): number {
  return collator.compare(valueText(left), valueText(right))
}

/** By all digits: two numbers that are one double are told apart by their texts. */
function compareNumbers(left: unknown, right: unknown): number {
  const [a, b] = [Number(left), Number(right)]
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return typeof left === 'string' && typeof right === 'string' ? compareDigits(left, right) : 0
  // NaN is greater than all, as in DuckDB
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

const decimal = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/

function compareDigits(left: string, right: string): number {
  const [a, b] = [decimal.exec(left), decimal.exec(right)]
  if (!a || !b) return 0
  const sign = a[1] === '-' ? -1 : 1
  const [whole, other] = [a[2] as string, b[2] as string]
  if (whole.length !== other.length) return sign * (whole.length - other.length)
  const [digits, others] = [`${whole}${a[3] ?? ''}`, `${other}${b[3] ?? ''}`]
  return digits === others ? 0 : sign * (digits < others ? -1 : 1)
}
