import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ModelView } from '../../../../src/api/models.ts'
import { modelsQuery } from '../../data/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { Code } from '../../parts/code.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Built } from './built.tsx'

const route = getRouteApi('/models/$name')

type Column = ModelView['columns'][number]

const columns: readonly TableColumn<Column>[] = [
  { id: 'name', title: 'Column', cell: ({ name }) => <strong>{name}</strong> },
  { id: 'type', title: 'Type', cell: ({ type }) => <code>{type}</code> },
  {
    id: 'about',
    title: 'What it is',
    cell: ({ description, unit, pii }) =>
      [description, unit && `in ${unit}`, pii && 'personal'].filter(Boolean).join(', '),
  },
]

/** One model: its SQL, what it reads and gives, and what is checked before it is committed. */
export function Model() {
  const { name } = route.useParams()
  const { data, error, refetch } = useQuery(modelsQuery)
  const model = data?.models.find((each) => each.name === name)
  const parent = <TextLink to="/models">Models</TextLink>
  if (!data || !model)
    return (
      <Page title={name} parent={parent}>
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <Empty title={`There is no model called “${name}”.`} />
        ) : (
          <Loading />
        )}
      </Page>
    )
  const readers = data.models.filter(({ inputs }) => inputs.includes(name)).map((each) => each.name)
  return (
    <Page title={name} parent={parent} mark={<Badge>{model.kind}</Badge>} summary={model.description}>
      <Facts>
        <Fact name="Last build">
          <Built model={model} />
        </Fact>
        {model.inputs.length > 0 && <Fact name="Reads">{model.inputs.join(', ')}</Fact>}
        {readers.length > 0 && <Fact name="Read by">{readers.join(', ')}</Fact>}
        {model.grain && <Fact name="Grain">{model.grain}</Fact>}
        {model.key.length > 0 && <Fact name="Key">{model.key.join(', ')}</Fact>}
        {model.checks.length > 0 && <Fact name="Checks">{model.checks.map((check) => check.name).join(', ')}</Fact>}
      </Facts>
      {model.sql !== null && <Code label={model.file} text={model.sql} />}
      <DataTable label="Columns" columns={columns} rows={model.columns} keyOf={(column) => column.name} />
    </Page>
  )
}
