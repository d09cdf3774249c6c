import type { StreamView } from '../../../../src/api/streams.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import styles from './contract.module.css'

type Column = StreamView['columns'][number] & { readonly marks: readonly string[] }

const columns: readonly TableColumn<Column>[] = [
  { id: 'name', title: 'Column', cell: ({ name }) => <strong>{name}</strong> },
  { id: 'type', title: 'Type', cell: ({ type, nullable }) => <code>{nullable ? type : `${type} not null`}</code> },
  {
    id: 'marks',
    title: '',
    cell: ({ marks, pii }) => (
      <span className={styles.marks}>
        {marks.map((mark) => (
          <Badge key={mark} tone="accent">
            {mark}
          </Badge>
        ))}
        {pii && <Badge tone="warn">personal</Badge>}
      </span>
    ),
  },
]

const unknownWords = {
  keep: 'kept in the column extra',
  drop: 'dropped',
  reject: 'a reason to reject the event',
} as const

/** What an event must look like to be taken. */
export function Contract({ stream }: { readonly stream: StreamView }) {
  const rows = stream.columns.map((column): Column => {
    const marks = [column.name === stream.id && 'id', column.name === stream.time && 'time'].filter((mark) => !!mark)
    return { ...column, marks: marks as string[] }
  })
  return (
    <div className={styles.contract}>
      <DataTable label="Contract" columns={columns} rows={rows} keyOf={({ name }) => name} />
      <p className={styles.note}>Fields that are not declared are {unknownWords[stream.unknown]}.</p>
      {stream.rules.length > 0 && (
        <section aria-label="Rules">
          <h2 className={styles.title}>Rules</h2>
          <dl className={styles.rules}>
            {stream.rules.map(({ name, sql }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <code>{sql}</code>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  )
}
