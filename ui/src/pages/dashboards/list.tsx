import { useQuery } from '@tanstack/react-query'
import type { DashboardsAnswer } from '../../../../src/api/dashboards.ts'
import { dashboardsQuery } from '../../data/dashboards.ts'
import { counted } from '../../data/format.ts'
import { useIsAdmin } from '../../data/session.ts'
import { Badge } from '../../parts/badge.tsx'
import { FaultNote } from '../../parts/fault-note.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import styles from './list.module.css'

type Listed = DashboardsAnswer['dashboards'][number]

/** All dashboards that whoever looks may see, and what is wrong with their files. */
export function DashboardList() {
  const { data, error, refetch } = useQuery(dashboardsQuery)
  const isAdmin = useIsAdmin()
  if (!data)
    return (
      <Page title="Dashboards">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
    )
  const { dashboards } = data
  return (
    <Page title="Dashboards">
      {dashboards.length === 0 ? (
        <Empty title="No dashboards yet">
          They are files: write <code>dashboards/NAME.yaml</code> in the project, with a title, tabs and tiles, and it
          is here at once. {isAdmin && <TextLink to="/add">Or begin with a file of your own.</TextLink>}
        </Empty>
      ) : (
        <ul className={styles.list}>
          {dashboards.map((each) => (
            <Item key={each.name} dashboard={each} />
          ))}
        </ul>
      )}
    </Page>
  )
}

function Item({ dashboard: { name, title, file, description, tabs, faults } }: { readonly dashboard: Listed }) {
  const tiles = tabs.reduce((sum, tab) => sum + tab.tiles, 0)
  return (
    <li className={styles.item}>
      <h2 className={styles.title}>
        <TextLink to="/dashboards/$name" params={{ name }} quiet>
          {title}
        </TextLink>{' '}
        {faults.length > 0 && <Badge tone="bad">{counted(faults.length, 'fault')}</Badge>}
      </h2>
      {description !== null && <p className={styles.description}>{description}</p>}
      {tabs.length > 0 && (
        <ul className={styles.tabs} aria-label={`Tabs of ${title}`}>
          {tabs.map((tab) => (
            <li key={tab.id}>
              <TextLink to="/dashboards/$name/$tab" params={{ name, tab: tab.id }}>
                {tab.title}
              </TextLink>
            </li>
          ))}
        </ul>
      )}
      <p className={styles.file}>
        {file} · {counted(tiles, 'tile')}
      </p>
      {faults.map((fault) => (
        <FaultNote key={fault.message} fault={fault} />
      ))}
    </li>
  )
}
