import type { QueryAnswer } from '../../../../src/api/query.ts'
import { isNumeric, valueText } from '../../data/rows.ts'

type Answer = Pick<QueryAnswer, 'columns' | 'rows'>

/** What a spreadsheet would run when it opens the file. */
const formula = /^[=+\-@\t\r\n]/

/**
 * RFC 4180 with a header. A text that a spreadsheet would take for a formula begins with a `'`; figures are as they are.
 * NULL is empty, an empty text stands in quotes.
 */
export function csvOf({ columns, rows }: Answer): string {
  const numeric = columns.map(({ type }) => isNumeric(type))
  const lines = [columns.map(({ name }) => field(name)), ...rows.map((row) => row.map((value, at) => cell(value, at)))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')

  function cell(value: unknown, at: number): string {
    if (value === null || value === undefined) return ''
    const text = valueText(value)
    return numeric[at] && /^-?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? text : field(text)
  }
}

function field(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text
  return safe === '' || /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One object a line. Numbers of 64 bits keep their digits; columns of the same name are told apart by a number. */
export function ndjsonOf({ columns, rows }: Answer): string {
  const keys = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name))
  const exact = columns.map(({ type }) => isNumeric(type))
  const member = (value: unknown, at: number) =>
    `${keys[at]}:${exact[at] && typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? value : JSON.stringify(value ?? null)}`
  return rows.map((row) => `{${row.map(member).join(',')}}\n`).join('')
}

function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let count = 1; taken.has(unique); count++) unique = `${name}_${count}`
    taken.add(unique)
    return unique
  })
}
