import type { TableShown } from '../../../src/charts/table/chart.ts'

export interface TableRow {
  readonly at: number
  readonly texts: readonly string[]
  readonly values: TableShown['values'][number]
}

/** The rows that have every word that is looked for, in any of their columns. */
export function found({ texts, values }: Pick<TableShown, 'texts' | 'values'>, find: string): readonly TableRow[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  return texts.flatMap((own, at) => {
    const text = own.join('\n').toLowerCase()
    return words.every((word) => text.includes(word)) ? [{ at, texts: own, values: values[at] ?? [] }] : []
  })
}
