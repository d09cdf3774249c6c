import type { TableView } from '../../../../src/api/tables.ts'
import { previewSql } from '../tables/preview-query.ts'

interface Known {
  readonly linked: string | undefined
  readonly last: string | undefined
  readonly tables: readonly Pick<TableView, 'name' | 'columns' | 'kind'>[]
}

/** What stands in the editor at first: what the link says, else the last question, else one that can be asked here. */
export function startOf({ linked, last, tables }: Known): string {
  if (linked !== undefined) return linked
  if (last !== undefined) return last
  const table = tables.find(({ kind }) => kind === 'stream') ?? tables[0]
  return (table && previewSql(table.name, table.columns, { time: null, rows: 100 })) ?? ''
}
