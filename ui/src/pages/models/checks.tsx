import { useQuery } from '@tanstack/react-query'
import type { CheckView } from '../../../../src/api/models.ts'
import { count } from '../../data/format.ts'
import { checksQuery } from '../../data/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Time } from '../../parts/figures.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { checkWords } from './check-words.ts'
import styles from './run.module.css'

const columns: readonly TableColumn<CheckView>[] = [
  { id: 'name', title: 'Check', by: ({ name }) => name, cell: ({ name }) => <strong>{name}</strong> },
  {
    id: 'outcome',
    title: 'Last run',
    by: ({ last }) => last?.outcome ?? null,
    cell: (check) => <Outcome of={check} />,
  },
  {
    id: 'rows',
    title: 'Rows that break it',
    numeric: true,
    by: ({ last }) => last?.rows_failed ?? null,
    cell: ({ last }) => last && `${count(last.rows_failed)} of ${count(last.rows_judged)}`,
  },
  { id: 'at', title: 'When', cell: ({ last }) => <Time at={last?.at ?? null} />, spare: true },
  { id: 'finding', title: 'What it found', spare: true, cell: ({ last }) => last?.finding },
  {
    id: 'sql',
    title: 'Rows',
    cell: ({ sql, last }) =>
      sql !== null && (
        <TextLink to="/query" search={{ sql }}>
          {last?.outcome === 'failed' ? 'See them' : 'SQL'}
        </TextLink>
      ),
  },
]

/** What a model’s rows are held against, and what came of it. */
export function Checks({ model }: { readonly model: string }) {
  const { data, error, refetch } = useQuery(checksQuery)
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  const own = data.checks.filter((check) => check.model === model)
  if (own.length === 0)
    return (
      <Empty title="It has no checks.">
        The header of its file says what is expected of its rows, under <code>checks:</code>.
      </Empty>
    )
  return <DataTable label={`Checks of ${model}`} columns={columns} rows={own} keyOf={({ name }) => name} />
}

function Outcome({ of: check }: { readonly of: CheckView }) {
  const { mark, word, tone } = checkWords(check)
  return (
    <span className={styles.outcome} data-tone={tone}>
      <span aria-hidden="true">{mark}</span> {word}
      {check.severity === 'warn' && (
        <>
          {' '}
          <Badge title="Rows that break it are let in">warns</Badge>
        </>
      )}
    </span>
  )
}
