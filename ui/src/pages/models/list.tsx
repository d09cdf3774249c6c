import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { CheckView, ModelView } from '../../../../src/api/models.ts'
import type { ModelStaleness } from '../../../../src/api/staleness.ts'
import type { TestView } from '../../../../src/api/tests.ts'
import { useNow } from '../../data/clock.ts'
import { counted } from '../../data/format.ts'
import { checksQuery, modelsQuery, stalenessQuery, testsQuery } from '../../data/models.ts'
import { useIsAdmin } from '../../data/session.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Built } from './built.tsx'
import { ChecksInShort } from './checks-in-short.tsx'
import { FailingLink } from './failing.tsx'
import { Graph } from './graph.tsx'
import { isNews, useNewestRun } from './newest-run.ts'
import { Run } from './run.tsx'
import { BuildStale, RunTests } from './run-buttons.tsx'
import { OneRun, Runs } from './runs.tsx'
import { State } from './state.tsx'
import { behindText } from './state-words.ts'
import { TestsInShort } from './tests.tsx'

const route = getRouteApi('/models')

interface Listed extends ModelView {
  readonly judged: readonly CheckView[] | undefined
  readonly tested: readonly TestView[] | undefined
  readonly staleness: ModelStaleness | undefined
}

const columns: readonly TableColumn<Listed>[] = [
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
  { id: 'kind', title: 'Kind', by: ({ kind }) => kind, cell: ({ kind }) => <Badge>{kind}</Badge>, spare: true },
  {
    id: 'state',
    title: 'State',
    by: ({ staleness }) => staleness?.state ?? null,
    cell: ({ staleness }) => (
      <>
        <State of={staleness} />
        {staleness?.failing && <FailingLink of={staleness.failing} />}
      </>
    ),
  },
  {
    id: 'behind',
    title: 'Not in its table yet',
    spare: true,
    cell: ({ staleness }) => staleness && behindText(staleness),
  },
  { id: 'reads', title: 'Reads', spare: true, cell: ({ inputs }) => inputs.join(', ') },
  {
    id: 'checks',
    title: 'Checks',
    spare: true,
    cell: ({ judged }) => judged && <ChecksInShort of={judged} />,
  },
  {
    id: 'tests',
    title: 'Tests',
    spare: true,
    cell: ({ tested }) => tested && <TestsInShort of={tested} />,
  },
  { id: 'built', title: 'Last build', cell: (model) => <Built model={model} /> },
]

/** The models: what they read, how stale they are, and what was run on them. */
export function ModelList() {
  const { tab = 'models', run } = route.useSearch()
  const { data, error, refetch } = useQuery(modelsQuery)
  const { data: stale } = useQuery(stalenessQuery)
  const { data: judged } = useQuery(checksQuery)
  const { data: tested } = useQuery(testsQuery)
  const isAdmin = useIsAdmin()
  if (!data)
    return <Page title="Models">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
  const { models } = data
  if (models.length === 0)
    return (
      <Page title="Models">
        <Empty title="No models yet">
          They are files: <code>models/NAME.sql</code> in the project.
        </Empty>
      </Page>
    )
  const known = new Map(stale?.models.map((each) => [each.model, each]))
  const toBuild = stale?.models.filter(({ action }) => action !== 'none').length ?? 0
  return (
    <Page
      title="Models"
      summary={summaryOf(models.length, stale && toBuild)}
      actions={
        <>
          {tested && tested.tests.length > 0 && <RunTests />}
          <BuildStale stale={toBuild} />
        </>
      }
    >
      {isAdmin && (
        <Tabs
          label="Models and runs"
          tabs={[
            { id: 'models', title: 'Models', count: models.length },
            { id: 'runs', title: 'Runs' },
          ]}
          current={tab}
        />
      )}
      {tab === 'runs' && isAdmin ? (
        run === undefined ? (
          <Runs />
        ) : (
          <OneRun id={run} />
        )
      ) : (
        <>
          {isAdmin && <Newest />}
          <Graph models={models} known={known} />
          <DataTable
            label="Models"
            columns={columns}
            rows={models.map((model) => ({
              ...model,
              staleness: known.get(model.name),
              judged: judged?.checks.filter((check) => check.model === model.name),
              tested: tested?.tests.filter((test) => test.model === model.name),
            }))}
            keyOf={({ name }) => name}
          />
        </>
      )}
    </Page>
  )
}

function summaryOf(models: number, toBuild: number | undefined): string {
  const all = counted(models, 'model')
  if (toBuild === undefined) return all
  return toBuild === 0 ? `${all}, nothing to build` : `${all}, ${toBuild} to build`
}

/** What is run at this moment, and what tests have come to: how each model is, its state tells. */
function Newest() {
  const run = useNewestRun()
  const now = useNow()
  if (!run || !isNews(run, now)) return null
  return run.outcome === 'running' || run.kind === 'test' ? <Run run={run} label="Newest run" /> : null
}
