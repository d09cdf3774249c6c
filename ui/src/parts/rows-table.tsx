import { useMemo } from 'react'
import { isNumeric, valueText } from '../data/rows.ts'
import { DataTable, type TableColumn } from './data-table.tsx'
import styles from './rows-table.module.css'

interface RowsTableProps {
  /** The values that are to be seen before the others, by the places of their row and column. */
  readonly marked?: (row: number, column: number) => boolean
  readonly label: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
  /** A column before the others, of what is known of each row beside its values. */
  readonly first?: { readonly title: string; readonly text: (at: number) => string } | undefined
}

type Row = { readonly at: number; readonly values: readonly unknown[] }

/** The rows of an answer, under the names and types of its columns. */
export function RowsTable({ label, columns, rows, first, marked }: RowsTableProps) {
  const shown = useMemo(
    () => [
      ...(first ? [firstColumn(first)] : []),
      ...columns.map(({ name, type }, at): TableColumn<Row> => {
        const numeric = isNumeric(type)
        return {
          id: `${at} ${name}`,
          title: name,
          note: type.toLowerCase(),
          numeric,
          by: ({ values }) => sortable(values[at], numeric),
          cell: ({ at: row, values }) => <Value of={values[at]} marked={marked?.(row, at)} />,
        }
      }),
    ],
    [columns, first, marked],
  )
  const numbered = useMemo(() => rows.map((values, at): Row => ({ at, values })), [rows])
  return <DataTable label={label} columns={shown} rows={numbered} keyOf={({ at }) => String(at)} dense />
}

function firstColumn({ title, text }: NonNullable<RowsTableProps['first']>): TableColumn<Row> {
  return {
    id: 'first',
    title,
    by: ({ at }) => text(at),
    cell: ({ at }) => <span className={styles.value}>{text(at)}</span>,
  }
}

function Value({ of, marked }: { readonly of: unknown; readonly marked?: boolean | undefined }) {
  if (marked)
    return (
      <strong className={styles.marked}>
        <Value of={of} />
      </strong>
    )
  if (of === null || of === undefined) return <span className={styles.null}>null</span>
  const text = valueText(of)
  return (
    <span className={styles.value} title={text.length > 40 ? text : undefined}>
      {text}
    </span>
  )
}

/** Digits beyond a double’s decide nothing here: rows that are equal to a double stay in the server’s order. */
function sortable(value: unknown, numeric: boolean): string | number | null {
  if (value === null || value === undefined) return null
  return numeric ? Number(value) : valueText(value)
}
