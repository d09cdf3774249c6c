import { useQuery } from '@tanstack/react-query'
import type { TableView } from '../../../../src/api/tables.ts'
import { counted, rough } from '../../data/format.ts'
import { tablesQuery } from '../../data/tables.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Bytes, Count, Time } from '../../parts/figures.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'

const columns: readonly TableColumn<TableView>[] = [
  { id: 'name', title: 'Name', by: ({ name }) => name, cell: ({ name }) => name },
  { id: 'kind', title: 'Kind', by: ({ kind }) => kind, cell: ({ kind }) => <Badge>{kind}</Badge>, spare: true },
  { id: 'rows', title: 'Rows', numeric: true, by: ({ rows }) => rows, cell: ({ rows }) => <Count of={rows} /> },
  { id: 'bytes', title: 'Size', numeric: true, by: ({ bytes }) => bytes, cell: ({ bytes }) => <Bytes of={bytes} /> },
  {
    id: 'files',
    title: 'Files',
    numeric: true,
    spare: true,
    by: ({ files }) => files,
    cell: ({ files }) => <Count of={files} />,
  },
  {
    id: 'version',
    title: 'Version',
    numeric: true,
    spare: true,
    by: ({ version }) => version,
    cell: ({ version }) => <Count of={version} />,
  },
  {
    id: 'committed',
    title: 'Last commit',
    numeric: true,
    by: ({ committed_at: at }) => (at === null ? null : Date.parse(at)),
    cell: ({ committed_at: at }) => <Time at={at} />,
  },
]

export function TableList() {
  const { data, error, refetch } = useQuery(tablesQuery)
  if (!data) {
    return <Page title="Tables">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
  }
  const { tables } = data
  return (
    <Page title="Tables" summary={summaryOf(tables)}>
      {tables.length === 0 ? (
        <Empty title="No tables yet">
          Declare a stream or a table in millrace.config.ts, then <code>millrace load</code> files into it.
        </Empty>
      ) : (
        <DataTable
          label="Tables"
          columns={columns}
          rows={tables}
          keyOf={({ name }) => name}
          order={{ by: 'name', way: 'up' }}
        />
      )}
    </Page>
  )
}

function summaryOf(tables: readonly TableView[]): string {
  const rows = tables.reduce((sum, each) => sum + (each.rows ?? 0), 0)
  return `${counted(tables.length, 'table')}, ${rough(rows)} rows`
}
