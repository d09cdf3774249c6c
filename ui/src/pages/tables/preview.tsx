import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TableAnswer } from '../../../../src/api/tables.ts'
import { count, exactTime } from '../../data/format.ts'
import { streamsQuery } from '../../data/streams.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Select } from '../../parts/field.tsx'
import { Grid } from '../../parts/grid.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import styles from './preview.module.css'
import { columnParts, isFollowed, previewQuery, previewSql, spanText } from './preview-query.ts'

const sizes = [50, 1000, 10_000, 100_000].map((rows) => ({ value: String(rows), name: `${count(rows)} rows` }))

/** Some rows as they are now, those of the tail among them. */
export function Preview({ table }: { readonly table: TableAnswer }) {
  const [rows, setRows] = useState(50)
  const [part, setPart] = useState(0)
  const { data, isPending } = useQuery(streamsQuery)
  // which order is asked for is known with the stream
  if (isPending) return <Loading />
  const time = data?.streams.find(({ name }) => name === table.name)?.time ?? null
  const open = table.columns.filter(({ pii }) => !pii)
  const parts = columnParts(open)
  const shown = parts[part] ?? parts[0] ?? []
  const sql = previewSql(table.name, shown, { time, rows })
  if (sql === undefined) return <Empty title="All columns are personal.">None is shown here.</Empty>
  const hidden = table.columns.filter(({ pii }) => pii).map(({ name }) => name)
  return (
    <div className={styles.preview}>
      <div className={styles.bar}>
        <p>
          {time === null ? 'Some rows' : `The newest rows by ${time}`}
          {hidden.length > 0 && `; personal, and not shown: ${hidden.join(', ')}`}
        </p>
        {parts.length > 1 && (
          <Select
            label="Columns"
            options={parts.map((own, at) => ({ value: String(at), name: spanText(own) }))}
            value={String(part)}
            onChange={({ target }) => setPart(Number(target.value))}
          />
        )}
        <Select
          label="Show"
          options={sizes}
          value={String(rows)}
          onChange={({ target }) => setRows(Number(target.value))}
        />
      </div>
      <Rows table={table} sql={sql} rows={rows} />
      <Code label="SQL" text={sql} />
    </div>
  )
}

interface RowsProps {
  readonly table: TableAnswer
  readonly sql: string
  readonly rows: number
}

function Rows({ table, sql, rows }: RowsProps) {
  const { data, error, refetch, isFetching, isPlaceholderData, dataUpdatedAt } = useQuery({
    ...previewQuery(table.name, sql, rows),
    placeholderData: keepPreviousData,
  })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.rows.length === 0) return <Empty title="There are no rows yet." />
  return (
    <div className={styles.rows} aria-busy={isPlaceholderData}>
      {!isFollowed(rows) && (
        <p className={styles.asOf}>
          {isFetching
            ? 'Asking for them'
            : `As of ${exactTime(dataUpdatedAt)}: so many rows do not follow by themselves`}
          <Button look="quiet" small disabled={isFetching} onClick={() => void refetch()}>
            Ask again
          </Button>
        </p>
      )}
      <Grid label={`Rows of ${table.name}`} answer={data} />
    </div>
  )
}
