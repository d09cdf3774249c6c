import { isTime } from '../../../../src/charts/time.ts'
import { isNumeric } from '../../data/rows.ts'
import type { Show } from './search.ts'

/** The rows of an answer, as a chart is chosen by them. */
export interface Charted {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
}

/** A kind of chart that rows can be shown as, with the keys that a tile of it would have. */
export interface Choice {
  readonly show: Exclude<Show, 'table'>
  readonly options: Readonly<Record<string, string | readonly string[]>>
}

/** More bars, or slices, than this are a table's. */
const [mostBars, mostSlices] = [60, 24] as const

/** The charts that rows fit, the most telling first. */
export function choicesOf({ columns, rows }: Charted): readonly Choice[] {
  const numbers = namesOf(columns, ({ type }) => isNumeric(type))
  const [value] = numbers
  if (value === undefined || rows.length === 0) return []
  if (rows.length === 1 && columns.length === 1) return [{ show: 'number', options: { value } }]
  const [time] = namesOf(columns, ({ type }) => isTime(type))
  const words = namesOf(columns, ({ type }) => !isNumeric(type) && !isTime(type))
  const [word, second] = words
  const series = (by: string | undefined) => by !== undefined && { series: by }
  const found: Choice[] = []
  if (time !== undefined && rows.length > 1) {
    const options = { x: time, y: numbers, ...series(word) }
    found.push(...(['line', 'area', 'bar'] as const).map((show): Choice => ({ show, options })))
  } else if (word !== undefined) {
    const bars = countOf({ columns, rows }, word)
    if (bars <= mostBars) found.push({ show: 'bar', options: { x: word, y: numbers, ...series(second) } })
    if (bars <= mostSlices && bars === rows.length) found.push({ show: 'pie', options: { label: word, value } })
  } else if (numbers.length > 1 && rows.length > 1) {
    const [x = '', ...y] = numbers
    found.push({ show: 'line', options: { x, y } }, { show: 'area', options: { x, y } })
    if (rows.length <= mostBars) found.push({ show: 'bar', options: { x, y } })
  }
  return rows.length === 1 ? [...found, { show: 'number', options: { value } }] : found
}

/** What rows are shown as where nobody has said it: those that were put together as a chart, all others as they are. */
export function showOf(asked: Show | undefined, sql: string, choices: readonly Choice[]): Show {
  if (asked === 'table' || choices.some(({ show }) => show === asked)) return asked ?? 'table'
  const [first] = choices
  const isSum = /\bgroup\s+by\b|\b(?:count|sum|avg|min|max|median)\s*\(/i.test(sql)
  return isSum && first ? first.show : 'table'
}

function namesOf(columns: Charted['columns'], is: (column: Charted['columns'][number]) => boolean): readonly string[] {
  return columns.filter(is).map(({ name }) => name)
}

function countOf({ columns, rows }: Charted, column: string): number {
  const at = columns.findIndex(({ name }) => name === column)
  return new Set(rows.map((row) => row[at])).size
}
