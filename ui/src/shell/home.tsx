import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { dashboardsQuery } from '../data/dashboards.ts'
import { mayOpen, sessionQuery } from '../data/session.ts'
import { Page } from '../parts/page.tsx'
import { Empty, Loading } from '../parts/states.tsx'

/** Where one begins: the first dashboard that one may see, and the tables where there is none. */
export function Home() {
  const { data: session } = useQuery(sessionQuery)
  const { data, isError } = useQuery(dashboardsQuery)
  const [first] = data?.dashboards ?? []
  if (first) return <Navigate to="/dashboards/$name" params={{ name: first.name }} replace />
  if (!session || (!data && !isError)) return <Loading />
  if (mayOpen(session, 'tables')) return <Navigate to="/tables" replace />
  return (
    <Page title="Dashboards">
      <Empty title="There is no dashboard that this token is for.">
        The project says which it may see: <code>server.tokens.read</code>.
      </Empty>
    </Page>
  )
}
