import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CommitView } from '../../../../src/api/tables.ts'
import { count } from '../../data/format.ts'
import { tableQuery } from '../../data/tables.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Bytes, Count, Time } from '../../parts/figures.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'

const columns: readonly TableColumn<CommitView>[] = [
  { id: 'version', title: 'Version', cell: ({ version }) => <Count of={version} /> },
  { id: 'at', title: 'When', cell: ({ committed_at: at }) => <Time at={at} /> },
  {
    id: 'operation',
    title: 'Operation',
    cell: ({ operation, data_change: changes, files_added: added }) => (
      <>
        {operation ?? '–'} {!changes && added > 0 && <Badge title="The same rows in other files">rewrites</Badge>}
      </>
    ),
  },
  { id: 'rows', title: 'Rows added', numeric: true, cell: ({ rows_added: rows }) => <Count of={rows} /> },
  {
    id: 'files',
    title: 'Files',
    numeric: true,
    cell: ({ files_added: added, files_removed: removed }) => `+${count(added)} −${count(removed)}`,
  },
  {
    id: 'bytes',
    title: 'Size added',
    numeric: true,
    spare: true,
    cell: ({ bytes_added: added }) => <Bytes of={added} />,
  },
  { id: 'engine', title: 'Written by', spare: true, cell: ({ engine }) => engine ?? '–' },
]

/** The commits, the newest first. */
export function History({ name }: { readonly name: string }) {
  const [commits, setCommits] = useState(20)
  const { data, error, refetch } = useQuery({ ...tableQuery(name, commits), placeholderData: keepPreviousData })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const { history } = data
  if (history.length === 0) return <Empty title="Nothing was written yet." />
  return (
    <>
      <DataTable
        label={`Commits of ${name}`}
        columns={columns}
        rows={history}
        keyOf={({ version }) => String(version)}
      />
      {history.length >= commits && commits < 1000 && (
        <Button look="quiet" small onClick={() => setCommits(Math.min(commits * 5, 1000))}>
          Older commits
        </Button>
      )}
    </>
  )
}
