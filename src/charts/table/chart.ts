import { z } from 'zod'
import { wordsOf } from '../cartesian.ts'
import { type Chart, isNumeric, type Misfit, misfit } from '../chart.ts'
import { format, formatter } from '../format.ts'

const shownColumn = z.union([
  z.string().min(1),
  z.strictObject({
    column: z.string().min(1).describe('a column of the SELECT'),
    title: z.string().optional().describe('what stands above it'),
    format: format.optional(),
  }),
])

const tableOptions = z.strictObject({
  columns: z
    .array(shownColumn)
    .min(1)
    .optional()
    .describe('the columns that are shown, in their order: names, or { column, title, format }; all without it'),
})

type Options = z.infer<typeof tableOptions>

/** What the view of a table shows; it sorts and searches by the values themselves. */
export interface TableShown {
  readonly columns: readonly { readonly name: string; readonly title: string; readonly isNumber: boolean }[]
  /** As they are read, in the order of the columns. */
  readonly texts: readonly (readonly string[])[]
  /** As they are: numbers, else the text. */
  readonly values: readonly (readonly (number | string | null)[])[]
}

/** The rows as they are. */
export const table: Chart<Options, TableShown> = {
  name: 'table',
  options: tableOptions,
  fits(columns, { columns: shown = [] }): Misfit | undefined {
    const wanted = shown.map((each) => (typeof each === 'string' ? { column: each } : each))
    return misfit(
      columns,
      wanted.map((each) => ({
        channel: 'columns',
        column: each.column,
        numeric: 'format' in each && each.format !== undefined && each.format !== 'text',
      })),
    )
  },
  arrange: () => ({ by: [], rows: 10_000 }),
  marks: () => [],
  draw({ columns, rows }, { columns: chosen }, { locale }) {
    const wanted = chosen ?? columns.map(({ name }) => name)
    const shown = wanted.map((each) => {
      const {
        column,
        title,
        format: text,
      } = typeof each === 'string' ? { column: each } : { title: undefined, ...each }
      const at = columns.findIndex(({ name }) => name === column)
      const isNumber = isNumeric(columns[at]?.type ?? '')
      return { name: column, title: title ?? wordsOf(column), isNumber, at, text }
    })
    const writers = shown.map(({ isNumber, text }) => {
      const write = formatter(text ?? 'number', 'full', locale)
      return (value: unknown) => (isNumber ? write(value as number | string | null) : textOf(value))
    })
    return {
      columns: shown.map(({ name, title, isNumber }) => ({ name, title, isNumber })),
      texts: rows.map((row) => shown.map(({ at }, index) => (writers[index] as (value: unknown) => string)(row[at]))),
      values: rows.map((row) => shown.map(({ at, isNumber }) => plainOf(row[at], isNumber))),
    }
  },
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function plainOf(value: unknown, isNumber: boolean): number | string | null {
  if (value === null || value === undefined) return null
  return isNumber ? Number(value) : textOf(value)
}
