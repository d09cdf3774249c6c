import { type ReactNode, useMemo, useState } from 'react'
import { classes } from './classes.ts'
import styles from './data-table.module.css'
import { type Order, ordered, turned } from './order.ts'
import { Scroller } from './scroller.tsx'

export interface TableColumn<Row> {
  readonly id: string
  readonly title: string
  /** Under the title, small. */
  readonly note?: string
  readonly cell: (row: Row) => ReactNode
  /** What it is sorted by; none: it is not sorted by this. */
  readonly by?: (row: Row) => string | number | null
  /** Figures stand on the right, and are sorted from the greatest first. */
  readonly numeric?: boolean
  /** Not shown where there is little room. */
  readonly spare?: boolean
}

interface DataTableProps<Row> {
  /** What it holds, for whoever does not see it. */
  readonly label: string
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly order?: Order
  /** More rows come a page at a time. */
  readonly page?: number
  /** Many columns, and rows close to each other. */
  readonly dense?: boolean
}

/** Rows under heads that stay, sorted by any of them. */
export function DataTable<Row>({ label, columns, rows, keyOf, order: first, page = 200, dense }: DataTableProps<Row>) {
  const [order, setOrder] = useState(first)
  const [shown, setShown] = useState(page)
  const sorted = useMemo(() => ordered(rows, columns, order), [rows, columns, order])
  const left = sorted.length - shown
  return (
    <Scroller label={label}>
      <table className={classes(styles.table, dense && styles.dense)} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, shown).map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, cell, numeric, spare }) => (
                <td key={id} className={classes(numeric && styles.numeric, spare && styles.spare)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <button type="button" className={styles.more} onClick={() => setShown(shown + page)}>
          {Math.min(left, page)} more of {left}
        </button>
      )}
    </Scroller>
  )
}

interface HeadProps<Row> {
  readonly column: TableColumn<Row>
  readonly order: Order | undefined
  readonly onOrder: (order: Order) => void
}

function Head<Row>({ column, order, onOrder }: HeadProps<Row>) {
  const { id, title, note, by, numeric, spare } = column
  const way = order?.by === id ? order.way : undefined
  return (
    <th
      scope="col"
      className={classes(numeric && styles.numeric, spare && styles.spare)}
      aria-sort={way && (way === 'up' ? 'ascending' : 'descending')}
    >
      {by ? (
        <button type="button" className={styles.sort} onClick={() => onOrder(turned(column, order))}>
          {title}
          <span className={styles.arrow} aria-hidden="true">
            {way === 'up' ? '↑' : way === 'down' ? '↓' : ''}
          </span>
        </button>
      ) : (
        title
      )}
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </th>
  )
}
