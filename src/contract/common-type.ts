import { type ColumnType, sameType } from '../core/columns.ts'
import { widens } from './change.ts'

/** The narrowest type that has every value of both, text where there is no other. */
export function commonType(a: ColumnType, b: ColumnType): ColumnType {
  if (sameType(a, b) || widens(b, a)) return a
  if (widens(a, b)) return b
  const [x, y] = [decimalOf(a), decimalOf(b)]
  if (x && y) {
    const scale = Math.max(x.scale, y.scale)
    const precision = scale + Math.max(x.precision - x.scale, y.precision - y.scale)
    if (precision <= 38) return { kind: 'decimal', precision, scale }
  }
  const fits = (from: ColumnType, to: ColumnType) => /^(smallint|integer)$/.test(from.kind) && to.kind === 'double'
  if (fits(a, b)) return b
  if (fits(b, a)) return a
  const nested = ['list', 'struct', 'map', 'json']
  return { kind: nested.includes(a.kind) && nested.includes(b.kind) ? 'json' : 'varchar' }
}

const digits: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 }

/** The decimal that has every value of an integer type or a decimal. */
function decimalOf(type: ColumnType): { readonly precision: number; readonly scale: number } | undefined {
  if (type.kind === 'decimal') return type
  const precision = digits[type.kind]
  return precision === undefined ? undefined : { precision, scale: 0 }
}
