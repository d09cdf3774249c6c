import { useQuery } from '@tanstack/react-query'
import type { ModelView } from '../../../../src/api/models.ts'
import { counted } from '../../data/format.ts'
import { modelsQuery } from '../../data/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Count } from '../../parts/figures.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Built } from './built.tsx'
import { Graph } from './graph.tsx'

const columns: readonly TableColumn<ModelView>[] = [
  {
    id: 'name',
    title: 'Name',
    by: ({ name }) => name,
    cell: ({ name }) => (
      <TextLink to="/models/$name" params={{ name }} quiet>
        {name}
      </TextLink>
    ),
  },
  { id: 'kind', title: 'Kind', by: ({ kind }) => kind, cell: ({ kind }) => <Badge>{kind}</Badge> },
  { id: 'description', title: 'What it is', spare: true, cell: ({ description }) => description },
  { id: 'reads', title: 'Reads', spare: true, cell: ({ inputs }) => inputs.join(', ') },
  {
    id: 'checks',
    title: 'Checks',
    numeric: true,
    spare: true,
    by: ({ checks }) => checks.length,
    cell: ({ checks }) => <Count of={checks.length} />,
  },
  { id: 'built', title: 'Last build', cell: (model) => <Built model={model} /> },
]

/** The models: what they read, and when they were built. */
export function ModelList() {
  const { data, error, refetch } = useQuery(modelsQuery)
  if (!data)
    return <Page title="Models">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
  const { models } = data
  return (
    <Page title="Models" summary={counted(models.length, 'model')}>
      {models.length === 0 ? (
        <Empty title="No models yet">
          They are files: <code>models/NAME.sql</code> in the project.
        </Empty>
      ) : (
        <>
          <Graph models={models} />
          <DataTable label="Models" columns={columns} rows={models} keyOf={({ name }) => name} />
        </>
      )}
    </Page>
  )
}
