import { useMemo, useState } from 'react'
import type { TableShown } from '../../../src/charts/table/chart.ts'
import { DataTable, type TableColumn } from '../parts/data-table.tsx'
import { Search } from '../parts/field.tsx'
import { found, type TableRow } from './found.ts'
import styles from './table-view.module.css'

interface TableViewProps {
  readonly label: string
  readonly shown: TableShown
}

/** Fewer rows than this are looked through by eye. */
const few = 8

/** Rows, sorted by any column, and those that have what is looked for. */
export function TableView({ label, shown }: TableViewProps) {
  const [find, setFind] = useState('')
  const columns = useMemo(
    () =>
      shown.columns.map(
        ({ name, title, isNumber }, at): TableColumn<TableRow> => ({
          id: name,
          title,
          numeric: isNumber,
          by: ({ values }) => values[at] ?? null,
          cell: ({ texts }) => texts[at],
        }),
      ),
    [shown.columns],
  )
  const rows = useMemo(() => found(shown, find), [shown, find])
  return (
    <div className={styles.table}>
      {shown.texts.length > few && (
        <Search label={`Find in ${label}`} value={find} onChange={({ target }) => setFind(target.value)} />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keyboard too */}
      <section className={styles.rows} tabIndex={0} aria-label={`Rows of ${label}`}>
        {rows.length === 0 ? (
          <p className={styles.none}>No row has “{find}”.</p>
        ) : (
          <DataTable label={label} columns={columns} rows={rows} keyOf={({ at }) => String(at)} page={100} dense />
        )}
      </section>
    </div>
  )
}
