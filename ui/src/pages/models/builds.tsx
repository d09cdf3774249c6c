import { useQuery } from '@tanstack/react-query'
import type { BuildView } from '../../../../src/api/models.ts'
import { buildsQuery } from '../../data/models.ts'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Count, Time } from '../../parts/figures.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { durationText } from './run-words.ts'

const columns: readonly TableColumn<BuildView>[] = [
  { id: 'version', title: 'Version', cell: ({ version }) => <Count of={version} /> },
  { id: 'at', title: 'When', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'took',
    title: 'Took',
    numeric: true,
    by: ({ elapsed_ms: ms }) => ms,
    cell: ({ elapsed_ms: ms }) => (ms === null ? <Count of={null} /> : durationText(ms)),
  },
  { id: 'added', title: 'Rows in', numeric: true, cell: ({ rows_added: rows }) => <Count of={rows} /> },
  { id: 'removed', title: 'Rows out', numeric: true, cell: ({ rows_removed: rows }) => <Count of={rows} /> },
  { id: 'by', title: 'By', spare: true, cell: ({ by }) => by ?? '–' },
]

/** When a model was built, by whom, and what that changed. */
export function Builds({ model }: { readonly model: string }) {
  const { data, error, refetch } = useQuery(buildsQuery(model))
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  if (data.builds.length === 0) return <Empty title="It was never built." />
  return (
    <DataTable
      label={`Builds of ${model}`}
      columns={columns}
      rows={data.builds}
      keyOf={({ version }) => String(version)}
    />
  )
}
