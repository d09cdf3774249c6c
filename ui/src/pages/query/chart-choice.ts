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
  /** Every column is in it. */
  readonly isWhole: boolean
}

/** More bars, or slices, than this are a table's. */
const [mostBars, mostSlices] = [60, 24] as const

/** The charts that rows fit, the most telling first. What stands on each other is of one number: the sum has to mean something. */
export function choicesOf(charted: Charted): readonly Choice[] {
  return fittingOf(charted).map((choice) => {
    const used = new Set(Object.values(choice.options).flat())
    return { ...choice, isWhole: charted.columns.every(({ name }) => used.has(name)) }
  })
}

type Fitting = Omit<Choice, 'isWhole'>

function fittingOf({ columns, rows }: Charted): readonly Fitting[] {
  const numbers = namesOf(columns, ({ type }) => isNumeric(type))
  const [value] = numbers
  if (value === undefined || rows.length === 0) return []
  if (rows.length === 1 && columns.length === 1) return [{ show: 'number', options: { value } }]
  const [time] = namesOf(columns, ({ type }) => isTime(type))
  const words = namesOf(columns, ({ type }) => !isNumeric(type) && !isTime(type))
  const [word, second] = words
  const series = (by: string | undefined) => by !== undefined && { series: by }
  const found: Fitting[] = []
  if (time !== undefined && rows.length > 1) {
    const one = { x: time, y: [value], ...series(word) }
    found.push({ show: 'line', options: word === undefined ? { x: time, y: numbers } : one })
    found.push({ show: 'area', options: one }, { show: 'bar', options: one })
  } else if (word !== undefined) {
    const bars = countOf({ columns, rows }, word)
    if (bars <= mostBars) found.push({ show: 'bar', options: { x: word, y: [value], ...series(second) } })
    if (bars <= mostSlices && bars === rows.length) found.push({ show: 'pie', options: { label: word, value } })
  } else if (numbers.length > 1 && rows.length > 1) {
    const [x = '', ...y] = numbers
    const one = { x, y: y.slice(0, 1) }
    found.push({ show: 'line', options: { x, y } }, { show: 'area', options: one })
    if (rows.length <= mostBars) found.push({ show: 'bar', options: one })
  }
  return rows.length === 1 ? [...found, { show: 'number', options: { value } }] : found
}

/** What rows are shown as where nobody has said it: those that were put together as a chart that has all of them. */
export function showOf(asked: Show | undefined, sql: string, choices: readonly Choice[]): Show {
  if (asked === 'table' || choices.some(({ show }) => show === asked)) return asked ?? 'table'
  const [first] = choices
  const isSum = /\bgroup\s+by\b|\b(?:count|sum|avg|min|max|median)\s*\(/i.test(sql)
  return isSum && first?.isWhole ? first.show : 'table'
}

function namesOf(columns: Charted['columns'], is: (column: Charted['columns'][number]) => boolean): readonly string[] {
  return columns.filter(is).map(({ name }) => name)
}

function countOf({ columns, rows }: Charted, column: string): number {
  const at = columns.findIndex(({ name }) => name === column)
  return new Set(rows.map((row) => row[at])).size
}
