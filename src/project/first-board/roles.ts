import type { ScalarType } from '../../core/columns.ts'
import { currencyIn, isIdentity, isMoney, isPersonal, kindRank, momentRank } from './column-words.ts'

/** What the rows of a table hold in a column. */
export interface ColumnProfile {
  readonly name: string
  readonly kind: ScalarType | 'decimal' | 'list' | 'struct' | 'map'
  /** Rows that have a value. */
  readonly filled: number
  /** Different values, about; of columns that can be grouped by. */
  readonly distinct?: number
  /** The letters of the longest value. */
  readonly longest?: number
  /** Of times. */
  readonly firstMs?: number
  readonly lastMs?: number
  /** Of numbers. */
  readonly least?: number
  readonly most?: number
}

export interface TableProfile {
  readonly table: string
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
}

/** What a dashboard can be made of. */
export interface Roles {
  /** When a row happened. */
  readonly time?: {
    readonly column: string
    readonly isDate: boolean
    readonly firstMs: number
    readonly lastMs: number
  }
  /** Columns of few different values, the best first. */
  readonly categories: readonly { readonly column: string; readonly distinct: number }[]
  /** Money, which is summed up. */
  readonly amount?: { readonly column: string; readonly format: string }
  /** A number whose values are worth a look at how they spread. */
  readonly spread?: { readonly column: string; readonly least: number; readonly most: number }
  /** What a table of rows shows. */
  readonly shown: readonly string[]
}

const most = { categories: 60, letters: 60, shown: 8 }
const numbers = ['smallint', 'integer', 'bigint', 'decimal', 'float', 'double']
const years = [Date.UTC(1970, 0, 2), Date.UTC(2100, 0, 1)] as const

/** Which column is what, by its type, its values and its name. */
export function rolesOf({ rows, columns }: TableProfile): Roles {
  const time = timeOf(columns, rows)
  const categories = categoriesOf(columns, rows)
  const amount = amountOf(columns)
  const spread = spreadOf(columns)
  const first = [time?.column, ...categories.slice(0, 2).map(({ column }) => column), amount?.column]
  return {
    categories,
    ...(time && { time }),
    ...(amount && { amount }),
    ...(spread && { spread }),
    shown: shownOf(
      columns,
      first.filter((name) => name !== undefined),
    ),
  }
}

function timeOf(columns: readonly ColumnProfile[], rows: number): Roles['time'] {
  const fit = columns.flatMap(({ name, kind, filled, firstMs, lastMs }) => {
    if ((kind !== 'timestamptz' && kind !== 'date') || firstMs === undefined || lastMs === undefined) return []
    if (filled * 2 < rows || firstMs === lastMs || momentRank(name) < -1) return []
    if (firstMs < years[0] || lastMs > years[1]) return []
    return [{ column: name, isDate: kind === 'date', firstMs, lastMs, filled }]
  })
  const rank = ({ column, isDate, filled }: (typeof fit)[number]) =>
    momentRank(column) * 4 + (filled === rows ? 2 : 0) + (isDate ? 0 : 1)
  const [best] = fit.toSorted((a, b) => rank(b) - rank(a))
  if (!best) return undefined
  const { filled: _, ...time } = best
  return time
}

/** A column whose values come again and again: no id, no free text, nobody's own. */
function categoriesOf(columns: readonly ColumnProfile[], rows: number): Roles['categories'] {
  const fit = columns.flatMap(({ name, kind, filled, distinct = 0, longest = 0 }) => {
    const isWhole = kind === 'smallint' || kind === 'integer' || kind === 'bigint'
    if (kind !== 'varchar' && kind !== 'boolean' && !isWhole) return []
    if (distinct < 2 || distinct > (isWhole ? 20 : most.categories) || longest > most.letters) return []
    if (filled * 2 < rows || (distinct > 3 || isWhole ? distinct * 2 > filled : distinct >= filled)) return []
    if (isIdentity(name) || isPersonal(name) || (isWhole && isMoney(name))) return []
    return [{ column: name, distinct, filled, kind }]
  })
  const rank = ({ column, distinct, filled, kind }: (typeof fit)[number]) =>
    kindRank(column) * 3 +
    (kind === 'varchar' ? 3 : kind === 'boolean' ? 1 : 0) +
    (distinct >= 3 && distinct <= 25 ? 2 : 0) +
    (filled === rows ? 1 : 0)
  return fit.toSorted((a, b) => rank(b) - rank(a)).map(({ column, distinct }) => ({ column, distinct }))
}

function amountOf(columns: readonly ColumnProfile[]): Roles['amount'] {
  const fit = columns.filter(
    ({ name, kind, filled, least, most: top }) =>
      numbers.includes(kind) &&
      filled > 0 &&
      least !== undefined &&
      least !== top &&
      isMoney(name) &&
      !isIdentity(name),
  )
  // what a row comes to in the end says more than the price of a piece
  const rank = ({ name }: ColumnProfile) =>
    (/revenue|sales|total|amount|turnover|umsatz|betrag|importe|montant/i.test(name) ? 2 : 0) +
    (/unit|list|sub|tax|shipping|discount/i.test(name) ? -3 : 0)
  const [best] = fit.toSorted((a, b) => rank(b) - rank(a))
  if (!best) return undefined
  const currency = currencyIn(best.name)
  const format = currency ? `money(${currency})` : numbers.indexOf(best.kind) < 3 ? 'integer' : 'number(2)'
  return { column: best.name, format }
}

function spreadOf(columns: readonly ColumnProfile[]): Roles['spread'] {
  for (const { name, kind, least, most: top } of columns)
    if (numbers.includes(kind) && least !== undefined && top !== undefined && top > least && !isIdentity(name))
      if (top - least > 1e-9 && Math.abs(top) < 1e15 && Math.abs(least) < 1e15)
        return { column: name, least, most: top }
  return undefined
}

/** The columns that matter first, then those that have something to show; nothing that is somebody's own. */
function shownOf(columns: readonly ColumnProfile[], first: readonly string[]): readonly string[] {
  const plain = columns.filter(
    ({ name, kind, filled, longest = 0 }) =>
      !['json', 'blob', 'list', 'struct', 'map'].includes(kind) && filled > 0 && longest <= 200 && !isPersonal(name),
  )
  const names = [...new Set([...first, ...plain.map(({ name }) => name)])].slice(0, most.shown)
  return names.length > 0 ? names : columns.slice(0, most.shown).map(({ name }) => name)
}
