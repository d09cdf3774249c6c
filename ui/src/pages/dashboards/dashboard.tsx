import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DashboardAnswer } from '../../../../src/api/dashboards.ts'
import { dashboardQuery } from '../../data/dashboards.ts'
import { FaultNote } from '../../parts/fault-note.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import tabStyles from '../../parts/tabs.module.css'
import { TextLink } from '../../parts/text-link.tsx'
import { Demo } from '../demo/demo.tsx'
import { Board } from './board.tsx'
import styles from './dashboard.module.css'
import { Filters } from './filters.tsx'
import type { Pace } from './keep-current.ts'
import { Refresh } from './refresh.tsx'
import type { Awaited } from './use-lit.ts'

const tabRoute = getRouteApi('/dashboards/$name/$tab')
const firstRoute = getRouteApi('/dashboards/$name')

/** A dashboard without a tab is its first one; what is wrong with the whole file is told here. */
export function FirstTab() {
  const { name } = firstRoute.useParams()
  const search = firstRoute.useSearch()
  const { data, error, refetch } = useQuery(dashboardQuery(name))
  const [first] = data?.tabs ?? []
  if (first) return <Navigate to="/dashboards/$name/$tab" params={{ name, tab: first.id }} search={search} replace />
  return (
    <Page title={data?.title ?? name} parent={<TextLink to="/dashboards">Dashboards</TextLink>}>
      {data?.fault ? (
        <FaultNote fault={data.fault} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Empty title="It has no tabs." />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

/** A tab of a dashboard, as it is now. */
export function Dashboard() {
  const { name, tab: id } = tabRoute.useParams()
  const { data: dashboard, error, refetch } = useQuery(dashboardQuery(name))
  const [pace, setPace] = useState<Pace>({ leastMs: 0, paused: false })
  const [awaited, setAwaited] = useState<Awaited>()
  const parent = <TextLink to="/dashboards">Dashboards</TextLink>
  if (!dashboard) {
    return (
      <Page title={name} parent={parent}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    )
  }
  const tab = dashboard.tabs.find((each) => each.id === id)
  return (
    <Page
      title={dashboard.title}
      parent={parent}
      summary={dashboard.description}
      actions={<Refresh pace={pace} onPace={setPace} />}
    >
      <Demo onCome={setAwaited} />
      {dashboard.fault && <FaultNote fault={dashboard.fault} />}
      <div className={styles.bar}>
        <TabLinks dashboard={dashboard} current={id} />
        <Filters dashboard={dashboard} />
      </div>
      {tab ? (
        <Board dashboard={dashboard} tab={tab} pace={pace} awaited={awaited} />
      ) : (
        !dashboard.fault && (
          <Empty title={`It has no tab “${id}”.`}>It may have been renamed: the others are above.</Empty>
        )
      )}
    </Page>
  )
}

function TabLinks({ dashboard, current }: { readonly dashboard: DashboardAnswer; readonly current: string }) {
  return (
    <nav className={tabStyles.tabs} aria-label={`Tabs of ${dashboard.title}`}>
      {dashboard.tabs.map(({ id, title }) => (
        <Link
          key={id}
          to="/dashboards/$name/$tab"
          params={{ name: dashboard.name, tab: id }}
          // filters go along
          search={true}
          resetScroll={false}
          className={tabStyles.tab}
          aria-current={id === current ? 'page' : undefined}
        >
          {title}
        </Link>
      ))}
    </nav>
  )
}
