import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TableAnswer } from '../../../../src/api/tables.ts'
import { streamsQuery } from '../../data/streams.ts'
import { Code } from '../../parts/code.tsx'
import { Select } from '../../parts/field.tsx'
import { RowsTable } from '../../parts/rows-table.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import styles from './preview.module.css'
import { previewQuery, previewSql } from './preview-query.ts'

const sizes = [50, 200, 1000].map((rows) => ({ value: String(rows), name: `${rows} rows` }))

/** Some rows as they are now, those of the tail among them. */
export function Preview({ table }: { readonly table: TableAnswer }) {
  const [rows, setRows] = useState(50)
  const { data, isPending } = useQuery(streamsQuery)
  // which order is asked for is known with the stream
  if (isPending) return <Loading />
  const time = data?.streams.find(({ name }) => name === table.name)?.time ?? null
  const sql = previewSql(table.name, table.columns, { time, rows })
  if (sql === undefined) return <Empty title="All columns are personal.">None is shown here.</Empty>
  const hidden = table.columns.filter(({ pii }) => pii).map(({ name }) => name)
  return (
    <div className={styles.preview}>
      <div className={styles.bar}>
        <p>
          {time === null ? 'Some rows' : `The newest rows by ${time}`}
          {hidden.length > 0 && `; personal, and not shown: ${hidden.join(', ')}`}
        </p>
        <Select
          label="Show"
          options={sizes}
          value={String(rows)}
          onChange={({ target }) => setRows(Number(target.value))}
        />
      </div>
      <Rows table={table} sql={sql} />
      <Code label="SQL" text={sql} />
    </div>
  )
}

function Rows({ table, sql }: { readonly table: TableAnswer; readonly sql: string }) {
  const { data, error, refetch } = useQuery({ ...previewQuery(table.name, sql), placeholderData: keepPreviousData })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.rows.length === 0) return <Empty title="There are no rows yet." />
  return <RowsTable label={`Rows of ${table.name}`} columns={data.columns} rows={data.rows} />
}
