import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ModelView } from '../../../../src/api/models.ts'
import type { RunView } from '../../../../src/api/runs.ts'
import { useNow } from '../../data/clock.ts'
import { checksQuery, modelsQuery, stalenessQuery, testsQuery } from '../../data/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { Code } from '../../parts/code.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Builds } from './builds.tsx'
import { Built } from './built.tsx'
import { Checks } from './checks.tsx'
import { ChecksInShort } from './checks-in-short.tsx'
import { Failing } from './failing.tsx'
import { isNews, useNewestRun } from './newest-run.ts'
import { Run } from './run.tsx'
import { BuildInputs, BuildModel } from './run-buttons.tsx'
import { Staleness } from './staleness.tsx'
import { Tests, TestsInShort } from './tests.tsx'

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
  const { tab = 'sql' } = route.useSearch()
  const { data, error, refetch } = useQuery(modelsQuery)
  const { data: stale } = useQuery(stalenessQuery)
  const { data: judged } = useQuery(checksQuery)
  const { data: tested } = useQuery(testsQuery)
  const news = useNewsOf(name)
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
  const checks = judged?.checks.filter((check) => check.model === name)
  const tests = tested?.tests.filter((test) => test.model === name)
  const staleness = stale?.models.find((each) => each.model === name)
  const readers = data.models.filter(({ inputs }) => inputs.includes(name)).map((each) => each.name)
  return (
    <Page
      title={name}
      parent={parent}
      mark={<Badge>{model.kind}</Badge>}
      summary={model.description}
      actions={
        model.kind === 'view' ? (
          <BuildInputs model={name} stale={staleness?.stale_inputs ?? []} />
        ) : (
          <BuildModel model={name} readers={readers.length} />
        )
      }
    >
      {staleness && <Staleness of={staleness} model={model} />}
      {staleness?.failing && <Failing of={staleness.failing} told={staleness.failing.run === news?.id} />}
      {news && <Run run={news} label="Newest run" />}
      <Facts>
        <Fact name="Last build">
          <Built model={model} />
        </Fact>
        {model.inputs.length > 0 && <Fact name="Reads">{model.inputs.join(', ')}</Fact>}
        {readers.length > 0 && <Fact name="Read by">{readers.join(', ')}</Fact>}
        {model.grain && <Fact name="Grain">{model.grain}</Fact>}
        {model.key.length > 0 && <Fact name="Key">{model.key.join(', ')}</Fact>}
        {model.checks.length > 0 && checks && (
          <Fact name="Checks">
            <ChecksInShort of={checks} />
          </Fact>
        )}
        {tests && tests.length > 0 && (
          <Fact name="Tests">
            <TestsInShort of={tests} />
          </Fact>
        )}
      </Facts>
      <Tabs
        label={`Parts of ${name}`}
        tabs={[
          { id: 'sql', title: 'SQL' },
          { id: 'columns', title: 'Columns', count: model.columns.length },
          { id: 'checks', title: 'Checks', count: model.checks.length },
          { id: 'tests', title: 'Tests', ...(tests && { count: tests.length }) },
          ...(model.kind === 'view' ? [] : [{ id: 'builds', title: 'Builds' } as const]),
        ]}
        current={tab}
      />
      {tab === 'sql' && <Sql model={model} />}
      {tab === 'checks' && <Checks model={name} />}
      {tab === 'tests' && <Tests model={name} />}
      {tab === 'builds' && <Builds model={name} />}
      {tab === 'columns' && (
        <DataTable label="Columns" columns={columns} rows={model.columns} keyOf={(column) => column.name} />
      )}
    </Page>
  )
}

function Sql({ model: { sql, file } }: { readonly model: ModelView }) {
  if (sql === null) return <Empty title="It reads what this token is not for." />
  return <Code label={file} text={sql} />
}

/** The newest run that this model had a part in, while it is news; tests that could not be read may be of any model. */
function useNewsOf(model: string): RunView | undefined {
  const run = useNewestRun()
  const now = useNow()
  if (!run || !isNews(run, now)) return undefined
  const isUnread = run.kind === 'test' && run.models.length === 0 && run.error !== null
  const hasPart = run.models.some((each) => each.model === model && each.outcome !== 'current')
  return isUnread || hasPart ? run : undefined
}
