import type { StreamView } from '../../../../src/api/streams.ts'
import type { TableView } from '../../../../src/api/tables.ts'

export interface ListedTable extends TableView {
  /** Events that every query sees, and that are not in the table yet; null where no stream is behind it. */
  readonly tail: number | null
}

/** The tables whose name has every word that is looked for, with what their streams hold beyond them. */
export function listed(
  tables: readonly TableView[],
  streams: readonly { readonly name: string; readonly counts: Pick<StreamView['counts'], 'pending'> }[],
  find: string,
): readonly ListedTable[] {
  const pending = new Map(streams.map(({ name, counts }) => [name, counts.pending]))
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  return tables
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .map((table) => ({ ...table, tail: pending.get(table.name) ?? null }))
}
