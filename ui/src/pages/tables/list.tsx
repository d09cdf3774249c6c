import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { TableView } from '../../../../src/api/tables.ts'
import { counted, rough } from '../../data/format.ts'
import { streamsQuery } from '../../data/streams.ts'
import { tablesQuery } from '../../data/tables.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Search } from '../../parts/field.tsx'
import { Bytes, Count, Time } from '../../parts/figures.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { type ListedTable, listed } from './listed.ts'

const route = getRouteApi('/tables')

const columns: readonly TableColumn<ListedTable>[] = [
  {
    id: 'name',
    title: 'Name',
    by: ({ name }) => name,
    cell: ({ name }) => (
      <TextLink to="/tables/$name" params={{ name }} quiet>
        {name}
      </TextLink>
    ),
  },
  { id: 'kind', title: 'Kind', by: ({ kind }) => kind, cell: ({ kind }) => <Badge>{kind}</Badge>, spare: true },
  { id: 'rows', title: 'Rows', numeric: true, by: ({ rows }) => rows, cell: ({ rows }) => <Count of={rows} /> },
  {
    id: 'tail',
    title: 'In the tail',
    numeric: true,
    spare: true,
    by: ({ tail }) => tail,
    cell: ({ tail }) => (tail === null ? null : <Count of={tail} />),
  },
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

/** All tables, how much they hold and how fresh they are. */
export function TableList() {
  const { data, error, refetch } = useQuery(tablesQuery)
  const { data: streams } = useQuery(streamsQuery)
  const { find = '' } = route.useSearch()
  const navigate = route.useNavigate()
  if (!data) {
    return <Page title="Tables">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
  }
  const rows = listed(data.tables, streams?.streams ?? [], find)
  const search = (
    <Search
      label="Find a table"
      value={find}
      onChange={({ target }) => void navigate({ search: { find: target.value }, replace: true })}
    />
  )
  return (
    <Page title="Tables" summary={summaryOf(data.tables)} {...(data.tables.length > 0 && { actions: search })}>
      {data.tables.length === 0 ? (
        <Empty title="No tables yet">
          Declare a stream or a table in millrace.config.ts, then <code>millrace load</code> files into it.
        </Empty>
      ) : rows.length === 0 ? (
        <Empty title={`No table is called like “${find}”.`} />
      ) : (
        <DataTable
          label="Tables"
          columns={columns}
          rows={rows}
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
