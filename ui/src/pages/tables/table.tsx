import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ModelView } from '../../../../src/api/models.ts'
import type { TableAnswer } from '../../../../src/api/tables.ts'
import { modelsQuery } from '../../data/models.ts'
import { streamsQuery } from '../../data/streams.ts'
import { tableQuery } from '../../data/tables.ts'
import { Badge } from '../../parts/badge.tsx'
import { Code } from '../../parts/code.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Bytes, Count, Time } from '../../parts/figures.tsx'
import { Page } from '../../parts/page.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Columns } from './columns.tsx'
import { Files } from './files.tsx'
import { History } from './history.tsx'
import { Links } from './links.tsx'
import { Preview } from './preview.tsx'

const route = getRouteApi('/tables/$name')

/** One table: what it holds, how it came to be, and what hangs on it. */
export function Table() {
  const { name } = route.useParams()
  const { data: table, error, refetch } = useQuery(tableQuery(name))
  const { data: models } = useQuery(modelsQuery)
  const parent = <TextLink to="/tables">Tables</TextLink>
  if (!table) {
    return (
      <Page title={name} parent={parent}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    )
  }
  const model = models?.models.find((each) => each.name === name)
  const readers = models?.models.filter(({ inputs }) => inputs.includes(name)).map((each) => each.name) ?? []
  return (
    <Page title={name} parent={parent} mark={<Badge>{table.kind}</Badge>} summary={model?.description}>
      <Overview table={table} model={model} readers={readers} />
      <Parts table={table} model={model} />
    </Page>
  )
}

interface AboutTable {
  readonly table: TableAnswer
  readonly model: ModelView | undefined
}

function Overview({ table, model, readers }: AboutTable & { readonly readers: readonly string[] }) {
  const { data } = useQuery(streamsQuery)
  const stream = data?.streams.find(({ name }) => name === table.name)
  const inputs = model?.inputs ?? []
  return (
    <Facts>
      <Fact name="Rows">
        <Count of={table.rows} />
      </Fact>
      {stream && (
        <Fact name="In the tail">
          <Count of={stream.counts.pending} />
        </Fact>
      )}
      <Fact name="Size">
        <Bytes of={table.bytes} />
      </Fact>
      <Fact name="Version">
        <Count of={table.version} />
      </Fact>
      <Fact name="Last commit">
        <Time at={table.committed_at} />
      </Fact>
      {table.partitioned_by.length > 0 && <Fact name="Partitioned by">{table.partitioned_by.join(', ')}</Fact>}
      {inputs.length > 0 && (
        <Fact name="Reads">
          <Links names={inputs} />
        </Fact>
      )}
      {readers.length > 0 && (
        <Fact name="Read by">
          <Links names={readers} />
        </Fact>
      )}
    </Facts>
  )
}

function Parts({ table, model }: AboutTable) {
  const { tab = 'columns' } = route.useSearch()
  const tabs = [
    { id: 'columns', title: 'Columns', count: table.columns.length },
    { id: 'preview', title: 'Preview' },
    { id: 'history', title: 'History' },
    { id: 'files', title: 'Files', count: table.files },
    ...(model?.sql ? [{ id: 'sql', title: 'SQL' } as const] : []),
  ] as const
  return (
    <>
      <Tabs label={`Parts of ${table.name}`} tabs={tabs} current={tab} />
      {tab === 'columns' && <Columns columns={model?.columns ?? table.columns} />}
      {tab === 'preview' && <Preview table={table} />}
      {tab === 'history' && <History name={table.name} />}
      {tab === 'files' && <Files name={table.name} />}
      {tab === 'sql' && model?.sql && <Code label={model.file} text={model.sql} />}
    </>
  )
}
