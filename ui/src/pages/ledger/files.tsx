import { count, counted } from '../../data/format.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Count } from '../../parts/figures.tsx'
import type { FileLine } from './equations.ts'
import styles from './files.module.css'

function figure(id: 'lines' | 'records' | 'stored' | 'duplicate' | 'rejected', spare = false): TableColumn<FileLine> {
  const title = id.charAt(0).toUpperCase() + id.slice(1)
  return { id, title, numeric: true, spare, by: (line) => line[id], cell: (line) => <Count of={line[id]} /> }
}

const columns: readonly TableColumn<FileLine>[] = [
  { id: 'file', title: 'File', by: ({ file }) => file, cell: ({ file }) => <code>{file}</code> },
  figure('lines', true),
  figure('records', true),
  figure('stored'),
  figure('duplicate', true),
  figure('rejected', true),
  {
    id: 'rows',
    title: 'In the table',
    numeric: true,
    by: ({ rows_in_table: rows }) => rows,
    cell: ({ rows_in_table: rows, current }) =>
      rows === null && !current ? (
        <Badge title="A later delivery of the file took its rows out">replaced</Badge>
      ) : (
        <Count of={rows} />
      ),
  },
  {
    id: 'closes',
    title: '',
    by: ({ closes }) => (closes ? 1 : 0),
    cell: ({ closes, open }) =>
      closes ? <span className={styles.closes}>closes</span> : <Badge tone="bad">{open ?? 'open'}</Badge>,
  },
]

/** Each file by itself; those that do not close are shown at once. */
export function FilesOf({ table, lines }: { readonly table: string; readonly lines: readonly FileLine[] }) {
  const open = lines.filter(({ closes }) => !closes)
  return (
    <details className={styles.files} open={open.length > 0 || lines.length <= 12}>
      <summary className={styles.summary}>
        {counted(lines.length, 'file')}
        {open.length > 0 && `, ${count(open.length)} open`}
      </summary>
      <DataTable
        label={`Files of ${table}`}
        columns={columns}
        rows={lines}
        keyOf={({ source, batch, file }) => `${source} ${batch} ${file}`}
        order={open.length > 0 ? { by: 'closes', way: 'up' } : { by: 'file', way: 'down' }}
      />
    </details>
  )
}
